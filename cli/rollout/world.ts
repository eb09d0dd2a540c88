/** What a rollout acts on: the stack file, `pulumi up`, the cluster, and who is asked for readings. */
import { setTimeout as delay } from "node:timers/promises";
import { windowSeconds } from "../../observability/promql/window";
import type { ChangeStep, Scope, Update } from "../../rollout/plan";
import { ask } from "../../readings/ask";
import type { Sources } from "../../readings/sources";
import type { CanaryTraffic } from "../../rollout/place";
import { read, type RuleReading } from "../../rollout/reading";
import type { Rule } from "../../rollout/rule";
import { beside } from "./beside";
import type { Deployment, UpOutcome, UpRequest } from "./deployment";
import { KubectlFailed } from "./kubectl";
import type { Lease } from "./lease";
import type { Changed, World } from "./run";
import type { Reach } from "./session";
import { editStackFile, withSettings } from "./stack-file";
import { targetsOf, trafficTargets, type Targets } from "./targets";
import { proofOfSilence } from "./proof";
import { heldText, heldTraffic, readyServices, type HeldTraffic } from "./traffic";

type Acting = Pick<World, "now" | "sleep" | "mayChange" | "apply" | "undo" | "read">;

/** What a way back tells besides its end, for people and the record. */
export interface SafeReport {
  /** Seconds from the decision to the API server holding the safe weights. */
  readonly seconds: number;
  /** What the API server holds: `frontend-legacy 100 %, …`. */
  readonly held: string;
  /** Whether requests still reach the new version, by a reading: known some time after, and waited for by nothing. */
  readonly proof: Promise<string>;
}

export interface WorldOptions {
  readonly reach: Reach;
  readonly rollout: string;
  readonly deployment: Pick<Deployment, "up">;
  readonly lease: Pick<Lease, "confirm">;
  readonly sources: Sources;
  /** Milliseconds since 1970 at which the way back was decided. */
  readonly decidedAt: () => number;
  readonly say: (text: string) => void;
  readonly safe: (report: SafeReport) => void;
  /** Takes another rollout back, as a recovery asks. */
  readonly rollBack: (rollout: string) => Promise<Changed>;
}

const AWAY_MS = 1000;

/** The world of one rollout. */
export function worldOf(options: WorldOptions): Acting {
  const { reach, rollout, deployment, lease, sources, say } = options;
  const place = { stack: reach.stack, system: reach.system };
  const { kubectl } = reach;
  const besides = (step: string) => ({ kubectl, rollout, step, rollBack: options.rollBack });
  const up = (
    title: string,
    targets: Targets,
    judged: boolean,
    more: Pick<UpRequest, "signal" | "promotion"> = {},
  ) => deployment.up({ targets, judged, message: `golive rollout ${rollout}: ${title}`, ...more });
  /** What kept the values of a change from being written, where something did. */
  const write = (change: Update): Promise<string | undefined> =>
    editStackFile(reach.file, (text) => withSettings(text, change.settings)).then(() => undefined, messageOf);
  return {
    now: () => Date.now(),
    sleep: (until, signal) =>
      delay(Math.max(0, until - Date.now()), undefined, { signal }).catch(() => undefined),
    mayChange: () => untilConfirmed(lease, say),
    async apply({ id, title, change }, signal, promotion) {
      if (!("settings" in change)) return beside(change, besides(id));
      const unwritten = await write(change);
      if (unwritten !== undefined) return { kind: "failed", message: unwritten };
      if (change.scope.kind === "nothing") return DONE;
      return changed(await up(title, targetsOf(place, change.scope), true, { signal, promotion }));
    },
    async undo(step) {
      const change = step.undo;
      if (!("settings" in change)) return beside(change, besides(`back ${step.id}`));
      const unwritten = await write(change);
      const upBack: Up =
        unwritten === undefined
          ? up
          : () => Promise.resolve({ kind: "failed", problems: [unwritten], changed: [] });
      if (change.scope.kind === "nothing") {
        return unwritten === undefined ? DONE : { kind: "failed", message: unwritten };
      }
      if (!movesTraffic(change, reach)) {
        return changed(await upBack(`back: ${step.title}`, targetsOf(place, change.scope), false));
      }
      const back = await trafficBack(options, step, change.scope, upBack);
      // What the file still says, the next `up` would bring back.
      if (back.kind === "failed" || unwritten === undefined) return back;
      return {
        kind: "failed",
        message: `the traffic is back, and the stack file does not say so: ${unwritten}`,
      };
    },
    read: (rules, elapsedSeconds) =>
      Promise.all(rules.map((rule) => readingOf(rule, sources, elapsedSeconds))),
  };
}

