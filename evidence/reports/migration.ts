/** What a migration Job did: golive's own JSON, `kind: MigrationReceipt`, of what its containers said. */
import * as z from "zod";
import type { Reading } from "../fact";
import { Disbelieved } from "./disbelieved";
import type { Format } from "./format";
import { filled, isOwn, ownReport } from "./own";
import { checkRelease, instant, latest, parsed } from "./shared";

/** One container, as `kubectl get pod -o json` and `kubectl logs` have it. */
const step = z.strictObject({
  /** Name of the container: `migrate`, `verify`. */
  name: filled,
  exitCode: z.int(),
  finishedAt: instant,
  /** Its whole log. */
  log: z.string(),
});
type Step = z.infer<typeof step>;

export const migrationReceipt = ownReport("MigrationReceipt", {
  stack: filled,
  version: filled,
  /** Name of the Job. */
  job: filled,
  /** In the order in which they ran. */
  steps: z.array(step),
  /** The way back, as it was tried on a copy or on an earlier stack. @default - it was not tried */
  reverse: z.strictObject({ what: filled, steps: z.array(step).min(1) }).optional(),
});
export type MigrationReceipt = z.infer<typeof migrationReceipt>;

/** What says that a migration is applied, now or before: golive's plain SQL, Prisma, db-migrate. */
const APPLIED: readonly RegExp[] = [
  /^(\S+): applied(?: before)?$/,
  /^Applying migration `(.+)`$/,
  /^\[INFO\] Processed migration (\S+)$/,
];

/**
 * Migrations and answers are read out of the logs of the steps (`components/migration/scripts.ts`). Its reverse counts where
 * each step of it ended well.
 */
export const migration: Format<"migration"> = {
  title: "golive's migration receipt",
  kind: "migration",
  recognise: ({ json }) => isOwn(json, "MigrationReceipt"),
  read: ({ json }, release) => {
    const receipt = parsed(migrationReceipt, json, "MigrationReceipt");
    const { stack, version, job, steps, reverse } = receipt;
    checkRelease({ version }, release);
    if (!steps.some(({ name }) => name === "migrate")) {
      throw new Disbelieved("has no step migrate; expected every container of the Job");
    }
    const verified = steps.filter(({ name }) => name === "verify").flatMap(answersOf);
    checkEnded(steps, verified);
    return {
      finding: {
        kind: "migration",
        stack,
        applied: [...new Set(steps.flatMap(({ log }) => log.split("\n").flatMap(appliedBy)))],
        reversible: reverse?.steps.every(({ exitCode }) => exitCode === 0) ?? false,
        verified,
      },
      tool: `Job ${job}`,
      at: latest(steps.map(({ finishedAt }) => finishedAt)),
    };
  },
};

/** A step that failed is no receipt; but a verification's answer is read, whatever it is. */
function checkEnded(steps: readonly Step[], verified: readonly Reading[]): void {
  const failed = steps.find(({ exitCode }) => exitCode !== 0);
  if (failed === undefined) return;
  if (failed.name === "verify" && verified.some(({ ok }) => !ok)) return;
  throw new Disbelieved(
    `is of a Job whose step ${failed.name} ended with code ${failed.exitCode}; expected 0`,
  );
}

const appliedBy = (line: string) => APPLIED.flatMap((pattern) => pattern.exec(line.trimEnd())?.[1] ?? []);

function answersOf({ exitCode, log }: Step): readonly Reading[] {
  const answers = log.split("\n").flatMap((line): readonly Reading[] => {
    const [, word, name, reading] = /^(ok|failed): (.+): (.*)$/.exec(line.trimEnd()) ?? [];
    return name === undefined || reading === undefined ? [] : [{ name, ok: word === "ok", reading }];
  });
  if (answers.length === 0 && exitCode === 0) {
    throw new Disbelieved("has a step verify that says nothing; expected its answers");
  }
  return answers;
}
