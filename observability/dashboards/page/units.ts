/** Values as Grafana writes them, by its names of units. Pure. */

const short = (value: number, digits = 3): string => String(Number(value.toPrecision(digits)));

/** A value in the greatest of some units in which it is at least 1. */
const scaled =
  (...units: readonly (readonly [number, string])[]) =>
  (value: number): string => {
    if (value === 0) return "0";
    const [size, name] = units.find(([least]) => Math.abs(value) >= least) ?? units.at(-1) ?? [1, ""];
    return `${short(value / size)}${name}`;
  };

const seconds = scaled(
  [604_800, " weeks"],
  [86_400, " days"],
  [3600, " hours"],
  [60, " mins"],
  [1, " s"],
  [0.001, " ms"],
);

const plain = scaled([1_000_000, " Mil"], [1000, " K"], [1, ""]);

const UNITS: Readonly<Record<string, (value: number) => string>> = {
  s: seconds,
  ms: (value) => seconds(value / 1000),
  percentunit: (value) => `${short(value * 100)}%`,
  reqps: (value) => `${plain(value)} req/s`,
  bytes: scaled([2 ** 30, " GiB"], [2 ** 20, " MiB"], [2 ** 10, " KiB"], [1, " B"]),
};

/** The value with its unit. */
export const valueText = (value: number, unit: string): string => (UNITS[unit] ?? plain)(value);
