/** The ways in which lines are met, by what they ask for. Pure. */
import type { Fact, Reading } from "../fact";
import { report, type ByReport, type ByResource, type BySignOff, type Role } from "../line";
import type { ByCompletion, BySeveral } from "../line";
import type { Completion } from "../signatures/statement";

const HOUR = 3600;
const DAY = 24 * HOUR;

type Several = BySeveral["ways"];

/** All of them are needed. */
export const all = (...ways: Several): BySeveral => ({ by: "all", ways });

/** Any one is enough. */
export const any = (...ways: Several): BySeveral => ({ by: "any", ways });

/** A role signs for it. */
export const signOff = (role: Role): BySignOff => ({ by: "sign-off", role });

/** The stack declares it. */
export const resource = (kind: string, name: string | RegExp): ByResource => ({
  by: "resource",
  kind,
  name,
});

/** The release has ended, and its signed end says so. */
export const completion = (test: ByCompletion["test"] = () => undefined): ByCompletion => ({
  by: "completion",
  test,
});

/** A step of the way back: nothing where the release was not rolled back, else a role signs for it. */
export const ofRollback = (role: Role): BySeveral =>
  any(
    completion(({ state }: Completion) =>
      state === "succeeded" ? undefined : "says that the release was rolled back",
    ),
    signOff(role),
  );

/** Tests that ran and did not fail. */
export const tests = (name: string): ByReport =>
  report({
    kind: "tests",
    name,
    test: ({ passed, failed }) => {
      if (failed > 0) return `has ${failed} of ${passed + failed} tests failed`;
      return passed > 0 ? undefined : "has no test that passed";
    },
  });

/** Coverage of lines above a percentage; at it is not above it. */
export const coverageAbove = (percent: number): ByReport =>
  report({
    kind: "coverage",
    test: ({ covered, total }) =>
      covered * 100 > total * percent
        ? undefined
        : `covers ${covered} of ${total} lines; more than ${percent} % are asked for`,
  });

/** A static analysis without errors. */
export const staticAnalysis: ByReport = report({
  kind: "sast",
  test: ({ errors }) => (errors === 0 ? undefined : `has ${errors} errors; none are allowed`),
});

/** A scan of the dependencies, of the last week, without critical and high vulnerabilities. */
export const dependencyScan: ByReport = report({
  kind: "scan",
  name: "dependencies",
  maxAge: 7 * DAY,
  test: ({ target, critical, high, packages }) => {
    if (target !== "dependencies") return `is of an ${target}, not of the dependencies`;
    if (packages === 0) return "looked at no package";
    return critical + high === 0
      ? undefined
      : `has ${critical} critical and ${high} high vulnerabilities; none are allowed`;
  },
});

/** Whether a review approves, by somebody else than its author. */
function reviewProblem({ author, approvedBy, refusedBy }: Fact<"review">): string | undefined {
  if (refusedBy.length > 0) return `has changes asked for by ${refusedBy.join(", ")}`;
  return approvedBy.some((account) => account !== author)
    ? undefined
    : "has no approval by another than its author";
}

/** A review that approves. */
export const review: ByReport = report({ kind: "review", test: reviewProblem });

/** A review of a branch whose name is made from the version without its `v`. */
export const reviewOfBranch = (branchOf: (version: string) => string): ByReport =>
  report({
    kind: "review",
    test: (fact, { version }) => {
      const branch = branchOf(version.replace(/^v/, ""));
      return fact.branch === branch ? undefined : `is of the branch ${fact.branch}; expected ${branch}`;
    },
  });

/** The commit's checks all passed, and one of them is of that name. */
export const integration = (name: RegExp, what: string): ByReport =>
  report({
    kind: "ci",
    test: ({ checks }) => {
      const failed = checks.filter(({ ok }) => !ok).map((check) => check.name);
      if (failed.length > 0) return `has checks that failed: ${failed.join(", ")}`;
      return checks.some((check) => name.test(check.name)) ? undefined : `has no check of ${what}`;
    },
  });

/** The working tree that was built is clean. */
export const cleanTree: ByReport = report({
  kind: "git",
  test: ({ clean, changed }) => (clean ? undefined : `has changes: ${changed.slice(0, 5).join(", ")}`),
});

/** Steps of a run of k6, each made, and none failed. */
export const steps = (name: string, ...names: readonly [string, ...string[]]): ByReport =>
  report({
    kind: "k6",
    name,
    test: ({ checks }) => {
      for (const step of names) {
        const check = checks.find((each) => each.name === step);
        if (check === undefined || check.passes + check.fails === 0) return `has no step "${step}"`;
        if (check.fails > 0) return `failed at the step "${step}"`;
      }
      return undefined;
    },
  });

/** Every step that `name` fits passed, one of them at least. */
export const stepsLike = (name: string, pattern: RegExp, what: string): ByReport =>
  report({
    kind: "k6",
    name,
    test: ({ checks }) => {
      const fitting = checks.filter((check) => pattern.test(check.name));
      const failed = fitting.find(({ fails }) => fails > 0);
      if (failed !== undefined) return `failed at the step "${failed.name}"`;
      return fitting.some(({ passes }) => passes > 0) ? undefined : `has no step of ${what}`;
    },
  });

/** A load test. */
export const load = (name: string, test: (run: Fact<"k6">) => string | undefined): ByReport =>
  report({ kind: "k6", name, test });

