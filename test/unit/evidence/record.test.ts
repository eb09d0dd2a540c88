import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import Ajv from "ajv";
import fc from "fast-check";
import { parse } from "yaml";
import { repositoryRoot } from "../../../engine/cache";
import { RECORD_SCHEMA_FILE, recordSchemaText } from "../../../evidence/json-schema";
import { parseRecord } from "../../../evidence/record";
import { SettingsError } from "../../../settings/mistakes";
import { RECORD } from "./release";

const file = "releases/shop/v1.2.0/release.yaml";

function mistakes(text: string): readonly string[] {
  try {
    parseRecord({ file, text, place: { system: "shop", version: "v1.2.0" } });
    return [];
  } catch (error) {
    assert.ok(error instanceof SettingsError, String(error));
    return error.lines.map((line) => line.replace(`${file}:`, ""));
  }
}

/** What is said of the record with one thing in it changed. */
function broken(from: string | RegExp, to: string): readonly string[] {
  const text = RECORD.replace(from, to);
  assert.notEqual(text, RECORD);
  return mistakes(text);
}

describe("a release record", () => {
  it("K27 is parsed, its lists empty where it has none, its dates as they are written", () => {
    const record = parseRecord({ file, text: RECORD });
    assert.equal(record.at, "2026-11-20T08:00:00Z");
    assert.deepEqual([record.breaking, record.dependencies], [[], []]);
    const { rollback, waivers } = record.stacks["production"] ?? {};
    assert.deepEqual(rollback, { to: "v1.1.0", plan: "rollback-plan" });
    assert.equal(waivers?.[0]?.until, "2026-12-31");
  });

  it("K27 says where each mistake stands, what was found and what is allowed", () => {
    const cases: readonly (readonly [string | RegExp, string, readonly string[]])[] = [
      [
        "system: shop",
        "system: store",
        [
          '2:9  system: found "store"; expected shop, by which the folder is named; write it, or rename the folder',
        ],
      ],
      [
        "version: v1.2.0",
        "version: 1.2",
        [
          '3:10  version: found the number 1.2; expected a tag that names one build, such as v1.0-develop-11: at most 128 letters, digits, "_", "." and "-"; put it in quotes',
        ],
      ],
      [
        "summary: Search by price",
        'summary: ""',
        ['4:10  summary: found ""; expected a text that is not empty'],
      ],
      [
        "account: ana",
        "acount: ana",
        ["5:27  author.acount: unknown key; did you mean account? expected one of: name, account"],
      ],
      [
        /commit: \w+/,
        "commit: 0123abc",
        ['6:9  commit: found "0123abc"; expected a commit of 40 lower-case hexadecimal digits'],
      ],
      [
        "2026-11-20T08:00:00Z",
        "2026-11-20T08:00:00",
        ['8:5  at: found "2026-11-20T08:00:00"; expected a time such as 2026-11-24T08:30:00Z, with its zone'],
      ],
      [
        "previous: v1.1.0\n",
        "previous: v1.2.0\n",
        ['9:11  previous: found "v1.2.0"; expected another version than this one'],
      ],
      [
        "sha256:a1",
        "a1",
        [
          `11:50  images[0].digest: found "${"a1".repeat(30)}…"; expected a digest: sha256: and 64 lower-case hexadecimal digits; add sha256: before it`,
        ],
      ],
      [
        /images:\n.*\n/,
        "images: []\n",
        ["10:9  images: found an empty list; expected at least one image: what is released"],
      ],
      [
        /changes:\n.*\n/,
        "changes: []\n",
        ["12:10  changes: found an empty list; expected at least one change, in a sentence"],
      ],
      [
        "kind: document, name: changelog",
        "kind: documents, name: changelog",
        [
          '15:13  reports[0].kind: found "documents"; expected one of tests, coverage, sast, scan, k6, backup, migration, soak, review, ci, alerts, preflight, readings, git, document, restore-point',
        ],
      ],
      [
        "file: reports/changelog.md",
        "file: ../changelog.md",
        [
          '15:46  reports[0].file: found "../changelog.md"; expected a file of the record\'s folder, such as reports/unit.xml: a relative path with "/", without "." and ".."',
        ],
      ],
      [
        "file: reports/changelog.md",
        "file: /etc/passwd",
        [
          '15:46  reports[0].file: found "/etc/passwd"; expected a file of the record\'s folder, such as reports/unit.xml: a relative path with "/", without "." and ".."',
        ],
      ],
      [
        "file: reports/production/plan.md",
        "file: reports/changelog.md",
        [
          '19:54  stacks.production.reports[0].file: found "reports/changelog.md"; expected each file cited once; reports[0].file is the same',
        ],
      ],
      [
        "name: rollback-plan, file",
        "name: changelog, file",
        [
          '19:33  stacks.production.reports[0].name: found "changelog"; expected another name; reports[0] is a report of the same kind',
        ],
      ],
      [
        "to: v1.1.0",
        "to: v1.2.0",
        ['20:21  stacks.production.rollback.to: found "v1.2.0"; expected another version than this one'],
      ],
      [
        "by: release-manager",
        "by: boss",
        [
          '22:61  stacks.production.waivers[0].by: found "boss"; expected one of backend-lead, dev-lead, devops, product-owner, qa, release-manager, sre-lead',
        ],
      ],
      [
        "until: 2026-12-31",
        "until: soon",
        ['22:85  stacks.production.waivers[0].until: found "soon"; expected a date such as 2026-12-31'],
      ],
    ];
    for (const [from, to, lines] of cases) assert.deepEqual(broken(from, to), lines, to);
  });

  it("K27 tells a line waived twice, an image listed twice, and a file of no YAML", () => {
    const waiver = /^ {6}- \{ line: load-test.*\n/m.exec(RECORD)?.[0] ?? "";
    assert.deepEqual(mistakes(RECORD + waiver), [
      '23:17  stacks.production.waivers[1].line: found "load-test"; expected each line waived once; stacks.production.waivers[0].line is the same',
    ]);
    const image = /^ {2}- \{ repository.*\n/m.exec(RECORD)?.[0] ?? "";
    assert.deepEqual(broken(image, image + image), [
      "12:5  images[1]: found a mapping; expected each image once; images[0] is the same",
    ]);
    assert.match(mistakes("system: [")[0] ?? "", /expected YAML/);
    assert.match(mistakes("")[0] ?? "", /expected a mapping with keys of: system, version/);
  });

  it("K27 lists every mistake of the file at once, in the order of the file", () => {
    const text = RECORD.replace("summary: Search by price", "sumary: x")
      .replace("previous: v1.1.0\n", "previous: 7\n")
      .replace("by: release-manager", "by: boss");
    assert.deepEqual(
      mistakes(text).map((line) => line.split(": ")[0]),
      ["4:1  sumary", "9:11  previous", "22:61  stacks.production.waivers[0].by"],
    );
  });

  it("K27 is refused in words, whatever is written", () => {
    const lines = RECORD.split("\n");
    const line = fc.oneof(
      fc.constantFrom(...lines),
      fc.string(),
      fc.constantFrom("a: &a [*a]", "b: *none", "!!set {x}", "<<: {}", "- - -", "__proto__: 1"),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 25 }), (text) => {
        mistakes(text.join("\n"));
      }),
      { numRuns: 300 },
    );
  });

  it("K27 has a JSON Schema that is up to date, takes the record, and refuses a key too many", () => {
    const text = readFileSync(path.join(repositoryRoot, RECORD_SCHEMA_FILE), "utf8");
    assert.equal(text, recordSchemaText(), "npm run generate writes it");
    const validate = new Ajv({ strict: false, formats: { date: true } }).compile(JSON.parse(text));
    const record: unknown = parse(RECORD);
    assert.equal(validate(record), true, JSON.stringify(validate.errors));
    assert.equal(validate(parse(`${RECORD}more: 1\n`)), false);
  });
});
