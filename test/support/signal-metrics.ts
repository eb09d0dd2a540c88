/**
 * Plays the metrics that the objectives of a system are read from: a stand-in. The series are the signals' own, those under which
 * promtool proves the rules (`Signal.series`); here they go on by the clock, at values that a test may change while Prometheus
 * scrapes.
 */
import { createServer } from "node:http";
import { gateRules } from "../../observability/objectives/gate";
import { SIGNALS, type SignalName } from "../../observability/signals";
import { readingsOf } from "../../observability/signals/readings";
import { isNoise } from "../../observability/signals/test-series";
import type { Watched } from "../../observability/watched";
import { portOf } from "./http-server";

/** Values of signals; the others are good ones. */
export type Values = Partial<Readonly<Record<SignalName, number>>>;

const GOOD: Values = {
  latencyP95: 0.1,
  latencyMean: 0.05,
  cpuSaturation: 0.3,
  memorySaturation: 0.3,
  checkoutLatencyP95: 0.3,
};

/** Promtool's `start+step×times`, a step a second. */
const LINE = /^(-?[\d.]+)(?:\+(-?[\d.]+))?x\d+$/;
const RUN = { stepSeconds: 1, steps: 1 };

interface Line {
  readonly start: number;
  readonly perSecond: number;
}

function lineOf(values: string): Line {
  const [, start, step = "0"] = LINE.exec(values) ?? [];
  if (start === undefined) throw new Error(`expected start+step×times, found ${values}`);
  return { start: Number(start), perSecond: Number(step) };
}

export class SignalMetrics {
  /** Series by system. */
  private readonly played = new Map<string, ReadonlyMap<string, Line>>();
  /** How far counters have come. */
  private readonly counted = new Map<string, number>();
  private at = performance.now();
  private readonly server = createServer((_, response) => {
    this.pass();
    const text = this.lines().map(
      ([series, { start }]) => `${series} ${start + (this.counted.get(series) ?? 0)}\n`,
    );
    response.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(text.join(""));
  });

  static async start(): Promise<SignalMetrics> {
    const player = new SignalMetrics();
    await new Promise<void>((resolve) => player.server.listen(0, "127.0.0.1", resolve));
    return player;
  }

  get target(): string {
    return `127.0.0.1:${portOf(this.server.address())}`;
  }

  /** From now on, what the gate asks of a system reads so; what was counted before stays counted. */
  play(watched: Watched, values: Values = {}): void {
    this.pass();
    const signals = [...new Set(gateRules(watched).map(({ objective }) => objective.signal))];
    // The first says what several have: errors before the latency of the same requests.
    const lines = signals.flatMap((signal) => seriesOf(signal, watched, values[signal] ?? GOOD[signal] ?? 0));
    this.played.set(watched.system, new Map(lines.reverse()));
  }

  private lines(): readonly (readonly [string, Line])[] {
    return [...this.played.values()].flatMap((lines) => [...lines]);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private pass(): void {
    const seconds = (performance.now() - this.at) / 1000;
    this.at += seconds * 1000;
    for (const [series, { perSecond }] of this.lines())
      this.counted.set(series, (this.counted.get(series) ?? 0) + perSecond * seconds);
  }
}

/** A container that has a limit of the other resource alone: promtool proves one signal at a time, and here both are told. */
const UNLIMITED = /container="unlimited"/;

const seriesOf = (
  signal: SignalName,
  watched: Watched,
  value: number,
): readonly (readonly [string, Line])[] =>
  SIGNALS[signal].language === "logql"
    ? []
    : readingsOf(signal, watched)
        .flatMap((reading) => reading.series(value, RUN))
        .filter((series) => !isNoise(series) && !UNLIMITED.test(series.series))
        .map(({ series, values }) => [series, lineOf(values)] as const);
