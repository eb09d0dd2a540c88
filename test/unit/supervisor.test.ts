import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ComponentEnded, Supervisor } from "../../engine/cluster/supervisor";
import { waitUntil } from "../support/cluster";
import { isRunning } from "../support/processes";

describe("the supervisor of the local control plane", () => {
  let supervisor: Supervisor;

  beforeEach(async () => {
    supervisor = new Supervisor(await mkdtemp(path.join(tmpdir(), "golive-it's a folder-")));
  });

  afterEach(() => supervisor.stop());

  const read = (name: string, file: string): Promise<string> =>
    readFile(path.join(supervisor.folder, name, file), "utf8").catch(() => "");

  /** Starts a process that stays, and gives its id. */
  async function startSleeper(name: string): Promise<number> {
    await supervisor.start(name, { executable: "sleep", args: ["600"] });
    await waitUntil("its process id", async () => (await read(name, "pid")) !== "");
    return Number(await read(name, "pid"));
  }

  it("D1 kills what it started and removes the folder, however often it is told", async () => {
    const pids = [await startSleeper("one"), await startSleeper("two")];
    assert.deepEqual(pids.map(isRunning), [true, true]);
    await Promise.all([supervisor.stop(), supervisor.stop()]);
    await waitUntil("both gone", () => !pids.some(isRunning));
    assert.equal(existsSync(supervisor.folder), false);
  });

  it("D1 a component told to start in the last moment does not stay", async () => {
    await supervisor.start("late", { executable: "sleep", args: ["600.25"] });
    await supervisor.stop();
    assert.equal(existsSync(supervisor.folder), false);
  });

  it("D1 arguments reach a component as they are", async () => {
    const args = ["%s|", "a b", "it's", "$HOME", "", "*", '--x="y"'];
    await supervisor.start("printer", { executable: "printf", args });
    await waitUntil("its output", async () => (await read("printer", "log")) !== "");
    assert.equal(await read("printer", "log"), 'a b|it\'s|$HOME||*|--x="y"|');
  });

  it("D1 a component that ends is named with its exit code and its last log lines", async () => {
    await startSleeper("steady");
    await supervisor.check();
    const script = "seq 1 40; echo no space left >&2; exit 7";
    await supervisor.start("etcd", { executable: "sh", args: ["-c", script] });
    const ended = await untilEnded();
    assert.equal(ended.component, "etcd");
    assert.match(ended.message, /^etcd of the local control plane ended with exit code 7\..*:\n27\n/);
    assert.match(ended.message, /\n40\nno space left$/);
  });

  it("D1 a watcher that was killed is noticed, and its components do not stay", async () => {
    const pid = await startSleeper("orphan");
    assert.ok(supervisor.pid);
    process.kill(supervisor.pid, "SIGKILL");
    await waitUntil("the notice", () =>
      supervisor.check().then(
        () => false,
        () => true,
      ),
    );
    await assert.rejects(supervisor.check(), /stopped from outside/);
    assert.equal(isRunning(pid), true);
    await supervisor.stop();
    await waitUntil("the orphan gone", () => !isRunning(pid));
    assert.equal(existsSync(supervisor.folder), false);
  });

  async function untilEnded(): Promise<ComponentEnded> {
    const found: ComponentEnded[] = [];
    await waitUntil("the end", async () => {
      await supervisor.check().catch((error: unknown) => {
        if (error instanceof ComponentEnded) found.push(error);
      });
      return found.length > 0;
    });
    const [first] = found;
    assert.ok(first);
    return first;
  }
});
