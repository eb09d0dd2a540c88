import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { UpOutcome, UpRequest } from "../../../cli/rollout/deployment";
import type { Kubectl } from "../../../cli/rollout/kubectl";
import { fileStore } from "../../../cli/rollout/journal-store";
import { worldOf, type SafeReport } from "../../../cli/rollout/world";
import { change } from "../rollout/fixtures";

const FILE = 'config:\n  golive:enova:\n    canary: { phase: "50" }\n';
const BROKEN = `${FILE}  golive:x: "\n`;
const FAILED: UpOutcome = { kind: "failed", problems: ["no program"], changed: [] };

const ingress = (name: string, service: string, annotations: object) => ({
  metadata: { name, annotations },
  spec: { rules: [{ http: { paths: [{ backend: { service: { name: service } } }] } }] },
});

describe("what a rollout acts on", () => {
  let folder: string;
  let file: string;
  let share: boolean;
  let ups: UpRequest[];
  let said: string[];
  let safe: SafeReport[];

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "golive-world-"));
    file = path.join(folder, "Pulumi.staging.yaml");
    share = true;
    [ups, said, safe] = [[], [], []];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** An API server (a stand-in) with the old version's Ingress and the share's. */
  const kubectl: Kubectl = ([verb, kind]) => {
    if (verb === "delete") share = false;
    const items =
      kind === "ingresses"
        ? [
            ingress("enova-legacy", "frontend-legacy", {}),
            ...(share
              ? [
                  ingress("enova-canary", "frontend-canary", {
                    "nginx.ingress.kubernetes.io/canary": "true",
                    "nginx.ingress.kubernetes.io/canary-weight": "50",
                  }),
                ]
              : []),
          ]
        : [];
    return Promise.resolve(JSON.stringify({ items }));
  };

  const world = (text: string, outcome: UpOutcome) => {
    writeFileSync(file, text);
    return worldOf({
      reach: {
        stack: "staging",
        system: "enova",
        file,
        namespace: "enova-staging",
        kubectl,
        store: fileStore(folder),
        traffic: {
          namespace: "enova-staging",
          router: "ingress-nginx",
          stable: ["frontend-legacy"],
          fresh: ["frontend-canary"],
        },
        deployment: () => Promise.reject(new Error("it is given")),
      },
      rollout: "enova-1",
      rollBack: () => Promise.reject(new Error("nothing asks for it")),
      deployment: {
        up: (request) => {
          ups.push(request);
          return Promise.resolve(outcome);
        },
      },
      lease: { confirm: () => Promise.resolve() },
      sources: {},
      decidedAt: () => Date.now(),
      say: (line) => said.push(line),
      safe: (report) => safe.push(report),
    });
  };

  const step = change("50", { percent: 50 });
  const to = {
    settings: [{ path: "enova.canary.phase", value: "rollback" }],
    scope: { kind: "system" },
  } as const;
  const undoable = { ...step, undo: to, also: [] };
  const back = (text: string, outcome: UpOutcome) => world(text, outcome).undo(undoable);

  it("E5 a way back whose up fails is taken by kubectl; the file says so, and it is done", async () => {
    assert.deepEqual(await back(FILE, FAILED), { kind: "done" });
    assert.equal(share, false);
    assert.match(readFileSync(file, "utf8"), /phase: rollback/);
    assert.equal(safe.length, 1);
  });

  it("E5 of a file that broke meanwhile the share goes as well, and it is not done before the file says so", async () => {
    const undone = await back(BROKEN, { kind: "done", changed: [] });
    assert.equal(share, false);
    assert.deepEqual(ups, []);
    assert.equal(safe.length, 1);
    assert.equal(undone.kind, "failed");
    assert.match(
      "message" in undone ? undone.message : "",
      /^the traffic is back, and the stack file does not say so/,
    );
    assert.equal(readFileSync(file, "utf8"), BROKEN);
  });

  it("E4 a change that cannot be written fails, so that the rollout goes back instead of ending there", async () => {
    const applied = await world(BROKEN, { kind: "done", changed: [] }).apply(
      step,
      new AbortController().signal,
    );
    assert.equal(applied.kind, "failed");
    assert.deepEqual(ups, []);
  });

  it("S8 a change is judged by the engine's gate, and a way back is not", async () => {
    await world(FILE, { kind: "done", changed: [] }).apply(step, new AbortController().signal);
    await back(FILE, FAILED);
    assert.deepEqual(
      ups.map(({ judged }) => judged),
      [true, false],
    );
  });
});
