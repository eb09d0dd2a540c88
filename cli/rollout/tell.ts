/** What a rollout leaves behind beside its journal, and whom it tells. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { repositoryRoot } from "../../engine/cache";
import type { ReleaseEvent } from "../../notifications/event";
import { notify, undelivered } from "../../notifications/notify";
import { postMortemPage } from "../../notifications/post-mortem";
import type { Entry } from "../../rollout/journal";
import type { State } from "../../rollout/state";
import { summary } from "../../rollout/summary";
import { span } from "../../rollout/words";
import { eventsOf } from "./events";
import type { Journal } from "./journal";
import type { Reach } from "./session";
import { soakReportOf } from "./soak-report";
import type { View } from "./view";
import type { SafeReport } from "./world";

/** Tells people of a rollout's events, beside it: nothing waits for them but its end. */
export class Teller {
  private report: SafeReport | undefined;
  private proof: string | undefined;
  private lastHeld = "";
  private readonly told: ReleaseEvent[] = [];
  private readonly deliveries: Promise<void>[] = [];

  constructor(
    private readonly reach: Reach,
    private readonly view: View,
  ) {}

  kept(entry: Entry, state: State): void {
    for (const event of eventsOf(entry, state, this.report)) {
      if (this.isTold(event)) continue;
      this.told.push(event);
      this.deliveries.push(this.deliver(event));
    }
  }

  /** A hold is told once, not at every reading. */
  private isTold(event: ReleaseEvent): boolean {
    const held = event.kind === "held" ? event.step.name : "";
    const before = this.lastHeld;
    this.lastHeld = held;
    return held !== "" && held === before;
  }

  /** The traffic is back: how long that took is what people ask first. What is tried again later was safe by then. */
  safe(report: SafeReport): void {
    if (this.report !== undefined) return;
    this.report = report;
    this.view.say(`safe after ${report.seconds.toFixed(1)} s: ${report.held}`);
    this.deliveries.push(
      report.proof.then((proof) => {
        this.proof = proof;
        this.view.say(proof);
      }),
    );
  }

  /** Writes what is left of a rollout that has ended: its record, its soak or its post-mortem (rows G17, G9, K23). */
  async ended({ state, entries }: Journal): Promise<void> {
    await Promise.all(this.deliveries);
    if (state.ended === undefined) return;
    const files = { ...this.recordFile(state), ...soakFile(state, entries), ...this.postMortem() };
    const folder = path.join(repositoryRoot, "out", "rollouts", this.reach.stack, state.rollout);
    await mkdir(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
    const { finalState, durationSeconds } = summary(state);
    const names = Object.keys(files).join(", ");
    this.view.say(
      `${finalState} after ${span(durationSeconds)}; in ${path.relative(process.cwd(), folder)}: ${names}`,
    );
  }

  private recordFile(state: State): Readonly<Record<string, string>> {
    const { report, proof } = this;
    const safe = report === undefined ? {} : { safe: { seconds: report.seconds, held: report.held, proof } };
    return { "record.json": json({ ...summary(state), ...safe }) };
  }

  private postMortem(): Readonly<Record<string, string>> {
    const event = this.told.find((one) => one.kind === "postMortem");
    if (event === undefined) return {};
    const past = this.told.filter((one) => one !== event);
    return { "post-mortem.md": postMortemPage(event, past, this.language) };
  }

  private get language() {
    return this.reach.settings?.observability?.language ?? "es";
  }

  private async deliver(event: ReleaseEvent): Promise<void> {
    // Of a stack file that cannot be read nobody knows whom to tell.
    const system = this.reach.settings?.systems[this.reach.system];
    if (system === undefined) return;
    const options = { language: this.language, alerting: system.alerting };
    for (const line of undelivered(await notify(event, system.contacts, options))) this.view.say(line);
  }
}

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** `golive release attest SYSTEM VERSION soak FILE` puts it into the record of the release. */
function soakFile(state: State, entries: readonly Entry[]): Readonly<Record<string, string>> {
  const report = soakReportOf(state, entries);
  return report === undefined ? {} : { [`soak-${state.bound.stack}.json`]: json(report) };
}
