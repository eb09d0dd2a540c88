/** Two ways of doing a thing, timed in turn within one run, so that both meet the same machine. */

export interface Pair {
  readonly name: string;
  readonly measured: () => Promise<number>;
  readonly against: () => Promise<number>;
}

export interface Paired {
  /** Median seconds of what is measured. */
  readonly measured: number;
  /** Median seconds of what it is held against. */
  readonly against: number;
  /** Median of the ratios, pair by pair. */
  readonly ratio: number;
}

/** The middle value; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? Number.NaN)) / 2;
}

/** Runs both sides `rounds` times in turn, after one unmeasured round that warms the caches. */
export async function timePairs(pair: Pair, rounds: number): Promise<Paired> {
  await pair.measured();
  await pair.against();
  const samples: { measured: number; against: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    samples.push({ measured: await pair.measured(), against: await pair.against() });
  }
  return {
    measured: median(samples.map(({ measured }) => measured)),
    against: median(samples.map(({ against }) => against)),
    ratio: median(samples.map(({ measured, against }) => measured / against)),
  };
}
