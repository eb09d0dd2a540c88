import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { TestProject, type Finished } from "../support/project";
import { newPeople, writeExample, type Example } from "../support/releases/example";
import { kometa } from "../support/releases/kometa";
import { withKeys } from "../support/releases/write";

const FILE = "Pulumi.develop.yaml";
const RECORD = "releases/kometa/v1.0-develop-11";
const PACK = ["--policy-pack", "policies"];

const state = z.object({
  deployment: z.object({ resources: z.array(z.object({ type: z.string() })).default([]) }),
});

/** Kometa on develop, with the example's release signed by keys of the test. What is refused has created nothing. */
describe("the release gate on the real engine", () => {
  let project: TestProject;
  const people = newPeople("devops", "qa", "product-owner");

  before(async () => {
    project = await TestProject.create("develop", { KUBECONFIG: "/nonexistent" });
    await project.edit(FILE, (text) => withKeys(text, "kometa", people));
  });
  beforeEach(() => release(kometa));
  after(() => project.remove());

  function release(example: Example): void {
    writeExample(path.join(project.folder, "releases"), example, people);
  }

  const created = async (): Promise<readonly string[]> => {
    const { output } = await project.run("stack", "export");
    return state
      .parse(JSON.parse(output))
      .deployment.resources.map(({ type }) => type)
      .filter((type) => type !== "pulumi:pulumi:Stack");
  };

  /** Refused, in words that say `says`, and without a stack trace. */
  async function refused({ code, output }: Finished, says: RegExp): Promise<void> {
    assert.notEqual(code, 0, output);
    assert.match(output, says);
    assert.doesNotMatch(output, /\n {4,}at /);
    assert.deepEqual(await created(), []);
  }

  const up = (...args: readonly string[]) => project.run("up", "--yes", "--skip-preview", ...args);

  it("K10 K27 previews a release whose record is complete, with every rule over releases", async () => {
    const { code, output } = await project.run("preview", ...PACK);
    assert.equal(code, 0, output);
    assert.match(output, /golive:components:ReleaseRecord/);
    assert.doesNotMatch(output, /\[mandatory\]/);
  });

  it("K10 refuses a preview, an up, and an up that skips the preview, in one sentence with the document's own words", async () => {
    release({ ...kometa, reports: kometa.reports.filter(({ kind }) => kind !== "sast") });
    const says =
      /\[release-checklist\] kometa v1\.0-develop-11 on develop: "Análisis de seguridad \(SAST\) completado" is not met, for no report sast is in the record: npm run golive -- release attest kometa v1\.0-develop-11 sast FILE/;
    for (const run of [
      await project.run("preview", ...PACK),
      await project.run("up", "--yes", ...PACK),
      await up(...PACK),
    ]) {
      await refused(run, /Análisis de seguridad \(SAST\) completado/);
    }
    await refused(await up(), says);
  });

  it("K27 no pack opens nothing, nor one whose configuration turns it off, or weakens the rules over releases", async () => {
    release({ ...kometa, approvals: [] });
    await refused(await up(), /\[release-checklist\].*DevOps has not signed it/);
    const config = path.join(project.folder, "config.json");
    const configured = async (given: object) => {
      await writeFile(config, JSON.stringify(given));
      return up(...PACK, "--policy-pack-config", "config.json");
    };
    await refused(await configured({ all: "disabled" }), /no configuration weakens every rule at once/);
    await refused(await configured({ "release-checklist": "disabled" }), /not to be turned off/);
    await refused(
      await configured({ "release-checklist": "advisory" }),
      /a rule over releases is mandatory on every stack/,
    );
    await refused(await configured({ "relase-checklist": "advisory" }), /unknown rule "relase-checklist"/);
  });

  it("K27 refuses an image without a record, and a record of another digest", async () => {
    const next = (text: string) => text.replace(/tag: v1\.0-develop-11/, "tag: v1.0-develop-12");
    await project.with(FILE, next, async () =>
      refused(await up(), /\[release-record\] .*of which there is no release record/),
    );
    const pinned = (text: string) =>
      text.replace(/(tag: v1\.0-develop-11).*\n/, `$1\n      digest: sha256:${"0".repeat(64)}\n`);
    await project.with(FILE, pinned, async () =>
      refused(await up(), /\[release-record\] .*is of another digest/),
    );
  });

  it("G16 refuses a forged signature, an expired one, a changed report, and one person for two roles", async () => {
    const forger = newPeople("devops", "qa", "product-owner");
    writeExample(path.join(project.folder, "releases"), kometa, { ...people, ...forger });
    await refused(await up(), /it is signed by another key than the stack file has/);
    release({
      ...kometa,
      approvals: kometa.approvals.map((each) => ({
        ...each,
        at: "2024-01-10T00:00:00Z",
        expires: "2024-01-17T00:00:00Z",
      })),
    });
    await refused(await up(), /it expired at 2024-01-17/);
    release(kometa);
    const report = path.join(project.folder, RECORD, "reports/tests-unit.xml");
    writeFileSync(report, readFileSync(report, "utf8").replace("finds by price", "finds"));
    await refused(await up(), /reports\/tests-unit\.xml was changed after it was signed/);
    const twice = (text: string) =>
      text.replace(/ {8}qa: (\{.*)\n/, (_, person: string) => {
        const devops = / {8}devops: (\{.*)\n/.exec(text)?.[1] ?? "";
        assert.notEqual(devops, person);
        return `        qa: ${devops}\n`;
      });
    await project.with(FILE, twice, async () => refused(await up(), /nobody signs for two roles/));
  });

  it("D8 refuses an exemption that has ended, before anything is created", async () => {
    const exemption =
      '{ rule: probes, resource: Deployment/kometa-develop/x, reason: y, owner: z, until: "2024-01-01" }';
    const ended = (text: string) =>
      text.replace("config:\n", `config:\n  golive:exemptions: [${exemption}]\n`);
    await project.with(FILE, ended, async () => refused(await up(...PACK), /ended with 2024-01-01/));
  });

  describe("with another program beside the pack", () => {
    const PROGRAM = "other.js";

    before(async () => {
      await writeFile(
        path.join(project.folder, PROGRAM),
        'const random = require("@pulumi/random"); new random.RandomId("one", { byteLength: 4 });\n',
      );
      await project.edit("Pulumi.yaml", (text) => text.replace("main: program.js", `main: ${PROGRAM}`));
    });

    it("K10 K27 the pack alone lets nothing be created, for its rules sit on the root stack resource", async () => {
      release({ ...kometa, reports: kometa.reports.filter(({ kind }) => kind !== "coverage") });
      const run = await up(...PACK);
      await refused(run, /release-checklist/);
      assert.match(run.output, /Tests unitarios pasando \(cobertura > 80%\)/);
    });

    it("K27 and refuses where there is no record at all", async () => {
      await rm(path.join(project.folder, RECORD), { recursive: true });
      await refused(await up(...PACK), /of which there is no release record/);
    });
  });
});
