import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse, stringify } from "yaml";
import * as z from "zod";
import { checklistOf } from "../../../evidence/checklists";
import type { GatedSystem, SystemVerdict } from "../../../evidence/gate";
import { gatedSystems } from "../../../evidence/gated-systems";
import { parsePublicKey } from "../../../evidence/keys";
import type { Line, Role, Way } from "../../../evidence/line";
import { refusalsOf, stackVerdict } from "../../../evidence/release-verdict";
import type { Signer } from "../../../evidence/signatures";
import type { Refusal } from "../../../evidence/verdict";
import { isWithin, type Window } from "../../../evidence/window";
import { parseTimeOfDay } from "../../../settings/alerting";
import { parseDuration } from "../../../settings/duration";
import type { EvidenceSettings } from "../../../settings/evidence";
import { parseTag } from "../../../settings/image";
import { parseRepositoryName } from "../../../settings/names";
import { valueOf } from "../../../settings/parsed";
import {
  newPeople,
  publicText,
  signedLines,
  writeExample,
  type Example,
  type ExampleReport,
  type People,
} from "../../support/releases/example";
import { guelaguetza } from "../../support/releases/guelaguetza";
import { kometa } from "../../support/releases/kometa";
import { examples } from "../../support/releases/write";

/** Long after the examples: nothing of a release that has ended ages. */
const NOW = new Date("2030-06-01T12:00:00Z");

const people = newPeople("devops", "qa", "product-owner", "backend-lead");

const signersOf = (given: People): Partial<Record<Role, Signer>> =>
  Object.fromEntries(
    Object.entries(given).map(([role, person]) => {
      const { name, account } = person;
      return [role, { name, account, key: valueOf(parsePublicKey(publicText(person))) }];
    }),
  );

const evidence: EvidenceSettings = {
  language: "es",
  signers: signersOf(people),
  override: {},
  adopted: [],
};

const soak = { stack: "staging", time: valueOf(parseDuration("24h")) };

/** The system of an example, as its stack file has it. */
function systemOf(example: Example, change: Partial<GatedSystem> = {}): GatedSystem {
  const { system, images } = example.record;
  const asked = example.stack === "production" ? { ...evidence, soak } : evidence;
  const [given] = gatedSystems({ [system]: { namespace: `${system}-${example.stack}`, evidence: asked } });
  assert.ok(given !== undefined);
  const deployed = images.map(({ repository, tag }) => ({ repository, tag, path: `golive:${system}.image` }));
  return { ...given, deployed, ...change };
}

/** With a certain way of the document broken, or a report, and what else a test changes. */
class Scene {
  readonly folder = mkdtempSync(path.join(tmpdir(), "golive-gate-"));
  readonly record: string;

  constructor(
    readonly example: Example,
    signing = people,
  ) {
    this.record = writeExample(this.folder, example, signing);
  }

  async verdict(
    change: Partial<GatedSystem> = {},
    more: {
      readonly now?: Date;
      readonly resources?: (kind: string, name?: string | RegExp) => boolean;
      readonly root?: string;
    } = {},
  ): Promise<SystemVerdict> {
    const { stack } = this.example;
    const given = {
      stack,
      systems: [systemOf(this.example, change)],
      folder: this.folder,
      now: NOW,
      ...more,
    };
    const [verdict] = await stackVerdict(given);
    assert.ok(verdict !== undefined);
    return verdict;
  }

  async refusals(...given: Parameters<Scene["verdict"]>): Promise<readonly Refusal[]> {
    return refusalsOf([await this.verdict(...given)]);
  }

  /** Changes a file of the record after all was signed. */
  edit(file: string, change: (text: string) => string): this {
    const target = path.join(this.record, file);
    const before = readFileSync(target, "utf8");
    assert.notEqual(change(before), before);
    writeFileSync(target, change(before));
    return this;
  }
}

const scenes: Scene[] = [];
function scene(example: Example, signing = people): Scene {
  const made = new Scene(example, signing);
  scenes.push(made);
  return made;
}

