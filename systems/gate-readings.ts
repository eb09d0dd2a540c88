/** The readings that a growing share is judged by. */
import { gate } from "../readings/gate";
import { releaseRules } from "../readings/release-rules";
import { type Addresses, SourceError, sourcesAt } from "../readings/sources";
import type { Watched } from "../observability/watched";
import type { Rule } from "../rollout/rule";
import { grouped, amount, span } from "../rollout/words";
import type { Verdict } from "../rollout/verdict";
import { ENOVA_SOAKS, type StackSettings } from "../settings";
import { watchedOf } from "./watched";

/** What is to grow. */
export interface Growing {
  /** Percent that the new version has now. */
  readonly percent: number;
  /** When it got them. Absent: nobody knows. */
  readonly since?: Date | undefined;
}

/** `unjudged`: nobody is there to be asked. */
export interface Judged {
  readonly kind: "pass" | "refused" | "unjudged";
  readonly text: string;
}

/** Judges a system's share as it is now, by the rules of the services that it is of. */
export async function judgeRaise(
  settings: StackSettings,
  system: string,
  { percent, since }: Growing,
  now = new Date(),
): Promise<Judged> {
  const watched = watchedOf(atWeight(settings, percent)).find((one) => one.system === system);
  const rollout = settings.systems.enova?.rollout;
  if (watched?.platform.prometheus.url === undefined || rollout === undefined) {
    return {
      kind: "unjudged",
      text: "no reading is judged: golive:observability.prometheus.url is not set; the order of the steps is kept",
    };
  }
  const addresses = addressesOf(watched);
  const rules = releaseRules(watched, rollout, addresses, percent);
  if ("problem" in rules) return { kind: "refused", text: rules.problem };
  const verdict = await verdictOf(ofShare(watched, rules.value), addresses, rollout.interval.seconds);
  if (typeof verdict === "string") return { kind: "refused", text: verdict };
  const left = soakLeft(soakOf(settings, percent), since, now);
  if (verdict.kind !== "advance") return { kind: "refused", text: `${verdict.kind}: ${verdict.reason}` };
  if (left > 0)
    return { kind: "refused", text: `${passed(verdict)}, and ${span(left)} of the soak are left` };
  return { kind: "pass", text: `${passed(verdict)}: pass` };
}

const addressesOf = ({ platform: { prometheus, alertmanager, loki } }: Watched): Addresses => ({
  prometheus: prometheus.url,
  alertmanager: alertmanager.url,
  loki: loki?.url,
});

/** `blind`: what cannot be read, beside no failure; `doubtful`: too few samples, or a failure that takes nothing back. */
export interface JudgedServed {
  readonly kind: "pass" | "refused" | "blind" | "doubtful" | "unjudged";
  readonly text: string;
}

/**
 * Judges what a system serves now, before anything else is put beside it or in its place.
 *
 * @param names of the Deployments that serve, by the service's key; of no others is anything asked.
 */
export async function judgeServed(
  settings: StackSettings,
  system: keyof StackSettings["systems"],
  names: Readonly<Record<string, string>>,
): Promise<JudgedServed> {
  const found = watchedOf(settings).find((one) => one.system === system);
  const rollout = settings.systems[system]?.rollout;
  if (found?.platform.prometheus.url === undefined || rollout === undefined) return UNJUDGED;
  const services = found.services.flatMap((service) => {
    const name = names[service.versionOf ?? service.name];
    return name === undefined ? [] : [{ ...service, name }];
  });
  const watched = { ...found, services };
  const addresses = addressesOf(watched);
  const rules = releaseRules(watched, rollout, addresses);
  if ("problem" in rules) return { kind: "blind", text: rules.problem };
  const verdict = await verdictOf(rules.value, addresses, rollout.interval.seconds);
  if (typeof verdict === "string") return { kind: "blind", text: verdict };
  if (verdict.kind === "advance") return { kind: "pass", text: `${passed(verdict)}: pass` };
  const text = verdict.reason;
  if (verdict.kind === "roll back") return { kind: "refused", text };
  const isBlind = verdict.findings.some(({ reading }) => reading.kind === "broken");
  return { kind: isBlind ? "blind" : "doubtful", text };
}

const UNJUDGED: JudgedServed = {
  kind: "unjudged",
  text: "no reading is judged: golive:observability.prometheus.url is not set; the order of the waves is kept",
};

/** A rule that must fail several times in a row is read again, as often apart as a rollout reads. */
async function verdictOf(
  rules: readonly Rule[],
  addresses: Addresses,
  intervalSeconds: number,
): Promise<Verdict | string> {
  try {
    return await gate(rules, sourcesAt(addresses), { intervalSeconds });
  } catch (error) {
    if (error instanceof SourceError) return error.message;
    throw error;
  }
}

/** `error rate 0.03 %, n = 18 240`: of what is asked first the worst value, and the samples of all services. */
function passed({ findings }: Verdict): string {
  const subject = (title: string) => title.replace(/ of .*/, "");
  const [first] = findings;
  const read = findings.flatMap(({ title, reading }) => ("value" in reading ? [{ title, ...reading }] : []));
  const same = read.filter(({ title }) => first !== undefined && subject(title) === subject(first.title));
  if (first === undefined || same.length === 0) return `all ${findings.length} rules pass`;
  const worst = Math.max(...same.map(({ value }) => value));
  // Two thresholds of one thing are made of the same samples.
  const samples = new Map(same.map((one) => [one.title, one.samples ?? 0]));
  const counted = [...samples.values()].reduce((sum, one) => sum + one, 0);
  return `${subject(first.title)} ${amount(first.unit, worst)}, n = ${grouped(counted)}`;
}

function soakOf({ systems: { enova } }: StackSettings, percent: number): number {
  if (enova === undefined) return 0;
  const { soaks, soak } = enova.rollout;
  return soaks[percent]?.seconds ?? ENOVA_SOAKS[percent] ?? soak.seconds;
}

function soakLeft(due: number, since: Date | undefined, now: Date): number {
  // An object whose age nobody knows has not soaked.
  const stood = since === undefined ? 0 : (now.getTime() - since.getTime()) / 1000;
  return Math.max(0, due - stood);
}

/** The stack as it is while the share is this: its metrics are counted under the main Ingress of that phase. */
function atWeight(settings: StackSettings, percent: number): StackSettings {
  const { enova } = settings.systems;
  if (enova === undefined) return settings;
  const canary = { ...enova.canary, phase: String(percent), ladder: [...enova.canary.ladder, percent] };
  return { ...settings, systems: { ...settings.systems, enova: { ...enova, canary } } };
}

/** Of the services with a share, and of the whole system. */
function ofShare({ services }: Watched, rules: readonly Rule[]): readonly Rule[] {
  const shared = services.flatMap(({ name, traffic }) => (traffic?.canary === undefined ? [] : [name]));
  return rules.filter(
    ({ objective, service }) =>
      objective === undefined || (service !== undefined && shared.includes(service)),
  );
}
