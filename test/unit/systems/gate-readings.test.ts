import assert from "node:assert/strict";
import path from "node:path";
import { repositoryRoot } from "../../../engine/cache";
import { readStackFile, type StackSettings } from "../../../settings";
import { judgeRaise, judgeServed } from "../../../systems/gate-readings";
import { startServer, type TestServer } from "../../support/http-server";

const NOW = new Date("2026-11-28T22:00:00Z");
const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);

/** Staging, whose Prometheus is there. */
function staging(url?: string): StackSettings {
  const settings = readStackFile(path.join(repositoryRoot, "Pulumi.staging.yaml"));
  const { observability } = settings;
  assert.ok(observability);
  const prometheus = { ...observability.prometheus, ...(url === undefined ? {} : { url }) };
  return { ...settings, observability: { ...observability, prometheus } };
}

/** Production, whose S5 serves v2.1.0. */
function production(url?: string): StackSettings {
  const settings = readStackFile(path.join(repositoryRoot, "Pulumi.production.yaml"));
  const { observability } = settings;
  assert.ok(observability);
  const prometheus = { ...observability.prometheus, ...(url === undefined ? {} : { url }) };
  return { ...settings, observability: { ...observability, prometheus } };
}

const SERVED = { auth: "s5-auth-v2-0-0", catalog: "s5-catalog-v2-0-0" };

/** A server that plays Prometheus (a stand-in): one number for values, one for counts of samples. */
const playing = (value: string, samples: string): Promise<TestServer> =>
  startServer({
    "GET /api/v1/query": ({ path: asked }) => {
      const query = new URL(asked, "http://x").searchParams.get("query") ?? "";
      const number = / \* 300$/.test(query) ? samples : value;
      return {
        json: { status: "success", data: { resultType: "vector", result: [{ value: [1, number] }] } },
      };
    },
  });

describe("the readings of a growing share", () => {
  let server: TestServer | undefined;
  afterEach(() => server?.close());

  const judged = async (value: string, samples: string, percent: number, minutes: number) => {
    server = await playing(value, samples);
    return judgeRaise(staging(server.url), "enova", { percent, since: minutesAgo(minutes) }, NOW);
  };

  it("E3 E4 all good for the whole soak: the step passes, and says by which reading", async () => {
    const { kind, text } = await judged("0.0003", "9120", 10, 31);
    assert.deepEqual({ kind, text }, { kind: "pass", text: "error rate 0.03 %, n = 18 240: pass" });
  });

  it("E3 before the soak is over the step is refused, with what is left of the document's time", async () => {
    const early = await judged("0.0003", "9120", 10, 12);
    assert.deepEqual(early, {
      kind: "refused",
      text: "error rate 0.03 %, n = 18 240, and 18 min of the soak are left",
    });
    assert.equal((await judged("0.0003", "9120", 50, 16)).kind, "pass");
  });

  it("E3 a share whose beginning nobody knows has not soaked", async () => {
    server = await playing("0", "9120");
    const { text } = await judgeRaise(staging(server.url), "enova", { percent: 50 }, NOW);
    assert.match(text, /15 min of the soak are left/);
  });

  it("E4 5xx above 0.1 %, too few requests, NaN and nobody who answers are refused", async () => {
    assert.match(
      (await judged("0.002", "9120", 10, 60)).text,
      /^roll back: 5xx responses of .*0\.2 % \(at most 0\.1 %\)/,
    );
    assert.match((await judged("0", "12", 10, 60)).text, /^hold: .*12 of 100 samples/);
    assert.match((await judged("NaN", "9120", 10, 60)).text, /^hold: .*not a number/);
    const gone = staging("http://127.0.0.1:9");
    const { kind, text } = await judgeRaise(gone, "enova", { percent: 10, since: minutesAgo(60) }, NOW);
    assert.deepEqual([kind, /^hold: .*unreachable/.test(text)], ["refused", true]);
  });

  it("E4 the system's own minimumSamples and failsInARow count, as for golive rollout", async () => {
    server = await playing("0.002", "120");
    const strict = (rollout: object): StackSettings => {
      const settings = staging(server?.url);
      const { enova } = settings.systems;
      assert.ok(enova);
      const own = { ...enova, rollout: { ...enova.rollout, ...rollout } };
      return { ...settings, systems: { ...settings.systems, enova: own } };
    };
    const growing = { percent: 10, since: minutesAgo(60) };
    const few = await judgeRaise(strict({ minimumSamples: 200 }), "enova", growing, NOW);
    assert.match(few.text, /^hold: .*120 of 200 samples/);
    const before = server.received.length;
    const once = await judgeRaise(strict({ minimumSamples: 100 }), "enova", growing, NOW);
    assert.match(once.text, /^roll back: 5xx responses of /);
    const asked = server.received.length - before;
    const interval = { text: "10ms", seconds: 0.01 };
    await judgeRaise(strict({ minimumSamples: 100, failsInARow: 3, interval }), "enova", growing, NOW);
    assert.equal(server.received.length - before - asked, 3 * asked);
  });

  it("E4 the new version's side is read alone, and at 100 % nobody is compared with", async () => {
    await judged("0", "9120", 100, 60);
    const asked = server?.received.map(
      ({ path: one }) => new URL(one, "http://x").searchParams.get("query") ?? "",
    );
    assert.ok(asked !== undefined && asked.length > 0);
    for (const query of asked) assert.match(query, /canary!=""/);
    for (const query of asked) assert.doesNotMatch(query, /canary=""/);
  });

  it("E3 without an address of Prometheus nothing is judged, and that is said", async () => {
    const { kind, text } = await judgeRaise(staging(), "enova", { percent: 10 }, NOW);
    assert.equal(kind, "unjudged");
    assert.match(text, /golive:observability\.prometheus\.url is not set; the order of the steps is kept/);
  });
});

describe("the readings of what serves, before a wave", () => {
  let server: TestServer | undefined;
  afterEach(() => server?.close());

  const judged = async (value: string, samples: string) => {
    server = await playing(value, samples);
    return judgeServed(production(server.url), "s5", SERVED);
  };

  it("S7 good readings pass, and are of the versions that serve alone", async () => {
    assert.deepEqual(await judged("0.0002", "9120"), {
      kind: "pass",
      text: "errors 0.02 %, n = 18 240: pass",
    });
    const { text } = await judged("0.2", "9120");
    assert.match(text, /errors of s5-auth-v2-0-0: 20 % \(at most 5 %\).*errors of s5-catalog-v2-0-0/);
    assert.doesNotMatch(text, /orders/);
  });

  it("S7 a failure is refused; too few requests are doubtful, and what cannot be read is blind", async () => {
    assert.equal((await judged("0.2", "9120")).kind, "refused");
    assert.equal((await judged("0", "12")).kind, "doubtful");
    assert.equal((await judged("NaN", "9120")).kind, "blind");
    const gone = await judgeServed(production("http://127.0.0.1:9"), "s5", SERVED);
    assert.equal(gone.kind, "blind");
    assert.match(gone.text, /unreachable/);
  });

  it("S7 without an address of Prometheus nothing is judged; without a rule nobody sees", async () => {
    const { kind, text } = await judgeServed(production(), "s5", SERVED);
    assert.equal(kind, "unjudged");
    assert.match(text, /prometheus\.url is not set; the order of the waves is kept/);
    server = await playing("0", "9120");
    assert.deepEqual((await judgeServed(production(server.url), "s5", {})).kind, "blind");
  });
});
