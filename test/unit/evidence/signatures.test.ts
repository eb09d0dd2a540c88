import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { keyObject, newKeyPair, parsePublicKey } from "../../../evidence/keys";
import type { Role } from "../../../evidence/line";
import { loadRecord } from "../../../evidence/records";
import {
  approvalOf,
  completionOf,
  parsePrivateKey,
  signStatement,
  verifyApprovals,
  verifyCompletion,
  type Approval,
  type Judging,
  type Signers,
} from "../../../evidence/signatures";
import { preAuthEncoding, sealed } from "../../../evidence/signatures/envelope";
import { APPROVAL_TYPE, type Statement } from "../../../evidence/signatures/statement";
import { valueOf } from "../../../settings/parsed";
import { CHANGELOG, DIGEST, RECORD, people, person, releaseFolder, type Person } from "./release";

const NOW = new Date("2026-11-24T08:30:00Z");
const SIGNERS: Signers = {
  qa: people.qa.signer,
  "product-owner": people["product-owner"].signer,
  devops: people.devops.signer,
};
const JUDGING: Judging = { stack: "production", signers: SIGNERS, now: NOW };

interface Making {
  readonly folder?: string;
  readonly role?: keyof typeof people;
  /** Who signs. */
  readonly by?: Person;
  readonly statement?: (statement: Statement) => Statement;
  readonly text?: (text: string) => string;
}

/** Changes what an approval says, before it is signed. */
const saying =
  (change: Partial<Approval>) =>
  (statement: Statement): Statement =>
    statement.predicateType === APPROVAL_TYPE
      ? { ...statement, predicate: { ...statement.predicate, ...change } }
      : statement;

function approval(folder: string, role: Role, { signer: { name, account } }: Person): Statement {
  const expires = new Date("2026-12-01T00:00:00Z");
  const lines = ["qa-approval"];
  return approvalOf(loadRecord(folder), {
    stack: "production",
    role,
    name,
    account,
    lines,
    at: NOW,
    expires,
  });
}

function write(folder: string, file: string, text: string): void {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), text);
}

/** A release that a role signed; its folder. */
function signed(making: Making = {}): string {
  const { folder = releaseFolder(), role = "qa", statement, text } = making;
  const by = making.by ?? people[role];
  const said = approval(folder, role, people[role]);
  const envelope = signStatement(statement?.(said) ?? said, by.privateKey);
  write(folder, `signatures/production/${role}.dsse.json`, text?.(envelope) ?? envelope);
  return folder;
}

/** What becomes of the approvals: `valid`, or the reason. */
async function verdicts(folder: string, judging: Partial<Judging> = {}): Promise<Record<string, string>> {
  const found = await verifyApprovals(loadRecord(folder), { ...JUDGING, ...judging });
  return Object.fromEntries(found.map((each) => [each.of, each.valid ? "valid" : each.reason]));
}

const qaVerdict = async (making: Making, judging: Partial<Judging> = {}) =>
  (await verdicts(signed(making), judging))["qa"];

