import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createServer } from "node:net";
import { once } from "node:events";
import { z } from "zod";
import { type EventKind, HANDLING } from "../../../notifications/event";
import { notify, undelivered, type NotifyOptions, type Report } from "../../../notifications/notify";
import { alerting } from "../../../settings/alerting";
import { contacts } from "../../../settings/contacts";
import { startServer, type Answer, type TestServer } from "../../support/http-server";
import { EVENTS, EVERY_EVENT } from "../../support/release-events";
import { startSmtp, type TestSmtp } from "../../support/smtp-server";

/** Planted: none of these may be seen anywhere but where it is needed. */
const SECRETS = {
  slack: "T000PLANTED/B000PLANTED/slackplanted",
  password: "smtp planted & password",
  routingKey: "plantedroutingkey0123456789abcdef",
  apiKey: "planted-opsgenie-key",
  key: "planted-webhook-key",
  database: "planted-database-password",
} as const;

const HOST = "smtp.example.com";
const QUICK = { attempts: 3, attemptMs: 2_000, pauseMs: 1, limitMs: 5_000 };
const PATHS = ["/slack", "/v2/enqueue", "/v2/change/enqueue", "/v2/alerts", "/hook"];
const CLOSE = "/v2/alerts/golive%2Fproduction%2Fguelaguetza%2Fv1.1.0/close";

const CONTACTS = contacts.parse({
  channels: {
    slack: "#guelaguetza-alerts",
    notifications: "#deployments",
    email: "team@example.com",
    pagerDuty: "Guelaguetza",
    opsgenie: "backend",
  },
});
const ALERTING = alerting.parse({
  email: {
    smarthost: `${HOST}:587`,
    from: "golive@example.com",
    user: "golive",
    password: { external: { key: "alerting" } },
  },
});

