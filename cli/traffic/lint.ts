/** `golive traffic lint`: the traps of progressive delivery in manifests, previews and a cluster. */
import { objectName } from "../../policies/judgement";
import type { Subject } from "../../policies/subject";
import { lintTraffic, type TrafficFinding } from "../../policies/traffic-lint";
import { World } from "../../policies/world";
import { readInputs, type ReadError } from "../policy/read";
import { UserError } from "../user-error";
import { liveObjects } from "./live";

export interface LintOptions {
  /** Print JSON. @default false */
  readonly json?: boolean;
  /** Judge with what the cluster holds, and that too. @default false */
  readonly cluster?: boolean;
  /** Context of the kubeconfig. @default - the current one */
  readonly context?: string;
}

/** A finding, and where it was read: a file, or the cluster. */
export interface LocatedFinding extends TrafficFinding {
  readonly file: string;
}

/** What was found, as `--json` prints it. */
export interface LintReport {
  readonly findings: readonly LocatedFinding[];
  readonly errors: readonly ReadError[];
  readonly summary: { readonly objects: number; readonly findings: number; readonly errors: number };
}

const CLUSTER = "cluster";
/** Exit code of input that cannot be judged. */
const BAD_INPUT = 2;

/** Prints the findings. Gives 0 where there are none, 1 where there are some, 2 for input that cannot be judged. */
export async function trafficLintCommand(files: readonly string[], options: LintOptions): Promise<number> {
  try {
    const report = await lintInputs(files, options);
    console.log(options.json === true ? JSON.stringify(report, undefined, 2) : lintText(report));
    if (report.errors.length > 0) return BAD_INPUT;
    return report.findings.length > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(error.message);
    return BAD_INPUT;
  }
}

/**
 * Judges files and, where asked, the cluster that they are for: an object that a file has goes before the live one.
 *
 * @throws {UserError} where there is nothing to judge, or the cluster cannot be read
 */
export async function lintInputs(
  paths: readonly string[],
  { cluster = false, context }: LintOptions,
  live: (context: string | undefined) => Promise<readonly Subject[]> = liveObjects,
): Promise<LintReport> {
  if (paths.length === 0 && !cluster) {
    throw new UserError("nothing to judge: name files, - for standard input, or --cluster");
  }
  const { files, errors } = await readInputs(paths);
  const written = new Set(files.flatMap(({ subjects }) => subjects.map(keyOf)));
  const held = cluster ? (await live(context)).filter((subject) => !written.has(keyOf(subject))) : [];
  const places = [...files, ...(cluster ? [{ file: CLUSTER, subjects: held }] : [])];
  const world = new World(places.flatMap(({ subjects }) => subjects));
  const findings = places.flatMap(({ file, subjects }) =>
    lintTraffic(subjects, world).map((finding) => ({ file, ...finding })),
  );
  const summary = {
    objects: world.subjects.length,
    findings: findings.length,
    errors: errors.length,
  };
  return { findings, errors, summary };
}

/** A file that names no namespace means the default one. */
const keyOf = (subject: Subject): string =>
  `${subject.group}/${objectName({ ...subject, namespace: subject.namespace ?? "default" })}`;

/** The findings for a person. */
export function lintText({ findings, errors, summary }: LintReport): string {
  return [
    ...findings.flatMap(({ file, trap = "unknown before up", happens, message }) => [
      `${file}: ${trap}`,
      `  ${message}`,
      ...(happens === undefined ? [] : [`  What then happens: ${happens}`]),
      "",
    ]),
    ...errors.map(({ file, message }) => `${file} ${message}`),
    `${summary.objects} objects: ${summary.findings === 0 ? "no trap" : `${summary.findings} found`}` +
      (summary.errors === 0 ? "" : `; ${summary.errors} could not be read`),
  ].join("\n");
}