const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("signatures of a release", () => {
  it("G16 L9 believes what each role signed for this version, stack and images", async () => {
    const folder = signed();
    signed({ folder, role: "product-owner" });
    assert.deepEqual(await verdicts(folder), { qa: "valid", "product-owner": "valid" });
    assert.deepEqual(await verdicts(folder, { stack: "staging" }), {});
    const [first] = await verifyApprovals(loadRecord(folder), JUDGING);
    assert.ok(first?.valid === true);
    assert.deepEqual(first.signed.lines, ["qa-approval"]);
    assert.deepEqual(Object.keys(first.signed.reports), [
      "reports/changelog.md",
      "reports/production/plan.md",
    ]);
  });

  it("G16 encodes what is signed as DSSE does (the example of its protocol.md)", () => {
    const encoded = preAuthEncoding("http://example.com/HelloWorld", Buffer.from("hello world"));
    assert.equal(encoded.toString(), "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  });

  it("G16 refuses a key that the stack file does not have, or has for another role", async () => {
    const foreign = "it is signed by another key than the stack file has";
    assert.equal(await qaVerdict({ by: person("Berta Gil", "berta") }), foreign);
    assert.equal(await qaVerdict({ by: people.devops }), foreign);
    assert.match(
      String(await qaVerdict({}, { signers: {} })),
      /names no signer for it: add qa to golive:shop\.evidence\.signers/,
    );
  });

  it("G16 refuses a signature that does not fit, a payload that was altered, and one without any", async () => {
    const altered = "its signature does not fit its payload: one of the two was altered";
    const other = signStatement(approval(releaseFolder(), "devops", people.devops), people.qa.privateKey);
    const parts = JSON.parse(other) as unknown;
    assert.ok(typeof parts === "object" && parts !== null && "signatures" in parts && "payload" in parts);
    const { signatures, payload } = parts;
    const swapped = (text: string) => JSON.stringify({ ...mapping(text), signatures }, null, 2);
    assert.equal(await qaVerdict({ text: swapped }), altered);
    assert.equal(await qaVerdict({ text: (text) => JSON.stringify({ ...mapping(text), payload }) }), altered);
    const bare = (text: string) => JSON.stringify({ ...mapping(text), signatures: [] });
    assert.equal(await qaVerdict({ text: bare }), "it has no signature");
    const typed = (text: string) => JSON.stringify({ ...mapping(text), payloadType: "text/plain" });
    assert.equal(
      await qaVerdict({ text: typed }),
      'its payloadType is "text/plain", not application/vnd.in-toto+json',
    );
  });

  it("G16 refuses several signatures, be one of them right", async () => {
    const twice = (text: string) => {
      const envelope = mapping(text);
      const own: unknown[] = Array.isArray(envelope["signatures"]) ? envelope["signatures"] : [];
      return JSON.stringify({ ...envelope, signatures: [...own, { keyid: "00", sig: base64("x") }] });
    };
    assert.equal(await qaVerdict({ text: twice }), "it has 2 signatures, of which a role makes one");
  });

  it("G16 refuses what is no envelope, and what is no statement", async () => {
    assert.equal(await qaVerdict({ text: () => "{" }), "it is no JSON");
    assert.match(String(await qaVerdict({ text: () => "{}" })), /^it is no DSSE envelope: payloadType: /);
    const envelope = (payload: string) => sealed(Buffer.from(payload), people.qa.privateKey);
    assert.match(
      String(await qaVerdict({ text: () => envelope("no") })),
      /^it signs no statement that golive knows/,
    );
    const unknown = {
      ...approval(releaseFolder(), "qa", people.qa),
      predicateType: "https://example.com/v1",
    };
    assert.match(
      String(await qaVerdict({ text: () => envelope(JSON.stringify(unknown)) })),
      /^it signs no statement that golive knows: predicateType/,
    );
  });

  it("G16 refuses another system, version, commit, stack, role or image, and says which", async () => {
    const cases: readonly (readonly [Partial<Approval>, string])[] = [
      [{ system: "store" }, "it is signed for system store, not shop"],
      [{ version: "v1.1.0" }, "it is signed for version v1.1.0, not v1.2.0"],
      [{ stack: "staging" }, "it is signed for stack staging, not production"],
      [
        { commit: "f".repeat(40) },
        `it is signed for commit ${"f".repeat(40)}, not 0123456789abcdef0123456789abcdef01234567`,
      ],
      [{ role: "devops" }, "it is signed for role devops, not qa"],
      [{ person: "Eva" }, "it is signed by Eva (berta), and the stack file has Berta Gil (berta)"],
    ];
    for (const [change, reason] of cases)
      assert.equal(await qaVerdict({ statement: saying(change) }), reason);
    const none = (statement: Statement) => ({ ...statement, subject: [] });
    assert.equal(await qaVerdict({ statement: none }), `it is not signed for the image shop/api@${DIGEST}`);
    const more = (statement: Statement) => ({
      ...statement,
      subject: [...statement.subject, { name: "shop/web", digest: { sha256: "b".repeat(64) } }],
    });
    assert.match(
      String(await qaVerdict({ statement: more })),
      /shop\/web@sha256:b+, which the record does not have$/,
    );
  });

  it("G16 refuses an approval that has expired, and one that is yet to come", async () => {
    const until = (expires: string) => qaVerdict({ statement: saying({ expires }) });
    assert.equal(await until("2026-11-24T08:30:00.001Z"), "valid");
    assert.equal(
      await qaVerdict({}, { asOf: new Date("2026-12-01T00:00:00Z"), now: new Date("2026-12-02") }),
      "it expired at 2026-12-01T00:00:00.000Z",
    );
    assert.equal(await qaVerdict({}, { asOf: NOW, now: new Date("2027-12-02") }), "valid");
    assert.equal(
      await until("2026-11-24T08:30:00Z"),
      "it expires at 2026-11-24T08:30:00Z, before it was signed",
    );
    const at = (time: string) => qaVerdict({ statement: saying({ at: time }) });
    assert.equal(await at("2026-11-24T08:35:00Z"), "valid");
    assert.equal(
      await at("2026-11-24T08:35:01Z"),
      "it is signed at 2026-11-24T08:35:01Z, which is yet to come",
    );
  });

  it("G16 refuses what was signed before a report or the record was changed", async () => {
    const after = async (change: (folder: string) => void) => {
      const folder = signed();
      change(folder);
      return (await verdicts(folder))["qa"];
    };
    const edited = (from: string, to: string) => (folder: string) =>
      writeFileSync(path.join(folder, "release.yaml"), RECORD.replace(from, to));
    const changelog = (folder: string) =>
      writeFileSync(path.join(folder, "reports/changelog.md"), `${CHANGELOG}!`);
    assert.equal(await after(changelog), "reports/changelog.md was changed after it was signed");
    const uncited = edited(
      "  - { kind: document, name: changelog, file: reports/changelog.md }",
      "[]".replace("[]", "  []"),
    );
    assert.equal(
      await after(uncited),
      "reports/changelog.md was taken out of the record after it was signed",
    );
    const sinceThen = "release.yaml was changed after it was signed";
    assert.equal(await after(edited("load-test, reason", "code-review, reason")), sinceThen);
    assert.equal(await after(edited("to: v1.1.0", "to: v1.0.0")), sinceThen);
    assert.equal(await after(edited("- Search by price", "- Search")), sinceThen);
    assert.equal(await after(edited("# by hand", "# by nobody")), "valid");
    const staging = "  staging: { waivers: [{ line: x, reason: y, by: qa, until: 2026-12-31 }] }\n";
    assert.equal(await after(edited("stacks:\n", `stacks:\n${staging}`)), "valid");
    const restore = edited("plan: rollback-plan }", "plan: rollback-plan, restorePoint: before }");
    assert.equal(await after(restore), "valid");
  });

  it("G16 lets a reading of the hour be taken again after the approvals, and no other report", async () => {
    const record = RECORD.replace("kind: document, name: changelog", "kind: alerts, name: alerts");
    const folder = signed({ folder: releaseFolder(record) });
    writeFileSync(path.join(folder, "reports/changelog.md"), "[]");
    assert.deepEqual(await verdicts(folder), { qa: "valid" });
    writeFileSync(path.join(folder, "reports/production/plan.md"), "");
    assert.match(String((await verdicts(folder))["qa"]), /plan\.md was changed/);
  });

  it("G16 L9 refuses the author, by account or by name", async () => {
    const author = (from: string, to: string) =>
      qaVerdict({ folder: releaseFolder(RECORD.replace(from, to)) });
    const reason = "Berta Gil is the author of the release, and nobody approves a release of his own";
    assert.equal(await author("account: ana", "account: Berta"), reason);
    assert.equal(await author("name: Ana Ruiz", "name: berta gil"), reason);
  });

  it("G16 L9 refuses one key, or one person, for two roles, both of them", async () => {
    const folder = signed();
    signed({ folder, role: "devops" });
    const { key } = { key: newKeyPair().publicKey, ...people.qa.signer };
    const oneKey = { ...SIGNERS, devops: { name: "Dora Luz", account: "dora", key } };
    assert.deepEqual(await verdicts(folder, { signers: oneKey }), {
      devops: "devops and qa sign with one key",
      qa: "qa and devops sign with one key",
    });
    const onePerson = { ...SIGNERS, devops: { ...people.devops.signer, account: "BERTA" } };
    assert.deepEqual(await verdicts(folder, { signers: onePerson }), {
      devops: "Dora Luz signs for devops and for qa",
      qa: "Berta Gil signs for qa and for devops",
    });
  });

  it("G16 refuses an envelope with one byte changed, whichever it is", async () => {
    const folder = signed();
    const loaded = loadRecord(folder);
    const [stored] = loaded.signatures;
    assert.ok(stored);
    const { text } = stored;
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.integer({ min: 1, max: 127 }), async (index, bits) => {
        const bytes = Buffer.from(text);
        bytes[index] = (bytes[index] ?? 0) ^ bits;
        const changed = { ...loaded, signatures: [{ ...stored, text: bytes.toString() }] };
        const [verdict] = await verifyApprovals(changed, JUDGING);
        assert.equal(verdict?.valid, false);
      }),
      { numRuns: 400 },
    );
  });

  it("G16 refuses an approval once one byte of a report that it knew is changed, whichever it is", async () => {
    const folder = signed();
    await fc.assert(
      fc.asyncProperty(
        fc.nat(CHANGELOG.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (index, bits) => {
          const bytes = Buffer.from(CHANGELOG);
          bytes[index] = (bytes[index] ?? 0) ^ bits;
          writeFileSync(path.join(folder, "reports/changelog.md"), bytes);
          assert.match(String((await verdicts(folder))["qa"]), /changed after it was signed$/);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe("the completion of a release", () => {
  const FINE = {
    stack: "production",
    start: "2026-11-24T07:00:00Z",
    end: "2026-11-24T07:30:00Z",
    downtime: 12,
    incidents: ["a slow query"],
    state: "succeeded" as const,
    by: { role: "devops" as const, person: "Dora Luz", account: "dora" },
  };

  async function outcome(change: Partial<typeof FINE>, by: Person = people.devops): Promise<string> {
    const folder = releaseFolder();
    const statement = completionOf(loadRecord(folder), { ...FINE, ...change });
    write(folder, "signatures/production/completion.dsse.json", signStatement(statement, by.privateKey));
    const verdict = await verifyCompletion(loadRecord(folder), JUDGING);
    return verdict?.valid === true
      ? `${verdict.signed.state}, ${verdict.signed.downtime} s`
      : (verdict?.reason ?? "none");
  }

  it("G17 is believed of devops or the release manager, and is not there before", async () => {
    assert.equal(await outcome({}), "succeeded, 12 s");
    assert.equal(await verifyCompletion(loadRecord(releaseFolder()), JUDGING), undefined);
    assert.equal(await outcome({}, people.qa), "it is signed by another key than the stack file has");
  });

  it("G17 refuses times that cannot be, another stack, and another's name", async () => {
    const cases: readonly (readonly [Partial<typeof FINE>, string])[] = [
      [
        { end: "2026-11-24T06:59:59Z" },
        "it ends at 2026-11-24T06:59:59Z, before its start at 2026-11-24T07:00:00Z",
      ],
      [{ downtime: 1801 }, "its downtime of 1801 s is longer than the 1800 s that it took"],
      [{ downtime: 1800 }, "succeeded, 1800 s"],
      [
        { start: "2026-11-19T07:00:00Z" },
        "it starts at 2026-11-19T07:00:00Z, before the build at 2026-11-20T08:00:00Z",
      ],
      [{ end: "2026-11-24T09:00:00Z" }, "it ends at 2026-11-24T09:00:00Z, which is yet to come"],
      [{ stack: "staging" }, "it is signed for stack staging, not production"],
      [
        { by: { ...FINE.by, person: "Eva" } },
        "it is signed by Eva (dora), and the stack file has Dora Luz (dora)",
      ],
    ];
    for (const [change, reason] of cases) assert.equal(await outcome(change), reason);
  });

  it("G17 is no approval, nor is an approval a completion", async () => {
    const folder = releaseFolder();
    const text = signStatement(completionOf(loadRecord(folder), FINE), people.devops.privateKey);
    write(folder, "signatures/production/devops.dsse.json", text);
    assert.deepEqual(await verdicts(folder), { devops: "it is a completion, not an approval" });
    const approving = signStatement(approval(folder, "devops", people.devops), people.devops.privateKey);
    write(folder, "signatures/production/completion.dsse.json", approving);
    const verdict = await verifyCompletion(loadRecord(folder), JUDGING);
    assert.ok(verdict?.valid === false);
    assert.equal(verdict.reason, "it is an approval, not a completion");
  });
});

describe("keys", () => {
  it("G16 are read as base64 of the bytes and as PEM, to the same key", () => {
    const { publicKey, privateKey } = newKeyPair();
    const pem = keyObject(publicKey).export({ format: "pem", type: "spki" }).toString();
    assert.deepEqual(
      [valueOf(parsePublicKey(pem)), valueOf(parsePublicKey(publicKey.text))],
      [publicKey, publicKey],
    );
    assert.equal(valueOf(parsePrivateKey(privateKey)).asymmetricKeyType, "ed25519");
  });

  it("G16 refuse another kind of key, a private one, and what is none", () => {
    const { privateKey } = newKeyPair();
    const problem = (text: string) => {
      const parsed = parsePublicKey(text);
      return "problem" in parsed ? parsed.problem : "";
    };
    assert.match(problem(privateKey), /this is a private key: make another pair/);
    for (const text of [
      "",
      "x",
      base64("too short"),
      "-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----\n",
    ]) {
      assert.match(problem(text), /^expected an ed25519 public key/);
    }
    assert.deepEqual(parsePrivateKey("no key"), {
      problem: "expected an ed25519 private key in PEM; golive release keys makes a pair",
    });
  });
});

function mapping(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  assert.ok(typeof value === "object" && value !== null);
  return { ...value };
}
