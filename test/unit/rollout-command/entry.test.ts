import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { entryText, parseEntry } from "../../../cli/rollout/entry";
import { Journal as KeptJournal } from "../../../cli/rollout/journal";
import { fileStore } from "../../../cli/rollout/journal-store";
import { UserError } from "../../../cli/user-error";
import type { Entry, Event } from "../../../rollout/journal";
import type { Reading } from "../../../rollout/reading";
import { replay } from "../../../rollout/replay";
import { broken, change, errors, fail, Journal, latency, plan, soak } from "../rollout/fixtures";

const read = (text: string): Entry => parseEntry({ place: "journal, line 1", text });

const refusal = (text: string): string => {
  try {
    read(text);
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    return error.message;
  }
  return assert.fail(`it was read: ${text}`);
};

/** Every field that a plan has. */
const WHOLE = plan([
  change("maintenance", {
    change: { post: "https://a/on" },
    undo: { post: "https://a/off" },
    downtime: "begins",
  }),
  change("migration", { undo: undefined, schema: { worksWith: ["auth"] }, backNeeds: "db-migrate down" }),
  change("wave", {
    change: { settings: [], scope: { kind: "resources", names: ["s5-auth-v2", "s5-auth-v2-environment*"] } },
    undo: { settings: [], scope: { kind: "nothing" } },
    schema: { worksWith: [], reverse: { post: "https://a/down" } },
  }),
  change("stop", { change: { namespace: "s5", scale: { auth: 0 } } }),
  change("dump", { change: { namespace: "s5", run: { name: "dump", spec: { backoffLimit: 0 } } } }),
  change("weight 10", { percent: 10, service: "auth", downtime: "ends" }),
  soak("soak 10", 60, [
    { ...errors, isShare: true, emptyIsZero: false, service: "auth", objective: "enova/error-rate" },
    { ...latency, limit: { below: 1 }, stable: { query: "stable", samples: "n", most: 0.01 } },
    { ...latency, id: "alerts", source: "alertmanager", limit: { atLeast: 1 }, unit: "count" },
  ]),
  { kind: "approval", id: "yes", title: "yes", roles: ["qa"], quorum: 1 },
  {
    kind: "verification",
    id: "verify",
    title: "verify",
    patienceSeconds: 60,
    intervalSeconds: 10,
    rules: [errors],
  },
]);

const READINGS: readonly Reading[] = [
  { kind: "pass", value: 0.0003, samples: 18_240, stable: 0.0001 },
  fail,
  { kind: "insufficient", side: "new", samples: 7, needed: 100, secondsLeft: 30, windowNeeded: 90 },
  broken,
];

const PLACE = {
  namespace: "enova-staging",
  kubernetes: { context: "staging", kubeconfig: "/home/ana/.kube/config" },
  traffic: { namespace: "enova-staging", router: "ingress-nginx", stable: ["old"], fresh: ["new"] },
} as const;

/** An entry of each kind, one after another as no rollout has them. */
function everyKind(): readonly Entry[] {
  const { entries } = new Journal(WHOLE);
  const [first] = entries;
  assert.ok(first);
  const verdicts = READINGS.map((reading): Event => ({
    kind: "verdict",
    step: "soak 10",
    verdict: {
      kind: "hold",
      by: "soak",
      reason: "why",
      findings: [{ rule: "errors", title: "errors", limit: { above: 0.01 }, unit: "ratio", reading }],
      services: ["auth"],
      secondsLeft: 3,
    },
  }));
  const step = "weight 10";
  const events: readonly Event[] = [
    { kind: "started", plan: WHOLE, by: "ana", override: "urgent", place: PLACE },
    { kind: "change begun", step },
    { kind: "change done", step },
    { kind: "change failed", step, message: "no" },
    { kind: "readings", step, readings: READINGS.map((reading) => ({ rule: "errors", reading })) },
    ...verdicts,
    { kind: "paused", by: "ana", reason: "lunch" },
    { kind: "resumed", by: "ana" },
    { kind: "promoted", step, by: "ana", reason: "idle" },
    { kind: "approved", step: "yes", by: "bo", role: "qa", envelope: "{}" },
    { kind: "aborted", by: "ana", reason: "no" },
    { kind: "rolling back", cause: { kind: "asked", by: "ana" }, reason: "no" },
    { kind: "rolling back", cause: { kind: "change failed", step }, reason: "no" },
    { kind: "rolling back", cause: { kind: "verdict", step, by: "fail", services: ["auth"] }, reason: "no" },
    { kind: "undo begun", step },
    { kind: "undo begun", step, also: ["wave"] },
    { kind: "undo done", step },
    { kind: "undo failed", step, message: "no" },
    { kind: "incident", title: "HighErrorRate", severity: "critical" },
    { kind: "rolled back" },
    { kind: "finished" },
  ];
  return [first, ...events.map((event, index) => ({ ...first, sequence: index + 2, event }))];
}

