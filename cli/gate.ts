/** `golive gate`: one verdict on rules, for pipelines (docs/gate.md). */
import { readFileSync } from "node:fs";
import Table from "cli-table3";
import { gate } from "../readings/gate";
import { ownRules } from "../readings/own-rules";
import { parseRules } from "../readings/rules-file";
import { SourceError, sourcesAt, type Addresses, type Sources } from "../readings/sources";
import { vacuousSet } from "../readings/vacuous";
import type { Rule } from "../rollout/rule";
import type { Finding, Verdict } from "../rollout/verdict";
import { amount, expected, grouped, told } from "../rollout/words";
import { readStackFile, type StackSettings } from "../settings";
import { watchedOf } from "../systems/watched";
import { stackFile } from "./stacks";
import { UserError } from "./user-error";

export interface GateCommandOptions extends Addresses {
  /** A stack's own rules, instead of a file's. */
  readonly system?: string;
  readonly stack?: string;
  /** Those of one service of the system. */
  readonly service?: string;
  /** Seconds between two readings of what must fail several times in a row. */
  readonly interval: number;
  readonly json?: boolean;
}

/** By verdict; 1 is a mistake of the command line or of the rules. */
export const GATE_EXIT: Readonly<Record<Verdict["kind"], number>> = { advance: 0, hold: 2, "roll back": 3 };

/** Prints the verdict and gives the exit code. */
export async function gateCommand(file: string | undefined, options: GateCommandOptions): Promise<number> {
  const { rules, sources } = await asked(file, options);
  const verdict = await gate(rules, sources, { intervalSeconds: options.interval });
  console.log(options.json === true ? jsonOf(rules, verdict) : tableOf(rules, verdict));
  return GATE_EXIT[verdict.kind];
}

interface Asking {
  readonly rules: readonly Rule[];
  readonly sources: Sources;
}

async function asked(file: string | undefined, options: GateCommandOptions): Promise<Asking> {
  const { system, stack } = options;
  if (file !== undefined && system === undefined && stack === undefined) {
    return { rules: parseRules(file, textOf(file)), sources: sourcesOf(options) };
  }
  if (file === undefined && system !== undefined && stack !== undefined)
    return ofStack(system, stack, options);
  throw new UserError(
    "expected a file of rules, or --system NAME with --stack NAME for those that a stack's own alerts have",
  );
}

async function ofStack(system: string, stack: string, options: GateCommandOptions): Promise<Asking> {
  const settings = readStackFile(await stackFile(stack));
  const watched = watchedOf(settings).find((each) => each.system === system);
  if (watched === undefined) throw noSystem(settings, system);
  const { service } = options;
  const names = watched.services.map(({ name }) => name);
  if (service !== undefined && !names.includes(service)) {
    throw new UserError(`${system} has no service ${service}: expected one of ${names.join(", ")}`);
  }
  const { prometheus, alertmanager, loki } = watched.platform;
  const addresses = {
    prometheus: options.prometheus ?? prometheus.url,
    loki: options.loki ?? loki?.url,
    alertmanager: options.alertmanager ?? alertmanager.url,
  };
  const rules = ownRules(watched, {
    service,
    loki: addresses.loki !== undefined,
    alertmanager: addresses.alertmanager !== undefined,
  });
  const vacuous = vacuousSet(rules);
  if (vacuous !== undefined) throw new UserError(`the rules of ${service ?? system}: ${vacuous}`);
  return { rules, sources: sourcesOf(addresses) };
}

function noSystem(settings: StackSettings, system: string): UserError {
  const systems = watchedOf(settings).map((each) => each.system);
  const mend =
    systems.length === 0
      ? "it sets no golive:observability, and so has no rules"
      : `expected one of ${systems.join(", ")}`;
  return new UserError(`the stack ${settings.stack} has no rules of ${system}: ${mend}`);
}

function sourcesOf(addresses: Addresses): Sources {
  try {
    return sourcesAt(addresses);
  } catch (error) {
    throw error instanceof SourceError ? new UserError(error.message) : error;
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch {
    throw new UserError(`${file} cannot be read: expected a file of rules (docs/gate.md)`);
  }
}

/** Of one rule: what its reading alone would have the gate do. */
function own(rule: Rule, { reading }: Finding): Verdict["kind"] {
  if (reading.kind === "pass") return "advance";
  return reading.kind === "fail" ? rule.onFail : "hold";
}

function tableOf(rules: readonly Rule[], verdict: Verdict): string {
  const head = ["rule", "value", "threshold", "samples", "verdict", "reason"];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const [index, finding] of verdict.findings.entries()) {
    const rule = rules[index];
    if (rule !== undefined) table.push(rowOf(rule, finding));
  }
  return `${table.toString()}\n${verdict.kind}: ${verdict.reason}`;
}

function rowOf(rule: Rule, finding: Finding): string[] {
  const { reading, limit, unit, title } = finding;
  const isRead = reading.kind === "pass" || reading.kind === "fail";
  const samples = "samples" in reading && reading.samples !== undefined ? grouped(reading.samples) : "";
  return [
    title,
    isRead ? amount(unit, reading.value) : "",
    expected(unit, limit),
    samples,
    own(rule, finding),
    isRead ? reading.kind : told(reading, unit, limit),
  ];
}

function jsonOf(rules: readonly Rule[], { kind, reason, findings }: Verdict): string {
  const read = findings.flatMap((finding, index) => {
    const rule = rules[index];
    if (rule === undefined) return [];
    const { id, title, source, query, unit, limit } = rule;
    return [{ id, title, source, query, unit, limit, verdict: own(rule, finding), reading: finding.reading }];
  });
  return JSON.stringify({ verdict: kind, reason, rules: read }, undefined, 2);
}
