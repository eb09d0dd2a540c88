import assert from "node:assert/strict";
import { parser } from "@grafana/lezer-logql";
import fc from "fast-check";
import { parse } from "yaml";
import { z } from "zod";
import { record } from "../../../cli/recorder";
import { LogRules } from "../../../components/log-rules";
import { countWithin, Lines } from "../../../observability/logs/logql";
import { logRulesOf } from "../../../observability/logs/rules";
import type { AlertRule } from "../../../observability/rules/rule";
import { LOG_SIGNALS } from "../../../observability/signals/logs";
import type { SubjectOf } from "../../../observability/signals/signal";
import { ENOVA, GUELAGUETZA, KOMETA, LISTACOMPRA, S5 } from "../../support/watched";

const SYSTEMS = [KOMETA, LISTACOMPRA, GUELAGUETZA, S5, ENOVA];
const links = () => ({ runbookUrl: "https://example.com/runbook" });

const alertsOf = (watched: (typeof SYSTEMS)[number]): readonly AlertRule[] =>
  logRulesOf(watched).flatMap(({ rules }) => rules.flatMap((rule) => (rule.kind === "alert" ? [rule] : [])));

/** Where Loki's grammar finds an error. */
function syntaxErrors(text: string): readonly number[] {
  const errors: number[] = [];
  parser.parse(text).iterate({
    enter: ({ type, from }) => {
      if (type.isError) errors.push(from);
    },
  });
  return errors;
}

/** The regular expression of a signal's line filter, which RE2 and JavaScript read alike. */
function patternOf(name: keyof typeof LOG_SIGNALS): RegExp {
  const [service] = GUELAGUETZA.services;
  assert.ok(service);
  const workload: SubjectOf<"workload"> = { kind: "workload", namespace: "shop", service };
  const [, quoted = '""'] =
    / \|~ ("(?:[^"\\]|\\.)*")/.exec(LOG_SIGNALS[name].value(workload, "5m").text) ?? [];
  return new RegExp(z.string().parse(JSON.parse(quoted)).replace("(?i)", ""), "i");
}

/** Lines as PostgreSQL's driver, Prisma and common libraries write them, and lines of a service that is well. */
const SAID = {
  databaseTimeouts: [
    "canceling statement due to statement timeout",
    "PrismaClientKnownRequestError P2024: Timed out fetching a new connection from the connection pool",
    "Error: timeout exceeded when trying to connect",
  ],
  authenticationFailures: [
    "JsonWebTokenError: invalid signature",
    "POST /login 401 Unauthorized",
    "jwt expired",
  ],
  failedTransactions: [
    "Transaction already closed: P2028",
    "ERROR: could not serialize access due to concurrent update",
    "order 12 is PAYMENT_FAILED",
  ],
} as const;
const WELL = [
  "checkout 201 in 120 ms",
  "login of user 7",
  "transaction committed",
  "timeout is 30 s",
  "listening",
];

describe("rules of Loki's ruler", () => {
  it("K26 K21 G6 G13 E10 every system's logs are watched for each kind of line", () => {
    for (const watched of SYSTEMS) {
      const names = new Set(alertsOf(watched).map(({ name }) => name));
      for (const name of [
        "ApplicationErrorsInLogs",
        "DatabaseTimeoutsInLogs",
        "AuthenticationFailuresInLogs",
        "FailedTransactionsInLogs",
        "CriticalErrorsInLogs",
      ])
        assert.ok(names.has(name), `${watched.system} has no ${name}`);
    }
  });

  it("G6 more than a hundred lines with ConcurrencyError within an hour", () => {
    const [alert] = alertsOf(GUELAGUETZA).filter(({ name }) => name === "ConcurrencyErrorsInLogs");
    assert.match(alert?.expression.text ?? "", /\|= "ConcurrencyError" \[1h\]\)\) > 100$/);
    assert.equal(alert?.labels.severity, "warning");
  });

  it("K26 every expression is LogQL", () => {
    for (const { name, expression } of SYSTEMS.flatMap(alertsOf))
      assert.deepEqual(syntaxErrors(expression.text), [], `${name}: ${expression.text}`);
    assert.notDeepEqual(syntaxErrors('sum(count_over_time({a="b"} [5m])'), []);
  });

  it("K26 every alert has the labels by which it is delivered, and no expression drops its namespace", () => {
    for (const watched of SYSTEMS)
      for (const { labels, expression } of alertsOf(watched)) {
        assert.equal(labels.namespace, watched.namespace);
        assert.equal(labels.system, watched.system);
        assert.ok(
          expression.text.includes(
            `k8s_namespace_name="${watched.namespace}" or namespace="${watched.namespace}"`,
          ),
        );
      }
  });

  for (const [name, lines] of Object.entries(SAID)) {
    it(`K26 ${name} are told from other lines`, () => {
      const signal = z.enum(["databaseTimeouts", "authenticationFailures", "failedTransactions"]).parse(name);
      const pattern = patternOf(signal);
      for (const line of lines) assert.match(line, pattern);
      for (const line of WELL) assert.doesNotMatch(line, pattern);
    });
  }

  it("K26 whatever is looked for, the text is LogQL", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (service, text) => {
        const lines = Lines.ofService(service).holding(text).where(["namespace", text]);
        assert.deepEqual(syntaxErrors(countWithin(lines, "5m").text), []);
      }),
    );
  });

  it("K26 are one file in a ConfigMap that Loki's sidecar finds, named after stack and system", async () => {
    const registered = await record("test", () =>
      Promise.resolve(new LogRules("logs", { watched: GUELAGUETZA, groups: logRulesOf(GUELAGUETZA), links })),
    );
    const { metadata, data } = z
      .object({
        metadata: z.object({
          name: z.string(),
          namespace: z.string(),
          labels: z.record(z.string(), z.string()),
        }),
        data: z.record(z.string(), z.string()),
      })
      .parse(registered.find(({ type }) => type.endsWith(":ConfigMap"))?.inputs);
    assert.deepEqual(metadata, {
      name: "guelaguetza-log-rules",
      namespace: GUELAGUETZA.namespace,
      labels: { loki_rule: "1" },
    });
    const [[file, text] = ["", ""]] = Object.entries(data);
    assert.equal(file, `${GUELAGUETZA.stack}-guelaguetza.yaml`);
    const { groups } = z
      .object({ groups: z.array(z.object({ rules: z.array(z.object({ annotations: z.unknown() })) })) })
      .parse(parse(text));
    assert.equal(groups[0]?.rules.length, alertsOf(GUELAGUETZA).length);
  });
});
