/**
 * The gate inside the engine before the waves of a release: what serves now is read once before the first change of each wave
 * that brings another version, whoever asks for it. Going back is never refused. Rows S3, S7, S8, D6.
 */
import * as pulumi from "@pulumi/pulumi";
import type { StackSettings } from "../settings";
import { GOING_BACK } from "./promote";
import { refusal, stopUnpromoted } from "./refusal";
import { DISTRIBUTION, INGRESS, RELEASE, ROUTE, waveOf } from "./s5-first-changes";
import type { S5Wave } from "./names";
import { stateResources } from "./stack-state";

/** An update of a release is of its own version; what opens a door or serves a build has one name for all of them. */
const HOOKS: Readonly<Record<string, readonly ("beforeCreate" | "beforeUpdate")[]>> = {
  [RELEASE]: ["beforeCreate"],
  [INGRESS]: ["beforeCreate", "beforeUpdate"],
  [ROUTE]: ["beforeCreate", "beforeUpdate"],
  [DISTRIBUTION]: ["beforeCreate", "beforeUpdate"],
};

const S5 = "s5";
const IN_WAVE = "golive:components:Wave$";

/** Puts the gate before each change that brings a wave's version; for the options of the systems. */
export function waveTransformation(settings: StackSettings): pulumi.ResourceTransformation | undefined {
  const own = settings.systems.s5;
  if (own === undefined) return undefined;
  const gate = new WaveGate(settings, own);
  const hook = new pulumi.ResourceHook("golive-wave-gate", (args) => gate.pass(args), { onDryRun: true });
  return ({ type, name, props, opts }) => {
    const hooks = HOOKS[type];
    if (hooks === undefined || waveOf(S5, own, { type, name }) === undefined) return undefined;
    const bound = Object.fromEntries(hooks.map((kind) => [kind, [hook]]));
    return { props, opts: pulumi.mergeOptions(opts, { hooks: bound }) };
  };
}

type Settings = NonNullable<StackSettings["systems"]["s5"]>;

/** One run of the program: of each wave one reading. */
class WaveGate {
  private readonly passed = new Map<S5Wave, Promise<void>>();
  private isUnjudgedTold = false;

  constructor(
    private readonly stack: StackSettings,
    private readonly settings: Settings,
  ) {}

  async pass({ urn, type, name }: pulumi.ResourceHookArgs): Promise<void> {
    const wave = urn.includes(IN_WAVE) ? waveOf(S5, this.settings, { type, name }) : undefined;
    if (wave === undefined || (process.env[GOING_BACK] ?? "") !== "") return;
    const judged = this.passed.get(wave);
    if (judged === undefined) {
      const first = this.judge(wave);
      this.passed.set(wave, first);
      return first;
    }
    // The reason is told once.
    await judged.catch(() => {
      throw refusal(`${name} is of the wave ${wave}, which is refused`);
    });
  }

  private async judge(wave: S5Wave): Promise<void> {
    // Loaded where something of a wave changes, and nowhere else.
    const { moveOf, servedBy } = await import("./s5-served");
    const served = servedBy(S5, this.settings, await stateResources());
    const move = moveOf(wave, this.settings, served);
    if (move.kind === "none") return;
    const { step } = move;
    if (move.kind === "back") return pulumi.log.info(`${step}: going back, and nobody is asked`);
    const { judgeServed } = await import("./gate-readings");
    const names = Object.fromEntries(
      Object.entries(served).flatMap(([part, { release }]) =>
        release === undefined ? [] : [[part, release]],
      ),
    );
    const { kind, text } = await judgeServed(this.stack, S5, names);
    switch (kind) {
      case "unjudged":
        if (this.isUnjudgedTold) return;
        this.isUnjudgedTold = true;
        return pulumi.log.info(`${step}: ${text}`);
      case "pass":
        return pulumi.log.info(`${step}: ${text}`);
      case "doubtful":
        return pulumi.log.warn(`${step}: ${text}`);
      case "blind":
        // Beside what serves a version harms nobody; traffic is not moved blindly.
        return wave === "traffic" ? stopUnpromoted(`${step}: ${text}`) : pulumi.log.warn(`${step}: ${text}`);
      case "refused":
        return stopUnpromoted(`${step}: ${text}`);
    }
  }
}
