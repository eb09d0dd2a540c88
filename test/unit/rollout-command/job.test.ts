import assert from "node:assert/strict";
import { z } from "zod";
import { beside } from "../../../cli/rollout/beside";
import { jobName, runJob } from "../../../cli/rollout/job";
import { KubectlFailed, type Kubectl } from "../../../cli/rollout/kubectl";
import type { Run } from "../../../rollout/plan";

const CHANGE: Run = { namespace: "shop", run: { name: "shop-restore", spec: { backoffLimit: 0 } } };
const created = z.object({
  kind: z.literal("Job"),
  metadata: z.object({ name: z.string() }),
  spec: z.unknown(),
});

type Ending = "Complete" | "Failed";

/** A stand-in for kubectl on a cluster that has Jobs; each ends as the next of `endings` says, after one look. */
class Cluster {
  readonly made: string[] = [];
  readonly said: (readonly string[])[] = [];
  private readonly jobs = new Map<string, { looks: number; ending: Ending | undefined }>();
  /** How many questions are not answered yet. */
  away = 0;

  constructor(private readonly endings: Ending[]) {}

  readonly kubectl: Kubectl = (args, input) => {
    this.said.push(args);
    const [verb, kind, name = ""] = args;
    if (this.away > 0) {
      this.away -= 1;
      return Promise.reject(new KubectlFailed(args, "no answer"));
    }
    if (verb === "create") return this.create(input ?? "");
    if (verb === "delete") this.jobs.delete(name);
    if (verb !== "get") return Promise.resolve("");
    return Promise.resolve(kind === "pods" ? PODS : this.get(name));
  };

  private create(input: string): Promise<string> {
    const { name } = created.parse(JSON.parse(input)).metadata;
    this.made.push(name);
    this.jobs.set(name, { looks: 0, ending: this.endings.shift() });
    return Promise.resolve("");
  }

  private get(name: string): string {
    const job = this.jobs.get(name);
    if (job === undefined) return "";
    job.looks += 1;
    const { ending, looks } = job;
    return JSON.stringify({
      status: ending !== undefined && looks > 1 ? { conditions: [{ type: ending, status: "True" }] } : {},
    });
  }
}

const PODS = JSON.stringify({
  items: [
    {
      status: {
        initContainerStatuses: [{ name: "check", state: { terminated: { exitCode: 0 } } }],
        containerStatuses: [
          { name: "restore", state: { terminated: { exitCode: 1, message: "the dump is truncated\n" } } },
        ],
      },
    },
  ],
});

const place = ({ kubectl }: Cluster, step = "data") => ({
  kubectl,
  rollout: "shop-1",
  step,
  rollBack: () => Promise.resolve({ kind: "done" } as const),
});

describe("a Job that a rollout runs", () => {
  it("G14 L19 is waited for, and once it has ended well it is not run again", async () => {
    const cluster = new Cluster(["Complete"]);
    assert.deepEqual(await runJob(CHANGE, place(cluster)), { kind: "done" });
    assert.deepEqual(await runJob(CHANGE, place(cluster)), { kind: "done" });
    assert.deepEqual(cluster.made, [jobName(CHANGE, place(cluster))]);
  });

  it("G14 has a name of its own in each rollout and step", () => {
    const names = [
      { rollout: "shop-1", step: "data" },
      { rollout: "shop-1", step: "back data" },
      { rollout: "shop-2", step: "data" },
    ].map((at) => jobName(CHANGE, at));
    assert.equal(new Set(names).size, 3);
    for (const name of names) assert.match(name, /^shop-restore-[0-9a-f]{10}$/);
  });

  it("G14 L11 one that fails is told by what its container said last, and is run anew when it is asked for again", async () => {
    const cluster = new Cluster(["Failed", "Complete"]);
    const failed = await runJob(CHANGE, place(cluster));
    const message = `Job ${cluster.made[0] ?? ""}: restore: the dump is truncated`;
    assert.deepEqual(failed, { kind: "failed", message });
    assert.deepEqual(await runJob(CHANGE, place(cluster)), { kind: "done" });
    assert.equal(cluster.made.length, 2);
  });

  it("G14 an API server that is away while it runs is asked again", async () => {
    const cluster = new Cluster(["Complete"]);
    // The creation itself is answered: only what comes after it is not.
    const lenient: Kubectl = async (args, input) => {
      if (args[0] !== "create") return cluster.kubectl(args, input);
      const answer = await cluster.kubectl(args, input);
      cluster.away = 1;
      return answer;
    };
    assert.deepEqual(await runJob(CHANGE, { ...place(cluster), kubectl: lenient }), { kind: "done" });
  });

  it("L19 a Deployment is scaled by its name", async () => {
    const cluster = new Cluster([]);
    const change = { namespace: "shop", scale: { "shop-api": 0 } };
    assert.deepEqual(await beside(change, place(cluster)), { kind: "done" });
    assert.deepEqual(cluster.said, [
      ["scale", "deployment", "shop-api", "--namespace", "shop", "--replicas=0"],
    ]);
    cluster.away = 1;
    assert.equal((await beside(change, place(cluster))).kind, "failed");
  });
});
