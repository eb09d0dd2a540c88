/** What a rollout leaves behind beside its journal, and whom it tells. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { repositoryRoot } from "../../engine/cache";
import type { Entry } from "../../rollout/journal";
import type { State } from "../../rollout/state";
import { span } from "../../rollout/words";
import type { Session } from "./session";
import { recordOf } from "./show";
import type { View } from "./view";
import type { SafeReport } from "./world";

export class Teller {
  private report: SafeReport | undefined;

  constructor(
    private readonly session: Session,
    private readonly view: View,
  ) {}

  kept(_entry: Entry, _state: State): void {
    return;
  }

  /** The traffic is back: how long that took is what people ask first. */
  safe(report: SafeReport): void {
    this.report = report;
    this.view.say(`safe after ${report.seconds.toFixed(1)} s: ${report.held}`);
  }

  /** Writes the record of a rollout that has ended (row G17). */
  async ended(state: State): Promise<void> {
    if (state.ended === undefined) return;
    const folder = path.join(repositoryRoot, "out", "rollouts", this.session.stack, state.rollout);
    await mkdir(folder, { recursive: true });
    const record = { ...recordOf(state, Date.now()), ...(this.report === undefined ? {} : { safe: this.report }) };
    await writeFile(path.join(folder, "record.json"), `${JSON.stringify(record, undefined, 2)}\n`);
    this.view.say(`${record.state} in ${span(record.seconds)}; the record is ${path.relative(process.cwd(), folder)}`);
  }
}