const DONE: Changed = { kind: "done" };

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function readingOf(rule: Rule, sources: Sources, elapsedSeconds: number): Promise<RuleReading> {
  return { rule: rule.id, reading: read(rule, await ask(rule, sources), elapsedSeconds) };
}

const changed = (outcome: UpOutcome): Changed =>
  outcome.kind === "done" ? outcome : { kind: "failed", message: outcome.problems.join("; ") };

/** Whether it moves a canary's share; a release in the place of what has the traffic already is an `up` like any other. */
const movesTraffic = ({ settings }: Update, { traffic, system }: Reach): boolean =>
  traffic !== undefined && settings.some(({ path }) => path === `${system}.canary.phase`);

/** While the API server is away nothing can be changed, and nobody else can take the Lease. */
async function untilConfirmed(lease: WorldOptions["lease"], say: (text: string) => void): Promise<void> {
  for (let told = false; ; told = true) {
    try {
      await lease.confirm();
      return;
    } catch (error) {
      if (!(error instanceof KubectlFailed)) throw error;
      if (!told) say(`the cluster does not answer, and is asked again: ${error.message}`);
      await delay(AWAY_MS);
    }
  }
}

/** Of a stack that does not say how it is watched: what Prometheus usually has. */
const USUAL_SCRAPE = "30s";

const scrapeSeconds = ({ settings }: Reach): number =>
  windowSeconds(settings?.observability?.prometheus.scrapeInterval ?? USUAL_SCRAPE);

type Up = (title: string, targets: Targets, judged: boolean) => Promise<UpOutcome>;

const broughtBack = ({ settings, namespace }: Reach): string =>
  settings === undefined
    ? `bring them back by \`kubectl scale deployment NAME --namespace ${namespace} --replicas N\``
    : "they are brought back first";

/**
 * All traffic back to the safe side by one `up`: of what carries the traffic alone, so that it waits for nothing else; of the
 * whole system where the safe side has no ready pod, since it must be brought back first. Neither Prometheus nor the policy
 * pack is asked.
 */
async function trafficBack(
  { reach, sources, decidedAt, say, safe }: WorldOptions,
  step: ChangeStep,
  scope: Exclude<Scope, { kind: "nothing" }>,
  up: Up,
): Promise<Changed> {
  const { kubectl, traffic } = reach;
  if (traffic === undefined) throw new Error("a way back of traffic without a canary");
  const place = { stack: reach.stack, system: reach.system };
  const ready = await readyServices(kubectl, traffic.namespace).catch(() => undefined);
  const missing = traffic.stable.filter((service) => ready?.has(service) === false);
  if (missing.length > 0) say(`without a ready pod: ${missing.join(", ")}: ${broughtBack(reach)}`);
  const targets = missing.length === 0 ? trafficTargets(place) : targetsOf(place, scope);
  const outcome = await up(`back: ${step.title}`, targets, false);
  const held = await withoutShare(reach, traffic, outcome, say);
  if (held.ways.length > 0) {
    const problems = outcome.kind === "failed" ? `: ${outcome.problems.join("; ")}` : "";
    return {
      kind: "failed",
      message: `requests still reach the new version by ${held.ways.join(", ")}${problems}`,
    };
  }
  const seconds = (Date.now() - decidedAt()) / 1000;
  safe({ seconds, held: heldText(held), proof: proofOfSilence(sources, traffic, scrapeSeconds(reach)) });
  if (outcome.kind === "failed") say(`the traffic is back; beside it: ${outcome.problems.join("; ")}`);
  return { kind: "done" };
}

/**
 * What the API server holds after the `up`. Where that failed before it took the share away, kubectl does: the traffic does not
 * wait for a stack file or a state to be mended, and the next `up` finds the Ingress gone.
 */
async function withoutShare(
  { kubectl }: Reach,
  traffic: CanaryTraffic,
  outcome: UpOutcome,
  say: (text: string) => void,
): Promise<HeldTraffic> {
  const held = await heldTraffic(kubectl, traffic);
  const { ways, deletable } = held;
  const isEnough = ways.length > 0 && ways.every((way) => deletable.includes(way));
  if (outcome.kind === "done" || !isEnough) return held;
  say(`the up failed, and kubectl takes the share away: ${outcome.problems.join("; ")}`);
  await kubectl(["delete", "ingress", ...ways, "--namespace", traffic.namespace, "--ignore-not-found"]);
  return heldTraffic(kubectl, traffic);
}