/** As golive wrote it on 2026-11-28, before journals were read by a schema; shortened to one rule. */
const OLDER = [
  `{"sequence":1,"at":"2026-11-28T22:13:00.922Z","rollout":"enova-20261128T221300Z","bound":{"stack":"staging","system":"enova","version":"v2.0.0","images":["enova/frontend:v2.0.0","enova/chat:v2.0.0"]},"event":{"kind":"started","plan":{"bound":{"stack":"staging","system":"enova","version":"v2.0.0","images":["enova/frontend:v2.0.0","enova/chat:v2.0.0"]},"from":"v1.0.0","steps":[{"kind":"change","id":"weight 10","title":"10 % of the requests to v2.0.0","change":{"settings":[{"path":"enova.canary.phase","value":"10"}],"scope":{"kind":"system"}},"undo":{"settings":[{"path":"enova.canary.phase","value":"rollback"}],"scope":{"kind":"system"}},"percent":10,"expectedSeconds":60},{"kind":"soak","id":"soak 10","title":"readings at 10 %","seconds":15,"intervalSeconds":3,"rules":[{"id":"enova/error-rate frontend-legacy","title":"errors of frontend-legacy","source":"prometheus","query":"errors","samples":"requests","minimumSamples":50,"limit":{"above":0.01},"unit":"ratio","windowSeconds":10,"onFail":"roll back","failsInARow":1,"service":"frontend-legacy","objective":"enova/error-rate"}]}],"back":["weight 10"],"goBack":"all","patience":{"insufficientSeconds":1800,"brokenSeconds":600}},"by":"root"}}`,
  `{"sequence":2,"at":"2026-11-28T22:13:01.000Z","rollout":"enova-20261128T221300Z","bound":{"stack":"staging","system":"enova","version":"v2.0.0","images":["enova/frontend:v2.0.0","enova/chat:v2.0.0"]},"event":{"kind":"change begun","step":"weight 10"}}`,
  `{"sequence":3,"at":"2026-11-28T22:14:01.000Z","rollout":"enova-20261128T221300Z","bound":{"stack":"staging","system":"enova","version":"v2.0.0","images":["enova/frontend:v2.0.0","enova/chat:v2.0.0"]},"event":{"kind":"change done","step":"weight 10"}}`,
];

describe("entries of a journal", () => {
  it("G17 of every kind come back as they were kept", () => {
    for (const entry of everyKind()) {
      // JSON has no field that is undefined.
      assert.deepEqual(read(entryText(entry)), JSON.parse(JSON.stringify(entry)));
    }
  });

  it("G17 that an older golive wrote are read, and what a later one adds is let be", () => {
    const replayed = replay(OLDER.map(read));
    assert.deepEqual("value" in replayed && replayed.value.passed, ["weight 10"]);
    const later = OLDER.map((line) =>
      line
        .replace('"kind":"system"', '"kind":"system","added":1')
        .replace('"limit":{', '"added":[],"limit":{')
        .replace('{"sequence"', '{"added":{},"sequence"'),
    );
    assert.deepEqual(later.map(read), OLDER.map(read));
  });

  it("G17 with any field missing or of another kind are refused, and which it is", () => {
    const paths = everyKind().flatMap((entry) =>
      leaves(JSON.parse(entryText(entry))).map((at) => ({ entry, at })),
    );
    const broken = fc.constantFrom<unknown>(undefined, null, "another", {}, [], true);
    fc.assert(
      fc.property(fc.constantFrom(...paths), broken, ({ entry, at }, value) => {
        const given: unknown = JSON.parse(entryText(entry));
        const changed = JSON.stringify(withValue(given, at, value));
        let back: Entry;
        try {
          back = read(changed);
        } catch (error) {
          assert.ok(error instanceof UserError);
          assert.match(error.message, /^journal, line 1 is no entry of a journal .*\(entry\.[\w. ]+: /);
          return;
        }
        // What is read is an entry all the same: it is written and read as itself.
        assert.deepEqual(read(entryText(back)), back);
      }),
      { numRuns: 2000 },
    );
  });

  it("G17 are refused with their place and all that is wrong with them", () => {
    const [first = ""] = OLDER;
    assert.match(refusal('{"sequence":'), /^journal, line 1 is no entry of a journal .*\(no JSON\): mend it/);
    const wrong = refusal(
      first.replace('"seconds":15', '"seconds":"15"').replace('"above":0.01', '"about":1'),
    );
    assert.match(
      wrong,
      /\(entry\.event\.plan\.steps\.1\.rules\.0\.limit: expected above, below or atLeast; /,
    );
    assert.match(
      wrong,
      /; entry\.event\.plan\.steps\.1\.seconds: Invalid input: expected number, received string\)/,
    );
    assert.match(refusal(first.replace('"started"', '"begun"')), /entry\.event\.kind: /);
  });

  it("G17 name the file that they are in", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "golive-entry-"));
    try {
      const journals = { store: fileStore(folder), signers: {} };
      const { rollout } = await KeptJournal.begin(journals, WHOLE, { by: "ana", now: new Date() });
      const file = path.join(folder, rollout, "000001.json");
      await writeFile(file, (await readFile(file, "utf8")).replace('"goBack":"all"', '"goBack":"some"'));
      await assert.rejects(KeptJournal.open(journals, rollout), (error: Error) =>
        error.message.startsWith(`${file} is no entry of a journal`),
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

type Path = readonly (string | number)[];

/** Paths of everything within a value of JSON. */
function leaves(value: unknown): readonly Path[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    [key],
    ...leaves(inner).map((rest): Path => [key, ...rest]),
  ]);
}

/** The value with another at a path; `undefined` takes it away. */
function withValue(value: unknown, [first, ...rest]: Path, other: unknown): unknown {
  if (first === undefined) return other;
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) =>
      String(index) === first ? withValue(item, rest, other) : item,
    );
  }
  assert.ok(typeof value === "object" && value !== null);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, key === first ? withValue(inner, rest, other) : inner]),
  );
}