describe("notifying people of a release", () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()));
  });

  const everything = (answer: Answer | (() => Answer)) =>
    Object.fromEntries([...PATHS, CLOSE].map((path) => [`POST ${path}`, answer]));

  async function server(answer: Answer | (() => Answer) = {}): Promise<TestServer> {
    const started = await startServer(everything(answer));
    open.push(started);
    return started;
  }

  async function smtp(given: Partial<Parameters<typeof startSmtp>[1]> = {}): Promise<TestSmtp> {
    const started = await startSmtp(HOST, { password: SECRETS.password, ...given });
    open.push(started);
    return started;
  }

  const environment = (url: string) => ({
    GOLIVE_SLACK_WEBHOOK: `${url}/slack?${SECRETS.slack}`,
    GOLIVE_SMTP_PASSWORD: SECRETS.password,
    GOLIVE_PAGERDUTY_ROUTING_KEY: SECRETS.routingKey,
    GOLIVE_OPSGENIE_API_KEY: SECRETS.apiKey,
    GOLIVE_WEBHOOK_URL: `${url}/hook`,
    GOLIVE_WEBHOOK_KEY: SECRETS.key,
  });

  const options = (url: string, mails?: TestSmtp, more: NotifyOptions = {}): NotifyOptions => ({
    alerting: ALERTING,
    environment: environment(url),
    endpoints: { pagerDuty: url, opsgenie: { us: url, eu: url } },
    bounds: QUICK,
    ...(mails === undefined ? {} : { mail: { at: mails.at, ca: mails.ca } }),
    ...more,
  });

  const outcomes = ({ deliveries }: Report) =>
    Object.fromEntries(deliveries.map(({ channel, outcome }) => [channel, outcome]));

  const noSecret = (text: string) => {
    for (const secret of Object.values(SECRETS))
      for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")])
        assert.ok(!text.includes(form), `${form} in ${text}`);
  };

  it("G8 S2 a message reaches every channel of the contacts, in its own form", async () => {
    const [http, mails] = [await server(), await smtp()];
    const report = await notify(EVENTS.rollingBack, CONTACTS, options(http.url, mails));
    assert.deepEqual(outcomes(report), {
      slack: "delivered",
      email: "delivered",
      pagerDuty: "delivered",
      opsgenie: "delivered",
      webhook: "delivered",
    });
    const body = (path: string) => http.received.find((one) => one.path.split("?")[0] === path)?.body ?? "";
    assert.match(body("/slack"), /"channel":"#deployments".*Razón: stock negativo: 3 &gt; 0.*/);
    const alert = z.object({ event_action: z.string(), payload: z.object({ severity: z.string() }) });
    assert.deepEqual(alert.parse(JSON.parse(body("/v2/enqueue"))), {
      event_action: "trigger",
      payload: { severity: "critical" },
    });
    const opsgenie = http.received.find(({ path }) => path === "/v2/alerts");
    assert.equal(opsgenie?.headers.authorization, `GenieKey ${SECRETS.apiKey}`);
    assert.match(opsgenie.body, /"priority":"P1"/);
    const hook = http.received.find(({ path }) => path === "/hook");
    const signature = createHmac("sha256", SECRETS.key)
      .update(hook?.body ?? "")
      .digest("hex");
    assert.equal(hook?.headers["x-golive-signature"], `sha256=${signature}`);
    assert.deepEqual(
      mails.mails.map(({ user, from, to }) => ({ user, from, to })),
      [{ user: "golive", from: "golive@example.com", to: ["team@example.com"] }],
    );
  });

  it("G8 S10 each kind of event opens, changes or closes one incident, and a step is not mailed", async () => {
    const [http, mails] = [await server(), await smtp()];
    const asked: Partial<Record<EventKind, readonly string[]>> = {};
    for (const event of EVERY_EVENT) {
      const before = http.received.length;
      await notify(event, CONTACTS, options(http.url, mails));
      asked[event.kind] = http.received
        .slice(before)
        .map(({ path, body }) => `${path}${/"event_action":"(\w+)"/.exec(body)?.[1] ?? ""}`)
        .filter((path) => path.startsWith("/v2"))
        .sort();
    }
    const close = `${CLOSE}?identifierType=alias`;
    assert.deepEqual(asked, {
      before: ["/v2/change/enqueue"],
      step: [],
      held: ["/v2/alerts", "/v2/enqueuetrigger"],
      succeeded: [close, "/v2/change/enqueue", "/v2/enqueueresolve"],
      rollingBack: ["/v2/alerts", "/v2/enqueuetrigger"],
      rolledBack: [close, "/v2/change/enqueue", "/v2/enqueueresolve"],
      rollbackFailed: ["/v2/alerts", "/v2/enqueuetrigger"],
      postMortem: [],
    });
    assert.equal(mails.mails.length, EVERY_EVENT.filter(({ kind }) => HANDLING[kind].mail).length);
    const keys = http.received.flatMap(({ body }) => /"dedup_key":"([^"]+)"/.exec(body)?.[1] ?? []);
    assert.deepEqual([...new Set(keys)], ["golive/production/guelaguetza/v1.1.0"]);
  });

  it("G8 a service that fails for a while is tried again, and one that refuses is not", async () => {
    let asked = 0;
    const flaky = await server(() => ({ status: (asked += 1) < 3 ? 503 : 200 }));
    const only = { GOLIVE_SLACK_WEBHOOK: `${flaky.url}/slack` };
    const report = await notify(EVENTS.step, CONTACTS, options(flaky.url, undefined, { environment: only }));
    assert.deepEqual(report.deliveries[0], {
      channel: "slack",
      to: "#deployments",
      outcome: "delivered",
      attempts: 3,
    });
    const refusing = await server({ status: 403, text: "invalid_token" });
    const refused = await notify(
      EVENTS.step,
      CONTACTS,
      options(refusing.url, undefined, { environment: { GOLIVE_SLACK_WEBHOOK: `${refusing.url}/slack` } }),
    );
    assert.deepEqual(undelivered(refused), [
      "step was not told to slack #deployments: HTTP 403: invalid_token",
    ]);
    assert.equal(refusing.received.length, 1);
  });

  it("G8 Retry-After is waited for where there is time, and else given up", async () => {
    const busy = await server({ status: 429, headers: { "Retry-After": "3600" } });
    const only = { GOLIVE_SLACK_WEBHOOK: `${busy.url}/slack` };
    const report = await notify(EVENTS.step, CONTACTS, options(busy.url, undefined, { environment: only }));
    assert.equal(outcomes(report)["slack"], "failed");
    assert.equal(busy.received.length, 1);
  });

  it("E5 G14 nothing that a channel does keeps a rollback: notify settles within its limit and never rejects", async () => {
    // Takes connections and never says a word.
    const silent = createServer((socket) => socket.resume()).listen(0, "127.0.0.1");
    await once(silent, "listening");
    open.push({ close: () => new Promise((resolve) => silent.close(() => resolve())) });
    const address = silent.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    const bounds = { attempts: 100, attemptMs: 100_000, pauseMs: 1, limitMs: 300 };
    const given = options(`http://127.0.0.1:${port}`, undefined, {
      bounds,
      mail: { at: { host: "127.0.0.1", port } },
    });
    const report = await notify(EVENTS.rollingBack, CONTACTS, given);
    assert.deepEqual([...new Set(Object.values(outcomes(report)))], ["failed"]);
  });

  it("E5 a channel that fails keeps no other from being told", async () => {
    const http = await server();
    const nobody = { at: { host: "127.0.0.1", port: 1 } };
    const report = await notify(EVENTS.rolledBack, CONTACTS, options(http.url, undefined, { mail: nobody }));
    assert.deepEqual(outcomes(report), {
      slack: "delivered",
      email: "failed",
      pagerDuty: "delivered",
      opsgenie: "delivered",
      webhook: "delivered",
    });
  });

  it("G8 a mail waits for a server that is busy, and never goes without TLS or past a wrong certificate", async () => {
    const busy = await smtp({ refuse: (nth) => (nth < 3 ? 451 : undefined) });
    const mailed = async (mails: TestSmtp, more: NotifyOptions = {}) => {
      const environment = { GOLIVE_SMTP_PASSWORD: SECRETS.password };
      const { deliveries } = await notify(
        EVENTS.before,
        CONTACTS,
        options("http://127.0.0.1:1", mails, { environment, ...more }),
      );
      return deliveries.find(({ channel }) => channel === "email");
    };
    assert.deepEqual(await mailed(busy), {
      channel: "email",
      to: "team@example.com",
      outcome: "delivered",
      attempts: 3,
    });
    const plain = await smtp({ startTls: false });
    assert.equal((await mailed(plain))?.outcome, "failed");
    const strange = await mailed(busy, { mail: { at: busy.at } });
    assert.ok(strange?.outcome === "failed" && /certificate/.test(strange.reason), JSON.stringify(strange));
    assert.equal(plain.mails.length, 0);
    assert.equal(busy.mails.length, 1);
  });

  it("L7 no secret is in a message, nor in what a failing server repeats", async () => {
    let status = 200;
    const http = await startServer({
      ...Object.fromEntries(
        [...PATHS, CLOSE].map((path) => [
          `POST ${path}`,
          // Repeats everything that it was sent, as some services do.
          ({ path: asked, headers }) => ({ status, text: `${asked} ${JSON.stringify(headers)}` }),
        ]),
      ),
    });
    open.push(http);
    const mails = await smtp();
    const reason = `psql postgres://shop:${SECRETS.database}@db failed; key ${SECRETS.apiKey}; ${SECRETS.password}`;
    const event = {
      ...EVENTS.rollingBack,
      reason,
      links: [{ name: SECRETS.key, url: `https://x/?k=${SECRETS.key}` }],
    };
    const sent = await notify(event, CONTACTS, options(http.url, mails, { hidden: [SECRETS.database] }));
    noSecret(JSON.stringify(sent));
    assert.equal(mails.mails.length, 1);
    for (const { source } of mails.mails) noSecret(decoded(source));
    for (const { path, body } of http.received) {
      if (path.startsWith("/slack") || path === "/hook" || path.startsWith("/v2/alerts")) noSecret(body);
      else noSecret(body.replace(`"routing_key":"${SECRETS.routingKey}"`, ""));
    }
    status = 400;
    const wrong = await smtp({ password: "another" });
    const failed = await notify(event, CONTACTS, options(http.url, wrong));
    assert.equal(undelivered(failed).length, 5);
    noSecret(JSON.stringify(failed));
  });

  it("K29 a channel that nobody can be reached by says what is missing", async () => {
    const report = await notify(EVENTS.before, CONTACTS, { alerting: ALERTING, environment: {} });
    assert.deepEqual(
      report.deliveries.map((each) => ("reason" in each ? `${each.channel}: ${each.reason}` : each.channel)),
      [
        "slack: no secret for it: set GOLIVE_SLACK_WEBHOOK",
        "email: no secret for it: set GOLIVE_SMTP_PASSWORD",
        "pagerDuty: no secret for it: set GOLIVE_PAGERDUTY_ROUTING_KEY",
        "opsgenie: no secret for it: set GOLIVE_OPSGENIE_API_KEY",
      ],
    );
    const plain = await notify(EVENTS.before, contacts.parse({}), {
      environment: { GOLIVE_WEBHOOK_URL: "http://example.com/hook" },
    });
    assert.equal(outcomes(plain)["webhook"], "skipped");
  });
});

/** A mail's text, out of quoted-printable or base64. */
function decoded(source: string): string {
  const [, body = ""] = source.split("\r\n\r\n");
  return /Content-Transfer-Encoding: base64/i.test(source)
    ? Buffer.from(body, "base64").toString("utf8")
    : body.replaceAll("=\r\n", "").replaceAll("=20", " ") + source;
}
