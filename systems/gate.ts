/**
 * The gate inside the engine: before the share of a new version grows, whoever asks for it, the order of the ladder is kept and
 * readings are taken. `pulumi preview` says what they are; less for the new version is never refused. Rows E3, E4, E5, D6.
 */
import * as pulumi from "@pulumi/pulumi";
import { parsePhase, type Phase } from "../components/traffic/ladder";
import { moveOf, standName, type Stand } from "../components/traffic/move";
import type { StackSettings } from "../settings";
import type { CanarySettings } from "../settings/canary";
import { changedAt, ingressStand, routeStand, weightOf } from "./gate-objects";
import { refusal, stopUnpromoted } from "./refusal";
import { stateResources } from "./stack-state";

/** A canary of the stack. */
interface Gated {
  /** Key of its system, which is the name of its component. */
  readonly system: string;
  readonly canary: CanarySettings;
  readonly phase: Phase;
}

const CANARY = "golive:components:CanaryIngress$";
const INGRESS = "kubernetes:networking.k8s.io/v1:Ingress";
const ROUTE = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute";

/** Puts the gate before each change of what carries the traffic of a canary; for the options of the systems. */
export function gateTransformation(settings: StackSettings): pulumi.ResourceTransformation | undefined {
  const gated = canariesOf(settings);
  if (gated.length === 0) return undefined;
  const hook = new pulumi.ResourceHook("golive-gate", (args) => judge(settings, gated, args), {
    onDryRun: true,
  });
  return ({ type, props, opts }) =>
    type === INGRESS || type === ROUTE
      ? { props, opts: pulumi.mergeOptions(opts, { hooks: { beforeCreate: [hook], beforeUpdate: [hook] } }) }
      : undefined;
}

function canariesOf({ systems }: StackSettings): readonly Gated[] {
  const { enova } = systems;
  if (enova === undefined) return [];
  const parsed = parsePhase(enova.canary.phase, enova.canary.ladder);
  return "value" in parsed ? [{ system: "enova", canary: enova.canary, phase: parsed.value }] : [];
}

async function judge(
  settings: StackSettings,
  gated: readonly Gated[],
  args: pulumi.ResourceHookArgs,
): Promise<void> {
  const one = gated.find(({ system }) => args.urn.includes(CANARY) && args.name.startsWith(`${system}-`));
  const found = one === undefined ? undefined : await standBefore(one, args);
  if (one === undefined || found === undefined) return;
  const { system, canary, phase } = one;
  const step = `${standName(found.stand)} → ${canary.phase}`;
  const move = moveOf(found.stand, phase, canary.ladder);
  if (move.kind === "jump") {
    throw refusal(
      `${step} leaves out ${move.next}: golive:${system}.canary.phase goes through ${canary.ladder.join(", ")}, complete, one at a time; set "${move.next}" first. Going back is never refused`,
    );
  }
  if (move.kind !== "raise") return;
  if (found.stand.kind !== "weight") {
    return pulumi.log.info(`${step}: no reading is due, the new version has no traffic yet`);
  }
  await readings(settings, system, { ...found, percent: found.stand.percent, step });
}

interface Raise {
  /** Percent that the new version has now. */
  readonly percent: number;
  readonly since?: Date | undefined;
  readonly step: string;
}

async function readings(settings: StackSettings, system: string, raise: Raise): Promise<void> {
  // Loaded where a share grows, and nowhere else.
  const { judgeRaise } = await import("./gate-readings");
  const judged = await judgeRaise(settings, system, raise);
  const line = `${raise.step}: ${judged.text}`;
  return judged.kind === "refused" ? stopUnpromoted(line) : pulumi.log.info(line);
}

/**
 * Where the traffic stands before the change of an object; nothing where that object does not give the new version more. Of
 * an object that is not there yet, the stack's state says.
 */
async function standBefore(
  { system, phase }: Gated,
  { type, name, oldInputs, oldOutputs, newInputs }: pulumi.ResourceHookArgs,
): Promise<{ readonly stand: Stand; readonly since?: Date | undefined } | undefined> {
  if (type === ROUTE) {
    if (oldInputs === undefined) return undefined;
    return { stand: routeStand(oldInputs, newInputs), since: changedAt(oldOutputs) };
  }
  const percent = weightOf(oldOutputs);
  if (percent !== undefined) return { stand: { kind: "weight", percent }, since: changedAt(oldOutputs) };
  const takes = name === `${system}-canary` || phase.kind === "complete";
  return takes ? ingressStand(system, await stateResources()) : undefined;
}