/** Every threshold of a load test holds, one at least. */
export const thresholds = (name: string): ByReport =>
  load(name, (run) => {
    const failed = run.thresholds.filter(({ ok }) => !ok).map(({ metric }) => metric);
    if (failed.length > 0) return `failed thresholds of ${failed.join(", ")}`;
    return run.thresholds.length > 0 ? undefined : "has no threshold";
  });

/** Every check that `pattern` fits is as it should be, one at least. */
function checksProblem(
  checks: readonly Reading[],
  pattern: string | RegExp,
  noun: string,
): string | undefined {
  const fits = ({ name }: Reading) => (typeof pattern === "string" ? name === pattern : pattern.test(name));
  const fitting = checks.filter(fits);
  const failed = fitting.find(({ ok }) => !ok);
  if (failed !== undefined) return `says of "${failed.name}": ${failed.reading}`;
  return fitting.length > 0 ? undefined : `has no ${noun} "${String(pattern)}"`;
}

const otherStack = (found: string | undefined, stack: string) =>
  found === stack ? undefined : `is of ${found ?? "no stack"}, not of ${stack}`;

/** Checks of `golive doctor --json` on the stack, of the last hour. */
export const doctor = (...patterns: readonly (string | RegExp)[]): ByReport =>
  report({
    kind: "preflight",
    name: "doctor",
    maxAge: HOUR,
    test: ({ stack, checks }, release) =>
      otherStack(stack, release.stack) ??
      patterns.map((pattern) => checksProblem(checks, pattern, "check")).find(Boolean),
  });

/** Something that was tried before the release, such as a dry run: each of its checks passed. */
export const tried = (name: string): ByReport =>
  report({ kind: "preflight", name, test: ({ checks }) => checksProblem(checks, /^/, "check") });

/** Readings of the running stack, each as it should be. */
export const readings = (name: string, ...names: readonly [string, ...string[]]): ByReport =>
  report({
    kind: "readings",
    name,
    test: ({ stack, readings: found }, release) =>
      otherStack(stack, release.stack) ??
      names.map((each) => checksProblem(found, each, "reading")).find(Boolean),
  });

/** Readings of a stack that the version passes before. */
export const readingsOn = (stack: string, name: string, reading: string): ByReport =>
  report({
    kind: "readings",
    name,
    test: (fact) => otherStack(fact.stack, stack) ?? checksProblem(fact.readings, reading, "reading"),
  });

/** Nothing of these namespaces fires, nor what has none. Of the last quarter of an hour where the release waits for it. */
export const noAlerts = (
  namespace: RegExp,
  {
    severities,
    name = "alerts",
    fresh = true,
  }: { readonly severities?: RegExp; readonly name?: string; readonly fresh?: boolean } = {},
): ByReport =>
  report({
    kind: "alerts",
    name,
    ...(fresh && { maxAge: HOUR / 4 }),
    test: ({ firing }) => {
      const counted = firing.filter(
        (alert) =>
          // Prometheus' own pulse has the severity "none".
          alert.severity !== "none" &&
          (alert.namespace === undefined || namespace.test(alert.namespace)) &&
          (severities?.test(alert.severity) ?? true),
      );
      if (counted.length === 0) return undefined;
      return `has alerts that fire: ${counted.map((alert) => alert.name).join(", ")}`;
    },
  });

/** A document that names this version. */
export const documentOfVersion = (name: string): ByReport =>
  report({
    kind: "document",
    name,
    test: ({ mentionsVersion }, { version }) =>
      mentionsVersion ? undefined : `says nothing of ${version.replace(/^v/, "")}`,
  });

/** A document that speaks of something. */
export const documentOf = (name: string, about: RegExp, what: string): ByReport =>
  report({
    kind: "document",
    name,
    test: ({ text }) => (about.test(text) ? undefined : `says nothing of ${what}`),
  });

/** The stack's state, saved before the change. */
export const restorePoint: ByReport = report({
  kind: "restore-point",
  maxAge: DAY,
  test: ({ stack }, release) => otherStack(stack, release.stack),
});

/** A backup of the last day that was read back. */
export const backup = (name: string): ByReport =>
  report({
    kind: "backup",
    name,
    ...(name !== "staging" && { maxAge: DAY }),
    test: ({ size, entries }) => {
      if (size <= 0) return "is of a backup of 0 bytes";
      return entries > 0 ? undefined : "is of a backup that holds nothing";
    },
  });

/** A migration that was applied on a stack (not set: the release's own), with its questions answered. */
export const migration = (name: string, on?: string, ...questions: readonly string[]): ByReport =>
  report({
    kind: "migration",
    name,
    test: ({ stack, applied, verified }, release) => {
      const other = otherStack(stack, on ?? release.stack);
      if (other !== undefined) return other;
      if (applied.length === 0 && verified.length === 0) return "applied nothing, and verified nothing";
      const wrong = verified.find(({ ok }) => !ok);
      if (wrong !== undefined) return `says of "${wrong.name}": ${wrong.reading}`;
      return questions.map((question) => checksProblem(verified, question, "answer to")).find(Boolean);
    },
  });

/** The release's own images ran on an earlier stack; the readings named, or all, were as they should be. */
export const soak = (on: string, ...names: readonly string[]): ByReport =>
  report({
    kind: "soak",
    test: ({ stack, images, readings: found }, release) => {
      const missing = release.images.find((image) => !images.includes(image));
      if (missing !== undefined) return `is of other images: ${missing} did not run`;
      const patterns = names.length === 0 ? [/^/] : names;
      return (
        otherStack(stack, on) ??
        patterns.map((pattern) => checksProblem(found, pattern, "reading")).find(Boolean)
      );
    },
  });
