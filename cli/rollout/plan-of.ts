/** The plan of a system's release, from the stack file. */
import { ownRules } from "../../readings/own-rules";
import type { Addresses } from "../../readings/sources";
import { vacuousSet } from "../../readings/vacuous";
import type { ChangeStep, Plan, Setting, SoakStep, Step } from "../../rollout/plan";
import type { Rule } from "../../rollout/rule";
import { ENOVA_SOAKS, type EnovaSettings, type StackSettings } from "../../settings";
import type { RolloutSettings } from "../../settings/rollout";
import { watchedOf } from "../../systems/watched";
import { UserError } from "../user-error";
import { imagesOf } from "./images";
import type { Session, SystemName } from "./session";

/** Seconds that one `up` takes, for the times of a plan. */
const UP_SECONDS = 60;

/**
 * The plan of a release to `to`, or to what the stack file says.
 *
 * @throws {UserError} where the system has nothing that could tell a good release from a bad one.
 */
export function planOf(session: Session, addresses: Addresses, to?: string): Plan {
  const { settings, system } = session;
  const enova = settings.systems.enova;
  if (system !== "enova" || enova === undefined) {
    throw new UserError(
      `golive rollout walks ENOVA's canary; ${system} is released by \`golive version\` and \`up\``,
    );
  }
  return enovaPlan(session, enova, addresses, to);
}

function enovaPlan(
  { settings, stack }: Session,
  enova: EnovaSettings,
  addresses: Addresses,
  to: string | undefined,
): Plan {
  const { canary, rollout } = enova;
  const version = to ?? enova.frontend.image.tag;
  const weights = canary.ladder.filter((weight) => weight >= reachedBy(canary.phase));
  const back = phase("rollback");
  const steps: Step[] = [
    ...releaseOf(enova, to),
    ...weights.flatMap((weight): Step[] => [
      {
        kind: "change",
        id: `weight ${weight}`,
        title: `${weight} % of the requests to ${version}`,
        change: { settings: [phase(String(weight))], scope: { kind: "system" } },
        undo: { settings: [back], scope: { kind: "system" } },
        percent: weight,
        expectedSeconds: UP_SECONDS,
      },
      soak(
        `soak ${weight}`,
        `readings at ${weight} %`,
        rollout.soaks[weight]?.seconds ?? ENOVA_SOAKS[weight] ?? rollout.soak.seconds,
        rollout,
        rulesAt(weight, rulesOf(withPhase(settings, enova, String(weight)), "enova", rollout, addresses)),
      ),
    ]),
    {
      kind: "change",
      id: "complete",
      title: `${version} behind the main Ingress`,
      change: { settings: [phase("complete")], scope: { kind: "system" } },
      undo: { settings: [back], scope: { kind: "system" } },
      percent: 100,
      expectedSeconds: UP_SECONDS,
    },
  ];
  return {
    bound: { stack, system: "enova", version, images: imagesOf(enova, version) },
    from: enova.legacy.frontend.image.tag,
    steps,
    back: steps
      .filter((step): step is ChangeStep => step.kind === "change" && step.undo !== undefined)
      .map(({ id }) => id)
      .reverse(),
    goBack: "all",
    patience: {
      insufficientSeconds: rollout.patience.insufficient.seconds,
      brokenSeconds: rollout.patience.broken.seconds,
    },
  };
}

const phase = (value: string): Setting => ({ path: "enova.canary.phase", value });

/** A rollout that stands at a weight already begins there. */
function reachedBy(name: string): number {
  if (name === "complete") return 101;
  return Number(name) || 0;
}

/** The new version beside the old one, without traffic but the chat's, which is all new. */
function releaseOf(enova: EnovaSettings, to: string | undefined): readonly Step[] {
  if (to === undefined) return [];
  const parts = ["frontend", "gateway", "chat"] as const;
  const tags = (tag: (part: (typeof parts)[number]) => string): readonly Setting[] =>
    parts.map((part) => ({ path: `enova.${part}.image.tag`, value: tag(part) }));
  return [
    {
      kind: "change",
      id: "release",
      title: `${to} beside the old version`,
      change: { settings: tags(() => to), scope: { kind: "system" } },
      undo: { settings: tags((part) => enova[part].image.tag), scope: { kind: "system" } },
      expectedSeconds: UP_SECONDS,
    },
  ];
}

/** At the last weight nobody is on the stable side to be compared with. */
const rulesAt = (weight: number, rules: readonly Rule[]): readonly Rule[] =>
  weight < 100 ? rules : rules.filter(({ objective }) => objective !== "enova/canary-error-excess");

const withPhase = (settings: StackSettings, enova: EnovaSettings, name: string): StackSettings => ({
  ...settings,
  systems: { ...settings.systems, enova: { ...enova, canary: { ...enova.canary, phase: name } } },
});

const soak = (
  id: string,
  title: string,
  seconds: number,
  { interval }: RolloutSettings,
  rules: readonly Rule[],
): SoakStep => ({ kind: "soak", id, title, seconds, intervalSeconds: interval.seconds, rules });

/**
 * The system's own rules, those that its alerts have too.
 *
 * @throws {UserError} where there are none: a rollout that asks nothing would let everything through.
 */
export function rulesOf(
  settings: StackSettings,
  system: SystemName,
  { minimumSamples, failsInARow }: RolloutSettings,
  { loki, alertmanager }: Addresses,
): readonly Rule[] {
  const watched = watchedOf(settings).find((one) => one.system === system);
  const asked = { loki: loki !== undefined, alertmanager: alertmanager !== undefined };
  const rules = watched === undefined ? [] : ownRules(watched, asked);
  const vacuous = rules.length === 0 ? "nobody is asked: set golive:observability" : vacuousSet(rules);
  if (vacuous !== undefined) throw new UserError(`the rules of ${system} in ${settings.file}: ${vacuous}`);
  return rules.map((rule) => ({
    ...rule,
    minimumSamples: rule.minimumSamples === 0 ? 0 : Math.max(rule.minimumSamples, minimumSamples),
    failsInARow,
  }));
}
