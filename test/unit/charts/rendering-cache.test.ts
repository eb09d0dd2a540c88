import assert from "node:assert/strict";
import {
  appendFile,
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { renderChart } from "../../../charts/render";
import { withEnvironment } from "../../support/environment";

/** In seconds. */
const DAY = 24 * 60 * 60;

/** Says what it was called with, and renders one object out of its values. */
const HELM = `#!/bin/sh
echo "$1" >> "$(dirname "$0")/calls"
values=$(cat)
case "$values" in *broken*) echo "Error: broken" >&2; exit 1;; esac
[ "$1" = template ] && echo "{apiVersion: v1, kind: ConfigMap, metadata: {name: it}, data: $values}"
exit 0
`;

describe("renderings kept", () => {
  let folder: string;
  let chart: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "golive-renderings-"));
    chart = path.join(folder, "chart");
    await cp("charts/service", chart, { recursive: true });
    await writeFile(path.join(folder, "helm"), HELM);
    await chmod(path.join(folder, "helm"), 0o755);
  });

  afterEach(() => rm(folder, { recursive: true }));

  const renderings = () => path.join(folder, "renderings");
  const entries = async () => (await readdir(renderings())).map((name) => path.join(renderings(), name));
  const onlyEntry = async () => {
    const [entry, ...more] = await entries();
    assert.ok(entry !== undefined && more.length === 0);
    return entry;
  };

  /** What helm was asked since the last look, one verb each. */
  const asked = async (): Promise<string[]> => {
    const calls = path.join(folder, "calls");
    const text = await readFile(calls, "utf8").catch(() => "");
    await rm(calls, { force: true });
    return text.split("\n").filter((line) => line !== "");
  };

  /** With the helm above, whose renderings are kept in this test's folder; the environment is one for all. */
  const withHelm = <T>(work: () => Promise<T>): Promise<T> =>
    withEnvironment({ GOLIVE_HELM: path.join(folder, "helm"), GOLIVE_RENDERINGS: renderings() }, work);

  const rendered = (changes: Partial<Parameters<typeof renderChart>[0]> = {}) =>
    renderChart({
      chart,
      name: "r",
      namespace: "n",
      values: { a: 1, b: 2 },
      lint: true,
      keep: true,
      ...changes,
    });

  const render = (changes?: Parameters<typeof rendered>[0]) => withHelm(() => rendered(changes));

  /** Renders once, so that what follows starts from what was kept. */
  const keep = async () => {
    const first = await render();
    assert.deepEqual(await asked(), ["template", "lint"]);
    return first;
  };

  it("K9 a second rendering of the same is the first's, without helm", async () => {
    const first = await keep();
    assert.deepEqual(await render(), first);
    assert.deepEqual(await asked(), []);
  });

  it("K9 whoever judges without a lint takes what was kept, whatever the order of the values and the chart's path", async () => {
    const first = await keep();
    const copy = path.join(folder, "copy");
    await cp(chart, copy, { recursive: true });
    const again = await render({ chart: copy, values: { b: 2, a: 1 }, lint: false, keep: false });
    assert.deepEqual(again, first);
    assert.deepEqual(await asked(), []);
  });

  const others: Readonly<Record<string, () => Promise<unknown>>> = {
    "other values": () => render({ values: { a: 1, b: 3 } }),
    "another release": () => render({ name: "other" }),
    "another namespace": () => render({ namespace: "other" }),
    "another Kubernetes": () => render({ kubeVersion: "1.30" }),
    "an edit of the chart": async () => {
      await appendFile(path.join(chart, "templates", "service.yaml"), "\n");
      return render();
    },
    "a file more in the chart": async () => {
      await writeFile(path.join(chart, "templates", "more.yaml"), "");
      return render();
    },
    "a file of the chart renamed": async () => {
      await cp(path.join(chart, "values.yaml"), path.join(chart, "values.yml"));
      await rm(path.join(chart, "values.yaml"));
      return render();
    },
    "another helm": async () => {
      await appendFile(path.join(folder, "helm"), "# another\n");
      return render();
    },
  };
  for (const [what, renderOther] of Object.entries(others)) {
    it(`K9 ${what} is rendered anew`, async () => {
      await keep();
      await renderOther();
      assert.deepEqual(await asked(), ["template", "lint"]);
    });
  }

  const damages: Readonly<Record<string, (entry: string) => Promise<unknown>>> = {
    "cut short": async (entry) => writeFile(entry, (await readFile(entry, "utf8")).slice(0, -5)),
    empty: (entry) => writeFile(entry, ""),
    changed: async (entry) =>
      writeFile(entry, (await readFile(entry, "utf8")).replace("ConfigMap", "Secret")),
  };
  for (const [how, damage] of Object.entries(damages)) {
    it(`K9 an entry that is ${how} is dropped, and rendered anew`, async () => {
      const first = await keep();
      await damage(await onlyEntry());
      assert.deepEqual(await render({ keep: false }), first);
      assert.deepEqual(await asked(), ["template", "lint"]);
      assert.deepEqual(await entries(), []);
    });
  }

  it("K9 an entry that lies in another's place is dropped", async () => {
    await keep();
    const first = await onlyEntry();
    await render({ values: { a: 2 } });
    const second = (await entries()).find((entry) => entry !== first);
    assert.ok(second !== undefined);
    await cp(second, first);
    await asked();
    assert.match((await render()).text, /"a":1/);
    assert.deepEqual(await asked(), ["template", "lint"]);
  });

  it("K9 a failure is not kept: the next run asks helm again", async () => {
    const broken = () => assert.rejects(render({ values: { a: "broken" } }), /does not render/);
    await broken();
    await broken();
    assert.deepEqual(await asked(), ["template", "template"]);
  });

  it("K9 nothing is kept unasked, without a lint, or of a chart whose files are not all its own", async () => {
    await render({ keep: false });
    await render({ lint: false });
    await symlink(path.join(folder, "helm"), path.join(chart, "templates", "link.yaml"));
    await render();
    await assert.rejects(stat(renderings()));
  });

  it("K9 what is kept is its owner's alone, and nothing half written stays", async () => {
    await withHelm(() => Promise.all(Array.from({ length: 8 }, () => rendered())));
    assert.equal((await stat(await onlyEntry())).mode & 0o777, 0o600);
    assert.equal((await stat(renderings())).mode & 0o777, 0o700);
  });

  it("K9 a folder that cannot be used costs time, and nothing else", async () => {
    await writeFile(renderings(), "a file where the folder would be");
    const first = await render();
    assert.deepEqual(await render(), first);
    assert.deepEqual(await asked(), ["template", "lint", "template", "lint"]);
  });

  it("K9 what nobody wrote for a month goes, and the oldest of too many", async () => {
    await mkdir(renderings());
    const write = async (name: string, daysAgo: number) => {
      const then = Date.now() / 1000 - daysAgo * DAY;
      await writeFile(path.join(renderings(), name), "");
      await utimes(path.join(renderings(), name), then, then);
    };
    await Promise.all(Array.from({ length: 1998 }, (_, index) => write(`recent-${index}`, 1)));
    await Promise.all([write("month", 31), write("newer", 2), write("older", 3)]);
    await render();
    const left = (await readdir(renderings())).filter((name) => !name.startsWith("recent-"));
    assert.equal(left.length, 2);
    assert.ok(left.includes("newer"));
  });
});
