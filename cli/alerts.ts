/** `golive alerts`: the alerts of a stack with whom each calls, and how often they call on four simulated days. */
import { readFileSync } from "node:fs";
import path from "node:path";
import Table from "cli-table3";
import * as z from "zod";
import { findTool } from "../engine/acquire";
import { repositoryRoot } from "../engine/cache";
import { step } from "../engine/progress";
import { evaluate, inParallel } from "../engine/promtool";
import {
  alertmanagerConfigOf,
  escalationRules,
  operatorRender,
  routeOf,
  type AlertmanagerTree,
} from "../observability/routing";
import { logRulesOf } from "../observability/logs/rules";
import { rulesOf } from "../observability/rules";
import { ruleManifest } from "../observability/rules/prometheus-rule";
import type { AlertRule, Rule } from "../observability/rules/rule";
import { DAYS, type Day } from "../observability/simulate/days";
import { pagesOf, scenariosOf, wholeDay, type Page, type Slots } from "../observability/simulate/simulation";
import type { Watched } from "../observability/watched";
import { readStackFile } from "../settings";
import { alertingOf, watchedOf } from "../systems/watched";
import { stackFile } from "./stacks";
import { UserError } from "./user-error";

/** A system with its rules and where they go. */
interface Routed {
  readonly watched: Watched;
  readonly rules: readonly Rule[];
  readonly tree: AlertmanagerTree;
}

async function routedOf(stack: string): Promise<readonly Routed[]> {
  const settings = readStackFile(await stackFile(stack));
  return watchedOf(settings).map((watched) => {
    const alerting = alertingOf(settings, watched.system);
    const configs = alerting === undefined ? [] : [alertmanagerConfigOf(watched, alerting)];
    return {
      watched,
      rules: [...rulesOf(watched), escalationRules(watched), ...logRulesOf(watched)].flatMap(
        ({ rules }) => rules,
      ),
      tree: operatorRender(configs, watched.platform.alertmanager.matcherStrategy),
    };
  });
}

const isAlert = (rule: Rule): rule is AlertRule => rule.kind === "alert";

const receiversOf = ({ tree }: Routed, { name, labels }: AlertRule): readonly string[] =>
  routeOf(tree.route, { ...labels, alertname: name }).map(({ receiver }) => receiver);

/** Prints each alert of a stack: its limit's time, its severity and whom it calls. */
export async function listAlerts(stack: string, { json }: { readonly json?: boolean }): Promise<void> {
  const rows = (await routedOf(stack)).flatMap((routed) =>
    routed.rules.filter(isAlert).map((alert) => ({
      system: routed.watched.system,
      alert: alert.name,
      service: alert.labels.service,
      severity: alert.labels.severity,
      for: alert.for,
      receivers: receiversOf(routed, alert),
      expression: alert.expression.text,
    })),
  );
  if (json) {
    console.log(JSON.stringify(rows, null, 2));
    return;
  }
  const table = new Table({
    head: ["system", "alert", "service", "severity", "for", "receivers"],
    style: { head: [], border: [] },
  });
  table.push(
    ...rows.map((row) => [
      row.system,
      row.alert,
      row.service,
      row.severity,
      row.for,
      row.receivers.join("\n"),
    ]),
  );
  console.log(table.toString());
}

/** How often each receiver is called on each day. */
const report = z.strictObject({
  stack: z.string(),
  pages: z.array(
    z.strictObject({
      day: z.enum(DAYS),
      receiver: z.string(),
      alert: z.string(),
      service: z.string(),
      minute: z.number(),
    }),
  ),
});
export type Report = z.infer<typeof report>;

interface SimulateOptions {
  readonly json?: boolean;
  /** A file that `--json` wrote before a change. */
  readonly against?: string;
}

/**
 * Prints how often each receiver is called on each simulated day; with `against`, before and after. Gives the exit code: 1
 * where the receiver's budget (`golive:observability.budget`) is exceeded or, where it has none, where it is called more
 * often than before.
 *
 * @throws {UserError} where the file of `against` is none that `--json` wrote for this stack.
 */
export async function simulateAlerts(stack: string, options: SimulateOptions): Promise<number> {
  const before = options.against === undefined ? undefined : readReport(options.against, stack);
  const now = await step(`simulating ${DAYS.length} days of ${stack}`, () => simulate(stack));
  const budget = readStackFile(await stackFile(stack)).observability?.budget ?? {};
  const excesses = excessesOf(now, before, budget);
  console.log(options.json ? JSON.stringify(now, null, 2) : tableOf(now, before, budget));
  for (const excess of excesses) console.error(excess);
  return excesses.length === 0 ? 0 : 1;
}

function readReport(file: string, stack: string): Report {
  const expected = `expected what \`golive alerts simulate ${stack} --json\` wrote`;
  try {
    const read = report.parse(JSON.parse(readFileSync(path.resolve(repositoryRoot, file), "utf8")));
    if (read.stack === stack) return read;
    throw new UserError(`--against ${file}: it is of ${read.stack}; ${expected}`);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `--against ${file}: ${error instanceof z.ZodError ? "it is something else" : "it cannot be read"}; ${expected}`,
    );
  }
}

