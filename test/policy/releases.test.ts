import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { EnforcementLevel } from "@pulumi/pulumi/proto/analyzer_pb";
import { parse } from "yaml";
import { z } from "zod";
import { repositoryRoot } from "../../engine/cache";
import { auditsOf } from "../../evidence/audit";
import { releasePolicyNames } from "../../policies/names";
import { readStackFile } from "../../settings";
import { releasesOf } from "../../systems/releases";
import { RunningPack, type Diagnostic } from "../support/policy-pack";

const FILE = path.join(repositoryRoot, "Pulumi.production.yaml");
const ROOT = { type: "pulumi:pulumi:Stack", name: "golive-production", props: {} };

/** The stack's configuration as the engine hands it over. */
const configuration = (change: (text: string) => string = (text) => text): Record<string, string> => {
  const file = z.object({ config: z.record(z.string(), z.unknown()) });
  const { config } = file.parse(parse(change(readFileSync(FILE, "utf8"))));
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, JSON.stringify(value)]));
};

const ofReleases = (said: readonly Diagnostic[]) =>
  said.filter(({ policy }) => releasePolicyNames.some((name) => name === policy));

describe("the rules over releases in the pack's process", function () {
  this.timeout(120_000);
  let pack: RunningPack;
  before(async () => {
    pack = await RunningPack.start({ stack: "production", config: configuration() });
  });
  after(() => pack.stop());

  it("K27 let production pass as the repository has it, on the root and on nothing else", async () => {
    assert.deepEqual(ofReleases(await pack.analyze(ROOT)), []);
    const map = { type: "kubernetes:core/v1:ConfigMap", name: "x", props: { metadata: { name: "x" } } };
    assert.deepEqual(ofReleases(await pack.analyze(map)), []);
  });

  it("K27 G17 refuse a stack that does not declare the record as it was judged, or not for good", async () => {
    const verdicts = await releasesOf(readStackFile(FILE), { folder: path.join(repositoryRoot, "releases") });
    const [audit] = verdicts.flatMap(auditsOf);
    const digest = audit?.digest ?? assert.fail();
    const record = (annotation: string, immutable: boolean) => ({
      type: "kubernetes:core/v1:ConfigMap",
      name: "guelaguetza-release-v1.1.0",
      props: {
        immutable,
        metadata: {
          name: "guelaguetza-release",
          labels: { "golive.dev/release-record": "v1.1.0" },
          annotations: { "golive.dev/digest": annotation },
        },
      },
    });
    const said = async (...resources: readonly ReturnType<typeof record>[]) =>
      (await pack.analyzeStack([ROOT, ...resources]))
        .filter(({ policy }) => policy === "release-record")
        .map(({ message }) => message);
    assert.deepEqual(await said(record(digest, true)), []);
    const refused = [
      `guelaguetza v1.1.0 on production: the stack declares no immutable ConfigMap of its record ${digest}: components/release-record.ts declares one`,
    ];
    assert.deepEqual(await said(), refused);
    assert.deepEqual(await said(record(digest, false)), refused);
    assert.deepEqual(await said(record(`sha256:${"0".repeat(64)}`, true)), refused);
  });

  it("G6 G7 ask for the resources of the checklist, once all are known", async () => {
    const found = (await pack.analyzeStack([ROOT])).find(({ policy }) => policy === "release-checklist");
    assert.equal(found?.level, EnforcementLevel.MANDATORY);
    const lines = found.message.split("\n");
    assert.equal(lines.length, 4);
    assert.match(
      lines[0] ?? "",
      /"Alerta para stock negativo \(CRÍTICO\)" is not met, for production declares no PrometheusRule/,
    );
    assert.match(lines[3] ?? "", /"Crear dashboard con métricas clave" is not met/);
  });

  it("K27 are neither turned off nor made advisory", async () => {
    for (const level of [EnforcementLevel.ADVISORY, EnforcementLevel.DISABLED]) {
      await assert.rejects(
        pack.configure({ "release-record": { level, properties: {} } }),
        /release-record: found "(?:advisory|disabled)"; .*: leave it out/,
      );
    }
    await pack.configure({});
  });
});

describe("the rules over releases on what is not ready", function () {
  this.timeout(120_000);

  const refusedBy = async (change: (text: string) => string): Promise<readonly Diagnostic[]> => {
    const pack = await RunningPack.start({ stack: "production", config: configuration(change) });
    try {
      return ofReleases(await pack.analyze(ROOT));
    } finally {
      await pack.stop();
    }
  };

  it("L20 K27 refuse an image without a record, by one mandatory policy", async () => {
    const said = await refusedBy((text) =>
      text
        .replace("guelaguetza-backend, tag: v1.1.0", "guelaguetza-backend, tag: v1.2.0")
        .replace(
          "repository: guelaguetza-backend,\n        tag: v1.1.0",
          "repository: guelaguetza-backend,\n        tag: v1.2.0",
        ),
    );
    assert.deepEqual(
      said.map(({ policy, level }) => [policy, level]),
      [["release-record", EnforcementLevel.MANDATORY]],
    );
    assert.match(
      said[0]?.message ?? "",
      /^golive:guelaguetza\.image is guelaguetza-backend:v1\.2\.0@sha256:\w+, of which there is no release record/,
    );
  });

  it("K27 refuse a field of evidence that is wrong, with its path, rather than let it pass", async () => {
    const said = await refusedBy((text) => text.replace("time: 24h", "time: soon"));
    assert.deepEqual(
      said.map(({ policy }) => policy),
      ["release-record"],
    );
    assert.match(
      said[0]?.message ?? "",
      /^golive:guelaguetza\.evidence\.soak\.time: expected a duration such as/,
    );
  });
});
