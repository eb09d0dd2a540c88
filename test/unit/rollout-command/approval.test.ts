import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { approveOrder } from "../../../cli/rollout/approval";
import { keepOrder } from "../../../cli/rollout/control";
import { Journal } from "../../../cli/rollout/journal";
import { JournalMoved, type JournalStore } from "../../../cli/rollout/journal-store";
import { screen } from "../../../cli/rollout/screen";
import { entryLine, refusedLines } from "../../../cli/rollout/text";
import { UserError } from "../../../cli/user-error";
import { signStatement, stepApproval, type Signers, type StepStatement } from "../../../evidence/signatures";
import { next } from "../../../rollout/engine";
import type { Event } from "../../../rollout/journal";
import { summary } from "../../../rollout/summary";
import { people, person, type Person } from "../evidence/release";
import { change, plan } from "../rollout/fixtures";

const ROLES = ["qa", "product-owner"] as const;
const SIGNERS: Signers = { qa: people.qa.signer, "product-owner": people["product-owner"].signer };
const FILE = "Pulumi.staging.yaml";
const IMAGES = [`enova/frontend:v2@sha256:${"2f".repeat(32)}`, "enova/chat:v2"];
const NOW = new Date("2026-11-24T03:00:00Z");
const HOUR = 3_600_000;

const PLAN = plan(
  [
    change("weight 10", { percent: 10 }),
    { kind: "approval", id: "yes", title: "approval of: all of it", roles: ROLES, quorum: 2 },
    change("weight 100", { percent: 100 }),
  ],
  { bound: { stack: "staging", system: "enova", version: "v2", images: IMAGES } },
);

/** A store in memory. */
function memory(): JournalStore {
  const kept: string[] = [];
  return {
    place: "memory",
    rollouts: () => Promise.resolve(["one"]),
    read: () => Promise.resolve(kept.map((text, index) => ({ place: `memory ${index}`, text }))),
    append(_, sequence, entry) {
      if (kept.length !== sequence - 1) return Promise.reject(new JournalMoved());
      kept.push(entry);
      return Promise.resolve();
    },
  };
}

/** A rollout that waits for its approval. */
async function waiting(
  signers: Signers,
): Promise<{ readonly store: JournalStore; readonly journal: Journal }> {
  const store = memory();
  const journal = await Journal.begin({ store, signers }, PLAN, { by: "ana", now: NOW });
  await journal.decide({ kind: "change begun", step: "weight 10" }, NOW.getTime());
  await journal.decide({ kind: "change done", step: "weight 10" }, NOW.getTime());
  return { store, journal };
}

/** The same journal, as another process reads it. */
async function read(store: JournalStore, signers: Signers, { rollout }: Journal): Promise<Journal> {
  const journal = await Journal.open({ store, signers }, rollout);
  assert.ok(journal);
  return journal;
}

const asked = ({ state }: Journal, now = NOW.getTime()) => {
  const action = next(state, now);
  return action.kind === "approval" ? `${action.missing} of ${action.roles.join(", ")}` : action.kind;
};

type Predicate = StepStatement["predicate"];

interface Forging {
  readonly says?: Partial<Predicate>;
  readonly by?: Person;
  readonly text?: (envelope: string) => string;
  readonly event?: Partial<Extract<Event, { kind: "approved" }>>;
}

/** An approval by qa as anybody could write it into the journal. */
function written(
  { rollout }: Journal,
  { says = {}, by = people.qa, text = (same) => same, event }: Forging,
): Event {
  const { stack, system, version, images } = PLAN.bound;
  const approver = { role: "qa", signer: people.qa.signer } as const;
  const statement = stepApproval({ stack, system, version, images, rollout, step: "yes" }, approver, NOW);
  const said = { ...statement, predicate: { ...statement.predicate, ...says } };
  const envelope = text(signStatement(said, by.privateKey));
  return { kind: "approved", step: "yes", by: people.qa.signer.name, role: "qa", envelope, ...event };
}

const at = (hours: number) => new Date(NOW.getTime() + hours * HOUR).toISOString();