async function simulate(stack: string): Promise<Report> {
  const promtool = await findTool("promtool");
  const routed = await routedOf(stack);
  const jobs = routed.flatMap((system) =>
    system.rules.filter(isAlert).map((alert) => ({ system, alert, texts: readBy(alert, system.rules) })),
  );
  const found = await inParallel(jobs, ({ system, alert, texts }) => daysOf(promtool, system, alert, texts));
  const pages = routed.flatMap((system) =>
    DAYS.flatMap((day, at) => {
      const own = found.filter((_, job) => jobs[job]?.system === system).flatMap((days) => [days[at] ?? []]);
      const slots = Array.from({ length: Math.max(0, ...own.map(({ length }) => length)) }, (_, slot) =>
        own.flatMap((each) => each[slot] ?? []),
      );
      return pagesOf(slots, system.tree).map((page): Page & { day: Day } => ({ day, ...page }));
    }),
  );
  return { stack, pages };
}

/** The recordings that an alert reads, directly or not. */
function readBy({ expression }: Pick<Rule, "expression">, rules: readonly Rule[]): readonly Rule[] {
  const read = rules.filter((rule) => rule.kind === "record" && expression.text.includes(rule.record));
  return [...new Set([...read.flatMap((rule) => readBy(rule, rules)), ...read])];
}

/** Which alerts fire in each slot of each day, where this one's signal is as on that day; its escalation beside it. */
async function daysOf(
  promtool: string,
  { watched }: Routed,
  alert: AlertRule,
  recordings: readonly Rule[],
): Promise<readonly Slots[]> {
  const escalated = alert.labels.severity === "critical";
  const scenarios = scenariosOf(alert, {
    recordings: recordings.map(({ expression }) => expression.text),
    escalationSeconds: Math.max(
      0,
      ...(escalated ? watched.contacts.escalation : []).map(({ after }) => after.seconds),
    ),
  });
  if (scenarios === undefined) return [];
  const escalation = escalated ? escalationRules(watched).rules : [];
  const rules = [...recordings, alert, ...escalation].map((rule) =>
    ruleManifest(rule, () => ({ runbookUrl: "" })),
  );
  const distinct = [...new Set(scenarios)];
  const answers = await evaluate(promtool, { groups: [{ name: "day", rules }] }, distinct);
  return scenarios.map((day) =>
    wholeDay(
      (answers[distinct.indexOf(day)] ?? []).map((samples) =>
        samples.map(({ labels }) => withoutLabel(labels, "alertstate")),
      ),
    ),
  );
}

const withoutLabel = (labels: Readonly<Record<string, string>>, name: string) =>
  Object.fromEntries(Object.entries(labels).filter(([label]) => label !== name));

const countOf = ({ pages }: Report, receiver: string, day?: Day): number =>
  pages.filter((page) => page.receiver === receiver && (day === undefined || page.day === day)).length;

const receiversIn = (...reports: readonly (Report | undefined)[]): readonly string[] =>
  [...new Set(reports.flatMap((each) => each?.pages.map(({ receiver }) => receiver) ?? []))].sort();

type Budget = Readonly<Record<string, number>>;

/** `golive:observability.budget` names receivers without their namespace and configuration. */
const nameOf = (receiver: string): string => receiver.split("/").pop() ?? receiver;

/** A row for each receiver, a column for each day; before and after where they differ. */
export function tableOf(now: Report, before: Report | undefined, budget: Budget): string {
  const table = new Table({ head: ["receiver", ...DAYS, "all", "budget"], style: { head: [], border: [] } });
  const cell = (receiver: string, day?: Day): string => {
    const [was, is] = [before && countOf(before, receiver, day), countOf(now, receiver, day)];
    return was === undefined || was === is ? String(is) : `${was} → ${is}`;
  };
  table.push(
    ...receiversIn(now, before).map((receiver) => [
      receiver,
      ...[...DAYS, undefined].map((day) => cell(receiver, day)),
      String(budget[nameOf(receiver)] ?? ""),
    ]),
  );
  return table.toString();
}

/** Receivers that are called more often than their budget of the four days allows; without one, than before. */
export function excessesOf(now: Report, before: Report | undefined, budget: Budget): readonly string[] {
  return receiversIn(now).flatMap((receiver) => {
    const count = countOf(now, receiver);
    const name = nameOf(receiver);
    const allowed = budget[name] ?? (before && countOf(before, receiver));
    if (allowed === undefined || count <= allowed) return [];
    const source = name in budget ? `golive:observability.budget.${name}` : "as before the change";
    return [
      `${receiver} is called ${count} times on the four days, expected at most ${allowed} (${source}): make the alerts rarer, or agree on more`,
    ];
  });
}