const withoutReport = (example: Example, kind: string, name?: string): Example => ({
  ...example,
  reports: example.reports.filter((each) => each.kind !== kind || (name !== undefined && each.name !== name)),
});

/** `which` is a report's name, with its kind before it where others have the name too. */
const withReport = (example: Example, which: string, change: (text: string) => string): Example => {
  const changed = example.reports.map((each): ExampleReport => {
    if (each.name !== which && `${each.kind} ${each.name}` !== which) return each;
    assert.notEqual(change(each.text), each.text, which);
    return { ...each, text: change(each.text) };
  });
  assert.notDeepEqual(changed, example.reports);
  return { ...example, reports: changed };
};

/** A role signs all but one line. */
const withoutLine = (example: Example, role: Role, line: string): Example => ({
  ...example,
  approvals: example.approvals.map((approval) =>
    approval.role === role
      ? {
          ...approval,
          lines: signedLines(example.record.system, example.stack, role).filter((id) => id !== line),
        }
      : approval,
  ),
});

/** Nobody has signed how it ended. */
function underWay(example: Example): Example {
  const { stack, record, rollback, reports, approvals } = example;
  return { stack, record, rollback, reports, approvals };
}

/** Every part of a way. */
const parts = (way: Way): readonly Way[] => ("ways" in way ? way.ways.flatMap(parts) : [way]);

const policyOf = ({ policy = "release-checklist" }: Line) => policy;

const dueBefore = ({ record: { system }, stack }: Example): readonly Line[] =>
  (checklistOf(system)?.lines ?? []).filter(
    ({ moment, stacks }) => moment === "before" && stacks.some((stage) => stage === stack),
  );

const said = (refusals: readonly Refusal[]) => refusals.map(({ policy, message }) => `${policy}: ${message}`);

