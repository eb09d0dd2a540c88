/** What is wrong with a plan before anything is run: found in review, not in the middle of a release. Pure. */
import type { K6Plan, LoadPlan, Request, Step } from "./plan";

/** Names of the variables that the environment gives. */
export interface Environment {
  readonly names: readonly string[];
  /** Those among them whose values are secret. */
  readonly secrets: readonly string[];
}

const PLACEHOLDER = /\{(env\.)?([A-Za-z_]\w*)\}/g;
const MOST_COPIES = 100;

/** Every mistake of a plan, each with what would be right; none where it can be run. */
export function planProblems(plan: K6Plan, environment: Environment): string[] {
  const steps = allSteps(plan);
  return [
    ...(plan.kind === "load" ? loadProblems(plan) : emptyProblems(plan.steps)),
    ...repeatedNames(steps),
    ...steps.flatMap((step) => stepProblems(step, plan)),
    ...variableProblems(plan, steps),
    ...environmentProblems(plan, environment),
  ];
}

const allSteps = (plan: K6Plan) =>
  plan.kind === "load" ? [...(plan.before ?? []), ...plan.steps] : plan.steps;

const emptyProblems = (steps: readonly Step[]) =>
  steps.length > 0 ? [] : ["steps: found none, expected at least one"];

const ofWebSocket = (name: string) => name.startsWith("websocket");

function loadProblems({ users, durationSeconds, rampUpSeconds = 0, steps, thresholds, websocket }: LoadPlan) {
  const limits = Object.keys(thresholds);
  const idle = limits.filter((name) => (ofWebSocket(name) ? websocket === undefined : steps.length === 0));
  return [
    ...(websocket === undefined ? emptyProblems(steps) : []),
    ...(limits.length > 0 ? [] : ["thresholds: found none, expected at least one: nothing would be judged"]),
    ...idle.map((name) => `thresholds.${name}: expected no limit on what the plan does not do; remove it`),
    ...wholeProblem("users", users, 1, Infinity),
    ...wholeProblem("durationSeconds", durationSeconds, 1, Infinity),
    ...wholeProblem("rampUpSeconds", rampUpSeconds, 0, durationSeconds),
  ];
}

function wholeProblem(field: string, value: number, least: number, most: number): string[] {
  if (Number.isInteger(value) && value >= least && value <= most) return [];
  const range = most === Infinity ? `at least ${least}` : `from ${least} to ${most}`;
  return [`${field}: found ${value}, expected a whole number ${range}`];
}

function repeatedNames(steps: readonly Step[]): string[] {
  const names = steps.map(({ name }) => name);
  const repeated = names.filter((name, index) => names.indexOf(name) < index);
  return [...new Set(repeated)].map((name) => `step "${name}": expected each name once; tell them apart`);
}

function stepProblems(step: Step, plan: K6Plan): string[] {
  const copies = copiesOf(step);
  const waits =
    "patience" in step && step.patience !== undefined && plan.kind === "load" && plan.steps.includes(step);
  return [
    ...(copies === undefined ? [] : wholeProblem("copies", copies, 2, MOST_COPIES)),
    ...(waits ? ["patience: expected none in the steps of a load; put the step into `before`"] : []),
  ].map((problem) => `step "${step.name}": ${problem}`);
}

function copiesOf(step: Step): number | undefined {
  if ("race" in step) return step.race.copies;
  return "flood" in step ? step.flood.copies : undefined;
}

const requestOf = (step: Step): Request => {
  if ("race" in step) return step.race.request;
  return "flood" in step ? step.flood.request : step;
};

/** Names of the placeholders in a value's texts. */
function placeholders(value: unknown, kind: "variable" | "environment"): string[] {
  const found = [...JSON.stringify(value ?? null).matchAll(PLACEHOLDER)];
  const names = found.filter(([, prefix]) => (prefix === undefined) === (kind === "variable"));
  return [...new Set(names.map(([, , name = ""]) => name))];
}

/** What of a step is filled: its request, and what is expected of the answer. */
function filledParts(step: Step): unknown {
  const { path, headers, body } = requestOf(step);
  if ("race" in step || "flood" in step) return [path, headers, body];
  const { json, headers: wanted, contains, lacks } = step.expect;
  return [path, headers, body, Object.values(json ?? {}), wanted, contains, lacks];
}

const savedBy = (steps: readonly Step[]) =>
  steps.flatMap((step) => ("save" in step ? Object.keys(step.save ?? {}) : []));

/** Placeholders that nothing has saved by the time they are filled. */
function variableProblems(plan: K6Plan, steps: readonly Step[]): string[] {
  const uses = steps.map((step, index) => ({
    where: `step "${step.name}"`,
    parts: filledParts(step),
    known: [...savedBy(steps.slice(0, index)), ...(copiesOf(step) === undefined ? [] : ["copy"])],
  }));
  if (plan.kind === "load" && plan.websocket !== undefined) {
    const { path, headers, message } = plan.websocket;
    const known = ["id", ...savedBy(plan.before ?? [])];
    uses.push({ where: "websocket", parts: [path, headers, message], known });
  }
  return uses.flatMap(({ where, parts, known }) =>
    placeholders(parts, "variable")
      .filter((name) => name !== "unique" && !known.includes(name))
      .map((name) => `${where}: {${name}} is saved by no earlier step; save it there, or correct the name`),
  );
}

function environmentProblems(plan: K6Plan, { names, secrets }: Environment): string[] {
  const paths = [plan.baseUrl, ...allSteps(plan).map((step) => requestOf(step).path)];
  return [
    ...placeholders(plan, "environment")
      .filter((name) => !names.includes(name))
      .map((name) => `{env.${name}}: expected a variable of the environment; give it, or correct the name`),
    ...placeholders(paths, "environment")
      .filter((name) => secrets.includes(name))
      .map(
        (name) =>
          `{env.${name}}: expected no secret in an address, which k6 logs; send it in a header or a body`,
      ),
  ];
}
