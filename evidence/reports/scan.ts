/** What the formats of a scan share. */
import * as z from "zod";
import type { Scan } from "../fact";
import { Disbelieved } from "./disbelieved";
import { has, instant } from "./shared";

/** Most days between the scanner's database and the scan. */
const MOST_DAYS = 7;
const DAY = 24 * 60 * 60 * 1000;

type Severity = "critical" | "high" | "moderate" | "low";

/**
 * The scanners' words for a severity. What has none yet may turn out to be anything, and is taken for `moderate`: it is
 * neither hidden among the low ones nor does it stop a release.
 */
const SEVERITIES = new Map<string, Severity>([
  ["critical", "critical"],
  ["high", "high"],
  ["moderate", "moderate"],
  ["medium", "moderate"],
  ["unknown", "moderate"],
  ["low", "low"],
  ["info", "low"],
  ["none", "low"],
  ["negligible", "low"],
]);

/** How many there are of each severity. */
export function severitiesOf(words: readonly string[]): Pick<Scan, Severity> {
  const counts = { critical: 0, high: 0, moderate: 0, low: 0 };
  for (const word of words) {
    const severity = SEVERITIES.get(word.toLowerCase());
    if (severity === undefined)
      throw new Disbelieved(`has a severity "${word}"; expected ${[...SEVERITIES.keys()].join(", ")}`);
    counts[severity] += 1;
  }
  return counts;
}

/** What `trivy version --format json` answers. */
const scanner = z.object({
  Version: z.string().optional(),
  VulnerabilityDB: z.object({ UpdatedAt: instant }),
});

/**
 * A scan that says nothing of its database is cited together with what the scanner says of it:
 * `{ "report": …, "scanner": <trivy version --format json> }`.
 */
const pair = z.object({ report: z.unknown(), scanner });

/** The report by itself, whether or not it came in a pair. */
export const reportIn = (json: unknown) => (has(json, "report", "scanner") ? json["report"] : json);

/** When the scanner's database was made, from the pair. @default - the report came by itself */
export function databaseIn(json: unknown): string | undefined {
  if (!has(json, "report", "scanner")) return undefined;
  const { success, data } = pair.safeParse(json);
  if (!success) {
    throw new Disbelieved(
      "has a scanner without VulnerabilityDB.UpdatedAt; expected what trivy version --format json answers",
    );
  }
  return data.scanner.VulnerabilityDB.UpdatedAt;
}

/** @throws {Disbelieved} where the database is not known, was older than a week at the scan, or is from after it. */
export function checkDatabase(databaseAt: string | undefined, scannedAt: string): string {
  if (databaseAt === undefined) {
    throw new Disbelieved(
      'does not say how old the scanner\'s database was; expected { "report": …, "scanner": … } with what trivy version --format json answers',
    );
  }
  const age = Date.parse(scannedAt) - Date.parse(databaseAt);
  if (age < 0) {
    throw new Disbelieved(
      `was made at ${scannedAt} with a database of ${databaseAt}, which is later; expected the one it used`,
    );
  }
  if (age > MOST_DAYS * DAY) {
    throw new Disbelieved(
      `was made with a database ${Math.floor(age / DAY)} days old; expected at most ${MOST_DAYS} days`,
    );
  }
  return databaseAt;
}

/** The digest that an image's references have in common. */
export function digestOf(references: readonly string[]): string {
  const found = references.flatMap(
    (reference) => /sha256(?::|%3A)([0-9a-f]{64})/i.exec(reference)?.[1] ?? [],
  );
  const [digest, ...others] = [...new Set(found)];
  if (digest === undefined) {
    throw new Disbelieved(
      "does not say which image it scanned; expected its digest: scan <repository>@sha256:… as pushed",
    );
  }
  if (others.length > 0)
    throw new Disbelieved(`names ${others.length + 1} digests of its image; expected one`);
  return `sha256:${digest}`;
}

/** @throws {Disbelieved} where no package was looked at. */
export function checkPackages(packages: number): number {
  if (packages === 0) {
    throw new Disbelieved(
      "looked at 0 packages, which is a scan that did not run; expected the packages in it",
    );
  }
  return packages;
}