describe("the release gate", () => {
  after(() => {
    for (const { folder } of scenes) rmSync(folder, { recursive: true, force: true });
  });

  for (const { example } of examples) {
    const { record, stack } = example;
    const title = `${record.system} ${record.version} on ${stack}`;

    it(`K10 K27 G16 ${title} passes, today and in 2030`, async () => {
      const made = scene(example);
      assert.deepEqual(said(await made.refusals()), []);
      assert.deepEqual(said(await made.refusals({}, { now: new Date("2026-11-28T00:00:00Z") })), []);
      const [release] = (await made.verdict()).releases;
      assert.deepEqual(
        release?.lines.filter(({ state }) => state === "not-met").map(({ line }) => line.id),
        [],
      );
    });

    for (const line of dueBefore(example)) {
      for (const [index, way] of parts(line.way).entries()) {
        it(`${line.requirements.join(" ")} ${title} is refused without part ${index + 1} of "${line.text.es}"`, async () => {
          const refusals = await refusalsWithout(example, line, way);
          const own = refusals.filter((refusal) => refusal.line === line.id);
          const [refusal] = own;
          assert.ok(refusal !== undefined && own.length === 1, said(refusals).join("\n"));
          assert.equal(refusal.policy, policyOf(line));
          const sentence = refusal.message;
          assert.ok(sentence.includes(`"${line.text.es}" is not met, for `), sentence);
          assert.doesNotMatch(sentence, /\n/);
        });
      }
    }
  }

  async function refusalsWithout(example: Example, line: Line, way: Way): Promise<readonly Refusal[]> {
    switch (way.by) {
      case "report":
        return scene(withoutReport(example, way.kind, way.name)).refusals();
      case "sign-off": {
        const refusals = await scene(withoutLine(example, way.role, line.id)).refusals();
        assert.deepEqual(
          refusals.map((refusal) => refusal.line),
          [line.id],
        );
        return refusals;
      }
      case "resource": {
        const resources = (kind: string, name?: string | RegExp) =>
          kind !== way.kind || String(name) !== String(way.name);
        return scene(example).refusals({}, { resources });
      }
      case "completion":
      case "all":
      case "any":
        return assert.fail(`${line.id} is of a way that no line before a release has`);
    }
  }

  const broken: Readonly<Record<string, readonly [example: Example, policy: string, says: RegExp]>> = {
    "K10 coverage of 80.0 %": [
      withReport(kometa, "coverage", () =>
        [
          "TN:",
          "SF:a.ts",
          "DA:1,1",
          "DA:2,1",
          "DA:3,1",
          "DA:4,1",
          "DA:5,0",
          "LF:5",
          "LH:4",
          "end_of_record",
          "",
        ].join("\n"),
      ),
      "release-checklist",
      /cobertura > 80%.* covers 4 of 5 lines; more than 80 % are asked for/,
    ],
    "K10 a failed test": [
      withReport(kometa, "integration", (text) =>
        text.replace(/\n {4}<\/testcase>/, "<failure>x</failure></testcase>"),
      ),
      "release-checklist",
      /Tests de integración .* has 1 of 6 tests failed/,
    ],
    "K10 a scan that did not run": [
      withReport(kometa, "sast", (text) => text.replace(/"results": \[[^]*\]\n {4}\}/, '"x": 0 }')),
      "release-checklist",
      /\(SAST\) completado.* which is an analysis that did not run/,
    ],
    "K10 a report of another commit": [
      withReport(kometa, "sast", (text) =>
        text.replace(/"revisionId": "\w+"/, `"revisionId": "${"ab".repeat(20)}"`),
      ),
      "release-checklist",
      /semgrep\.sarif is of commit abab/,
    ],
    "K11 a doctor's reading of the day before": [
      withReport(kometa, "doctor", (text) => text.replace("2024-01-18T15:30", "2024-01-17T15:30")),
      "release-checklist",
      /Cluster EKS.* is 24\.5 h old .*at most 60 min are allowed/,
    ],
    "K27 a CHANGELOG without the version": [
      withReport(kometa, "changelog", (text) => text.replaceAll("v1.0-develop-11", "v1.0-develop-9")),
      "release-notes",
      /CHANGELOG\.md says nothing of 1\.0-develop-11/,
    ],
    "G1 changes that nobody committed": [
      withReport(guelaguetza, "git", (text) => `${text}? src/hotfix.ts\n`),
      "release-checklist",
      /committeados" is not met, for reports\/git-status\.txt has changes: src\/hotfix\.ts/,
    ],
    "G2 a backup of nothing": [
      withReport(guelaguetza, "backup production", (text) => text.replace(/^1843207 /m, "0 ")),
      "release-migration",
      /backup de producción" is not met, for .* is of a dump of 0 bytes/,
    ],
    "G3 a migration whose reverse nobody tried": [
      withReport(guelaguetza, "migration staging", (text) => text.replace(/,\n {2}"reverse": [^]*/, "\n}\n")),
      "release-migration",
      /reversa .* has no reverse that has been tried/,
    ],
    "G9 a soak of other images": [
      withReport(guelaguetza, "soak", (text) => text.replace(/sha256:\w{64}/, `sha256:${"e".repeat(64)}`)),
      "release-soak",
      /soak\.json is of other images: sha256:\w+ did not run/,
    ],
    "G9 a soak with an error in the logs": [
      withReport(guelaguetza, "soak", (text) => text.replace('"found": 0\n', '"found": 3\n')),
      "release-soak",
      /errores en logs" is not met, for .* says of "no errors in logs": 3 at /,
    ],
    "L20 a critical alert": [
      withReport(guelaguetza, "alerts", (text) =>
        text.replace(
          '"alerts": []',
          '"alerts": [{ "state": "firing", "labels": { "alertname": "NegativeStock", "severity": "critical", "namespace": "guelaguetza-production" } }]',
        ),
      ),
      "release-alerts",
      /alertas críticas activas" is not met, for .* has alerts that fire: NegativeStock/,
    ],
    "G15 release notes of another version": [
      withReport(guelaguetza, "release-notes", (text) => text.replace("1.1.0", "1.2.0")),
      "release-notes",
      /release-notes\.md says nothing of 1\.1\.0/,
    ],
    "G15 API documents without the 409": [
      withReport(guelaguetza, "api", (text) => text.replaceAll("409", "500")),
      "release-notes",
      /API documentation" is not met, for reports\/api\.md says nothing of the answer 409/,
    ],
    "K13 no restore point": [
      withoutReport(guelaguetza, "restore-point"),
      "release-rollback",
      /restauración .*no report restore-point is in the record/,
    ],
    "K13 no rollback plan": [
      withoutReport(guelaguetza, "document", "rollback-plan"),
      "release-rollback",
      /rollback documentado" is not met, for no report document rollback-plan/,
    ],
    "L20 no answer about alerts": [
      withoutReport(guelaguetza, "alerts", "alerts"),
      "release-alerts",
      /no report alerts is in the record: npm run golive -- release attest guelaguetza v1\.1\.0 alerts/,
    ],
  };
  for (const [title, [example, policy, says]] of Object.entries(broken)) {
    it(`${title} is refused by ${policy}, in words`, async () => {
      const refusals = await scene(example).refusals();
      const own = refusals.filter((refusal) => says.test(refusal.message));
      assert.ok(own.length > 0, said(refusals).join("\n"));
      assert.deepEqual([...new Set(own.map((refusal) => refusal.policy))], [policy]);
    });
  }

  describe("on signatures", () => {
    const one = async (made: Scene, ...given: Parameters<Scene["refusals"]>) =>
      said(await made.refusals(...given)).join("\n");

    it("G16 refuses a forged one, by each line that it would have met", async () => {
      const forger = newPeople("devops", "qa", "product-owner", "backend-lead");
      const forged = { ...people, "product-owner": forger["product-owner"] ?? assert.fail() };
      const text = await one(scene(guelaguetza, forged));
      assert.match(
        text,
        /release-approvals: .*"Feature probada en staging" is not met, for signatures\/production\/product-owner\.dsse\.json does not hold: it is signed by another key than the stack file has/,
      );
      assert.equal(text.split("\n").length, 3);
    });

    it("G16 refuses a report that was changed after it was signed, and release.yaml too", async () => {
      const report = scene(guelaguetza).edit("reports/release-notes.md", (text) => `${text}\nY más.\n`);
      assert.match(await one(report), /reports\/release-notes\.md was changed after it was signed/);
      const record = scene(guelaguetza).edit("release.yaml", (text) =>
        text.replace("Reintentos en", "Tres intentos en"),
      );
      assert.match(await one(record), /release\.yaml was changed after it was signed/);
    });

    it("G16 refuses one person for two roles, and the author", async () => {
      const devops = people.devops ?? assert.fail();
      const doubled = { ...people, "product-owner": devops };
      const asked = { ...evidence, soak, signers: signersOf(doubled) };
      assert.match(
        await one(scene(guelaguetza, doubled), { evidence: asked }),
        /product-owner and devops sign with one key|devops and product-owner sign with one key/,
      );
      const author = {
        ...guelaguetza,
        record: { ...guelaguetza.record, author: { name: "x", account: devops.account } },
      };
      assert.match(
        await one(scene(author)),
        /is the author of the release, and nobody approves a release of his own/,
      );
    });

    it("G16 refuses one that had expired when the release began", async () => {
      const early = guelaguetza.approvals.map((each) => ({
        ...each,
        at: "2025-01-20T00:00:00Z",
        expires: "2025-01-24T00:00:00Z",
      }));
      assert.match(
        await one(scene({ ...guelaguetza, approvals: early })),
        /it expired at 2025-01-24T00:00:00\.000Z/,
      );
    });

    it("G16 L9 asks every role that the document names, and two where it names none", async () => {
      const less = { ...guelaguetza, approvals: guelaguetza.approvals.slice(0, 2) };
      assert.match(await one(scene(less)), /release-approvals: .*Product Owner has not signed it/);
      const other: Example = { ...guelaguetza, record: { ...guelaguetza.record, system: "shop" } };
      const text = await one(
        scene({
          ...withReport(other, "soak", (soaked) => soaked.replace('"guelaguetza"', '"shop"')),
          approvals: less.approvals.slice(0, 1),
        }),
      );
      assert.match(
        text,
        /^release-approvals: shop v1\.1\.0 on production: 1 more of its signers must approve it: .*$/m,
      );
    });

    it("G17 refuses a completion that does not hold, and a version that was rolled back", async () => {
      const ended = guelaguetza.completion ?? assert.fail();
      const back: Example = { ...guelaguetza, completion: { ...ended, state: "rolled-back" } };
      assert.match(
        await one(scene(back)),
        /^release-record: .* it was rolled back from production at 2025-01-26T03:10:00Z, and is deployed no more/m,
      );
      const forged = scene(guelaguetza).edit("signatures/production/completion.dsse.json", (text) =>
        text.replace(/"sig": "./, '"sig": "Z'),
      );
      assert.match(await one(forged), /^release-record: .*completion\.dsse\.json does not hold/m);
    });
  });

  describe("on what is deployed", () => {
    const image = { repository: "guelaguetza-backend", tag: "v1.1.0", path: "golive:guelaguetza.image" };

    it("K27 L20 refuses an image without a record, one of another digest, and takes one that is adopted", async () => {
      const made = scene(guelaguetza);
      const unknown = { ...image, tag: "v1.2.0" };
      assert.deepEqual(said(await made.refusals({ deployed: [unknown] })), [
        "release-record: golive:guelaguetza.image is guelaguetza-backend:v1.2.0, of which there is no release record: npm run golive -- release new guelaguetza v1.2.0",
      ]);
      const other = { ...image, digest: `sha256:${"0".repeat(64)}` };
      assert.match(
        said(await made.refusals({ deployed: [other] })).join(),
        /the record of v1\.1\.0 is of another digest/,
      );
      const owned = {
        repository: valueOf(parseRepositoryName(unknown.repository)),
        tag: valueOf(parseTag(unknown.tag)),
        reason: "It ran before.",
        owner: "DevOps",
      };
      const asked: EvidenceSettings = { ...evidence, adopted: [owned] };
      assert.deepEqual(said(await made.refusals({ deployed: [unknown], evidence: asked })), []);
    });

    it("K27 production refuses what is not gated at all; develop does not", async () => {
      assert.match(
        said(await scene(guelaguetza).refusals({ evidence: undefined })).join(),
        /golive:guelaguetza\.evidence is not set, and production deploys nothing without/,
      );
      assert.deepEqual(said(await scene(kometa).refusals({ evidence: undefined })), []);
    });

    it("L3 production runs vX.Y.Z alone", async () => {
      const record = {
        ...guelaguetza.record,
        images: guelaguetza.record.images.map((each) => ({ ...each, tag: "v1.1.0-rc.1" })),
      };
      assert.match(
        said(await scene({ ...guelaguetza, record }).refusals()).join("\n"),
        /release-version: .*guelaguetza-backend:v1\.1\.0-rc\.1@sha256:\w+ is of no semantic version/,
      );
    });

    it("K27 a record that cannot be read is told with every mistake of it", async () => {
      const made = scene(kometa).edit("release.yaml", (text) => text.replace("author:", "autor:"));
      assert.match(
        said(await made.refusals()).join("\n"),
        /release-record: releases\/kometa\/v1\.0-develop-11\/release\.yaml:\d+:\d+ .*autor/,
      );
    });

    it("E5 K22 a way back asks for the record alone", async () => {
      const wrong = withoutReport(underWay(guelaguetza), "alerts");
      assert.deepEqual(said(await scene(wrong).refusals({ goesBack: true })), []);
      assert.equal((await scene(wrong).refusals()).length > 0, true);
    });

    it("K22 G14 takes the version that an approved release leads back to, and none that an unsigned one does", async () => {
      const before = { deployed: [{ ...image, tag: "v1.0.0" }] };
      const ended = guelaguetza.completion ?? assert.fail();
      const back: Example = { ...guelaguetza, completion: { ...ended, state: "rolled-back" } };
      assert.deepEqual(said(await scene(back).refusals(before)), []);
      const unsigned: Example = { ...underWay(guelaguetza), approvals: [] };
      assert.match(
        said(await scene(unsigned).refusals(before)).join(),
        /^release-record: .*v1\.0\.0, of which there is no release record/,
      );
      const other = { deployed: [{ ...image, tag: "v1.0.0", repository: "stranger" }] };
      assert.match(said(await scene(back).refusals(other)).join(), /stranger:v1\.0\.0, of which/);
    });

    it("K10 S1 a release under way is judged by the clock: its reports are too old, and its signatures have expired", async () => {
      const text = said(await scene(underWay(guelaguetza)).refusals()).join("\n");
      assert.match(text, /alerts\.json is \d+(?:\.\d)? d old/);
      assert.match(text, /it expired at 2025-02-08/);
    });
  });

  describe("on migrations", () => {
    const NAME = "20250125000000_add_version";
    const DROP = `ALTER TABLE "Product" DROP COLUMN "legacy";`;

    /** With a folder of one migration, and its reverse where one is given. */
    function withSql(example: Example, sql: string, reverse?: string): Scene {
      const made = scene(example);
      const folder = path.join(made.folder, "sql", NAME);
      mkdirSync(folder, { recursive: true });
      writeFileSync(path.join(folder, "migration.sql"), sql);
      if (reverse !== undefined) writeFileSync(path.join(folder, "down.sql"), reverse);
      return made;
    }

    const migrations = { path: "golive:guelaguetza.migration", folder: "sql" };
    const refused = async (made: Scene, change: Partial<GatedSystem> = {}) =>
      said(await made.refusals({ migrations, ...change }, { root: made.folder }));

    /** The record of the version before, with what its code does without. */
    function before(made: Scene, ...contracts: readonly string[]): Scene {
      const folder = path.join(made.folder, "guelaguetza", "v1.0.0");
      mkdirSync(folder, { recursive: true });
      const text = readFileSync(path.join(made.record, "release.yaml"), "utf8");
      const record = {
        ...z.looseObject({}).parse(parse(text)),
        version: "v1.0.0",
        previous: null,
        images: [{ repository: "other", tag: "v1.0.0", digest: `sha256:${"1".repeat(64)}` }],
        reports: [],
        stacks: {},
        contracts,
      };
      writeFileSync(path.join(folder, "release.yaml"), stringify(record));
      return made;
    }

    it("G3 L13 passes what locks, destroys and breaks nothing and can be undone", async () => {
      const add = `ALTER TABLE "Product" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;`;
      const made = withSql(guelaguetza, add, `ALTER TABLE "Product" DROP COLUMN "version";`);
      assert.deepEqual(await refused(made), []);
    });

    it("G3 L13 refuses a lock with file, line, rule and the safe way, unless the stack goes back", async () => {
      const made = withSql(guelaguetza, `\nCREATE INDEX stock ON "Product" (stock);`, "DROP INDEX stock;");
      assert.deepEqual(await refused(made), [
        `release-migration: guelaguetza on production: sql/${NAME}/migration.sql:2: Product takes no write until the index is built (SHARE) (index-not-concurrent): CREATE INDEX CONCURRENTLY, in a migration of its own, for it runs in no transaction`,
      ]);
      assert.deepEqual(await refused(made, { goesBack: true }), []);
    });

    it("G14 refuses a migration without a reverse on production", async () => {
      const text = (await refused(withSql(guelaguetza, "SELECT 1;"))).join();
      assert.match(text, /has no reverse: sql\/\w+\/down\.sql is not there \(reverse-missing\)/);
    });

    it("G3 L13 what is destroyed needs a document that names it, or a waiver; what the version before reads stays", async () => {
      const drop = () => withSql(guelaguetza, DROP, `ALTER TABLE "Product" ADD COLUMN "legacy" text;`);
      const text = (await refused(drop())).join("\n");
      assert.match(
        text,
        /release-migration: .*v1\.1\.0 on production: "Está escrito por qué .*20250125000000_add_version: Product\.legacy\)" is not met, for no report document destructive-migrations/,
      );
      assert.match(
        text,
        /Product\.legacy is dropped \(name-gone\); v1\.0\.0 still runs, and its contracts do not name/,
      );
      const contracted = await refused(before(drop(), "Product.legacy"));
      assert.equal(contracted.length, 1, contracted.join("\n"));
      assert.match(contracted.join(), /destructive-migrations/);
    });

    it("G3 the document must name the migration and what goes", async () => {
      const why = (text: string): Example => ({
        ...guelaguetza,
        reports: [
          ...guelaguetza.reports,
          { kind: "document", name: "destructive-migrations", file: "reports/drop.md", text },
        ],
      });
      const of = (text: string) => before(withSql(why(text), DROP, "-- nothing"), "Product.legacy");
      assert.deepEqual(await refused(of(`${NAME}: Product.legacy is empty since v1.0.0.`)), []);
      const silent = (await refused(of(`${NAME}: it is well.`))).join();
      assert.match(silent, /drop\.md says nothing of Product\.legacy in 20250125000000_add_version/);
    });

    it("G3 refuses a folder that is not there, one without a migration, and a since that is none of them", async () => {
      const made = withSql(guelaguetza, "SELECT 1;", "SELECT 1;");
      const withFolder = (change: object) => refused(made, { migrations: { ...migrations, ...change } });
      assert.match(
        (await withFolder({ folder: "sq" })).join(),
        /golive:guelaguetza\.migration\.folder: there is no folder sq$/,
      );
      assert.match(
        (await withFolder({ folder: "guelaguetza/v1.1.0/signatures" })).join(),
        /holds no migration$/,
      );
      assert.match(
        (await withFolder({ since: "2024_x" })).join(),
        /\.since: sql has no migration 2024_x; its last is 20250125/,
      );
      assert.deepEqual(await withFolder({ since: NAME }), []);
    });
  });

  describe("on windows", () => {
    const window = (from: string, to: string, ...days: readonly string[]): Window => ({
      days,
      from: valueOf(parseTimeOfDay(from)),
      to: valueOf(parseTimeOfDay(to)),
    });
    const tuesday = window("03:00", "05:00", "tuesday");

    it("S1 begins with its first minute, ends before its last, and may last into the next day", () => {
      const at = (windows: readonly Window[], ...times: readonly string[]) =>
        times.map((time) => isWithin(windows, new Date(time)));
      assert.deepEqual(
        at(
          [tuesday],
          "2025-01-28T02:59:59Z",
          "2025-01-28T03:00:00Z",
          "2025-01-28T04:59:59Z",
          "2025-01-28T05:00:00Z",
          "2025-01-29T03:30:00Z",
        ),
        [false, true, true, false, false],
      );
      const night = window("23:00", "01:00", "tuesday");
      assert.deepEqual(
        at(
          [night],
          "2025-01-28T22:59:00Z",
          "2025-01-28T23:00:00Z",
          "2025-01-29T00:59:00Z",
          "2025-01-29T01:00:00Z",
          "2025-01-28T00:30:00Z",
        ),
        [false, true, true, false, false],
      );
      assert.deepEqual(
        at([window("00:00", "24:00", "saturday")], "2025-01-25T23:59:59Z", "2025-01-26T00:00:00Z"),
        [true, false],
      );
    });

    it("S1 a release outside is refused, unless somebody answers for it, and not for longer", async () => {
      const made = scene(guelaguetza);
      const text = said(await made.refusals({ windows: [tuesday] })).join();
      assert.match(
        text,
        /^release-window: guelaguetza v1\.1\.0 on production: it is saturday 03:00 UTC, outside its windows \(tuesday 03:00–05:00 UTC\): wait, or set golive:guelaguetza\.evidence\.override\.window \{ reason, by, until \}$/,
      );
      const override = (until: string): Partial<GatedSystem> => ({
        windows: [tuesday],
        evidence: { ...evidence, soak, override: { window: { reason: "Urge.", by: "devops", until } } },
      });
      assert.deepEqual(said(await made.refusals(override("2025-01-25"))), []);
      assert.match(
        said(await made.refusals(override("2025-01-24"))).join(),
        /the override expired after 2025-01-24/,
      );
    });
  });
});