const REFUSED: readonly (readonly [what: string, forging: Forging, reason: RegExp])[] = [
  [
    "for a role that is not asked for",
    { event: { role: "intern" } },
    /^nobody asks for intern: it is none of qa, product-owner$/,
  ],
  [
    "that nobody signed",
    { event: { envelope: undefined } },
    /^it is not signed, and the stack file has Berta Gil sign it$/,
  ],
  ["that is no envelope", { text: () => "yes" }, /^it is no JSON$/],
  [
    "by another key",
    { by: person("Berta Gil", "berta") },
    /^it is signed by another key than the stack file has$/,
  ],
  [
    "that was altered",
    { text: (envelope) => envelope.replace(/"sig": ".{4}/, '"sig": "AAAA') },
    /^its signature does not fit its payload/,
  ],
  ["of another version", { says: { version: "v1" } }, /^it is signed for version v1, not v2$/],
  ["of another stack", { says: { stack: "production" } }, /^it is signed for stack production, not staging$/],
  ["of another system", { says: { system: "s5" } }, /^it is signed for system s5, not enova$/],
  [
    "of other images",
    { says: { images: ["enova/frontend:v2"] } },
    /^it is signed for images enova\/frontend:v2, not enova/,
  ],
  [
    "of another rollout",
    { says: { rollout: "enova-1" } },
    /^it is signed for rollout enova-1, not enova-20261124T030000Z$/,
  ],
  ["of another step", { says: { step: "weight 50" } }, /^it is signed for step weight 50, not yes$/],
  ["for another role", { says: { role: "devops" } }, /^it is signed for role devops, not qa$/],
  [
    "of another person",
    { says: { person: "Eva" } },
    /^it is signed by Eva \(berta\), and the stack file has Berta Gil \(berta\)$/,
  ],
  [
    "in another's name",
    { event: { by: "Carlos Paz" } },
    /^it is signed by Berta Gil, and the journal names Carlos Paz$/,
  ],
  ["that has expired", { says: { at: at(-25), expires: at(-1) } }, /^it expired at /],
  ["that would hold for ever", { says: { expires: at(1000) } }, /for longer than a day$/],
  ["of the future", { says: { at: at(1), expires: at(2) } }, /^it is signed at .*, which is yet to come$/],
];

describe("approvals of a rollout", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "golive-approval-"));
    for (const role of ROLES) {
      await writeFile(keyOf(role), people[role].privateKey.export({ format: "pem", type: "pkcs8" }));
    }
  });
  after(() => rm(folder, { recursive: true }));

  const keyOf = (role: string) => path.join(folder, `${role}.key`);

  /** What `golive rollout approve` does. */
  async function approve(journal: Journal, role: (typeof ROLES)[number], now = NOW): Promise<void> {
    const by = people[role].signer.name;
    const signing = { signers: SIGNERS, file: FILE };
    const order = await approveOrder(journal.state, { by, role, key: keyOf(role) }, signing, now);
    const { signed } = order;
    assert.ok(signed);
    await journal.decide(
      { kind: "approved", step: signed.step, by, role, envelope: signed.envelope },
      now.getTime(),
    );
  }

  it("L9 G16 signed by each role's signer are kept with their envelope, and hold for who reads them", async () => {
    const { store, journal } = await waiting(SIGNERS);
    assert.equal(asked(journal), "2 of qa, product-owner");
    const { state } = journal;
    const shown = screen(state, next(state, state.at), state.at).join("\n");
    assert.match(shown, /▶.* approval of: all of it\n/);
    assert.match(shown, /waits for 2 approval\(s\) of qa, product-owner: approval of: all of it/);
    await approve(journal, "qa");
    assert.equal(asked(await read(store, SIGNERS, journal)), "1 of product-owner");
    await approve(journal, "product-owner");
    const again = await read(store, SIGNERS, journal);
    assert.equal(asked(again), "apply");
    assert.deepEqual(
      summary(again.state).approvals.map(({ step, by, role, signature }) => [step, by, role, signature]),
      [
        ["yes", "Berta Gil", "qa", "valid"],
        ["yes", "Carlos Paz", "product-owner", "valid"],
      ],
    );
    const [, , , entry] = again.entries;
    assert.ok(entry?.event.kind === "approved");
    assert.match(entry.event.envelope ?? "", /"payloadType": "application\/vnd\.in-toto\+json"/);
    assert.match(
      entryLine(entry, again.state) ?? "",
      /approved by Berta Gil as qa, signed, until 2026-11-25T03:00/,
    );
  });

  it("L9 without signers in the stack file need no signature, and say so", async () => {
    const { store, journal } = await waiting({});
    for (const [by, role] of [
      ["bo", "qa"],
      ["cy", "product-owner"],
    ] as const) {
      await keepOrder(journal, await approveOrder(journal.state, { by, role }, { signers: {}, file: FILE }));
    }
    const again = await read(store, {}, journal);
    assert.equal(asked(again), "apply");
    assert.deepEqual(
      summary(again.state).approvals.map(({ detail }) => detail),
      ["unsigned", "unsigned"],
    );
  });

  for (const [what, forging, reason] of REFUSED) {
    it(`L9 G16 one ${what} counts for nothing, and is told`, async () => {
      const { store, journal } = await waiting(SIGNERS);
      await journal.decide(written(journal, forging), NOW.getTime());
      for (const reader of [journal, await read(store, SIGNERS, journal)]) {
        assert.equal(asked(reader), "2 of qa, product-owner");
        const [approval] = reader.state.approvals.yes ?? [];
        assert.ok(approval?.signature.kind === "refused", approval?.signature.kind);
        assert.match(approval.signature.reason, reason);
        assert.match(
          refusedLines(reader.state).join(),
          /^approval of: all of it: that of .* as (?:qa|intern) counts for nothing: /,
        );
      }
      await approve(journal, "qa");
      assert.equal(asked(journal), "1 of product-owner");
    });
  }

  it("L9 neither a promotion nor a verdict is in place of one", async () => {
    const { journal } = await waiting(SIGNERS);
    const advance = { kind: "advance", by: "pass", reason: "", findings: [], services: [] } as const;
    await journal.decide({ kind: "verdict", step: "yes", verdict: advance }, NOW.getTime());
    assert.equal(asked(journal), "2 of qa, product-owner");
    const promoted = { kind: "promoted", step: "yes", by: "eva", reason: "now" } as const;
    await assert.rejects(journal.decide(promoted, NOW.getTime()), /promotion past yes, but next is yes/);
  });

  it("G16 the same one twice is of one role", async () => {
    const { journal } = await waiting(SIGNERS);
    await journal.decide(written(journal, {}), NOW.getTime());
    await journal.decide(written(journal, {}), NOW.getTime());
    assert.equal(asked(journal), "1 of product-owner");
  });

  it("L9 one that ends before the others are there counts no more, and may be given again", async () => {
    const { journal } = await waiting(SIGNERS);
    const dayLater = new Date(NOW.getTime() + 25 * HOUR);
    await approve(journal, "qa");
    assert.equal(asked(journal, dayLater.getTime()), "2 of qa, product-owner");
    await approve(journal, "product-owner", dayLater);
    assert.equal(asked(journal, dayLater.getTime()), "1 of qa");
    await approve(journal, "qa", dayLater);
    assert.equal(asked(journal, dayLater.getTime()), "apply");
  });

  it("L9 E5 a journal that went past what counts for nothing waits for it before the next change, and still goes back", async () => {
    const { store, journal } = await waiting({});
    for (const [by, role] of [
      ["bo", "qa"],
      ["cy", "product-owner"],
    ] as const) {
      await journal.decide({ kind: "approved", step: "yes", by, role }, NOW.getTime());
    }
    await journal.decide({ kind: "change begun", step: "weight 100" }, NOW.getTime());
    const again = await read(store, SIGNERS, journal);
    assert.equal(asked(again), "2 of qa, product-owner");
    const back = await read(store, SIGNERS, journal);
    for (const role of ROLES) await approve(again, role);
    assert.equal(asked(again), "apply");
    assert.equal(asked(await read(store, SIGNERS, journal)), "apply");
    await back.reload();
    await keepOrder(back, { kind: "roll back", by: "ana", reason: "no" });
    assert.equal(asked(back), "undo");
  });

  it("L9 that would not count are refused when they are given", async () => {
    const { journal } = await waiting(SIGNERS);
    const refused = async (by: string, role: string, key?: string, signers = SIGNERS) => {
      try {
        await approveOrder(journal.state, { by, role, key }, { signers, file: FILE }, NOW);
      } catch (error) {
        assert.ok(error instanceof UserError, String(error));
        return error.message;
      }
      return assert.fail(`${by} approved as ${role}`);
    };
    assert.match(await refused("Dora", "devops"), /expected one of qa, product-owner, found devops/);
    assert.match(
      await refused("Eva", "qa", keyOf("qa")),
      /^--by Eva: expected Berta Gil, who signs qa in Pulumi\.staging/,
    );
    assert.match(await refused("Berta Gil", "qa"), /signs qa by a key: name its file by --key/);
    assert.match(
      await refused("Berta Gil", "qa", keyOf("product-owner")),
      /^Berta Gil cannot approve as qa so: it is signed by another key/,
    );
    assert.match(await refused("Berta Gil", "qa", "nowhere"), /nowhere cannot be read/);
    assert.match(
      await refused("Berta Gil", "qa", keyOf("qa"), {}),
      /names no signer for qa: add .* or leave --key out/,
    );
    await approve(journal, "qa");
    assert.match(
      await refused("Berta Gil", "qa", keyOf("qa")),
      /expected another role and another person; Berta Gil has approved as qa/,
    );
  });
});
