/**
 * The one k6 script: does what `plan.json` beside it says (`plan.ts` has its types), prints a table of the result and writes
 * a summary as JSON to the file that GOLIVE_RESULT names. Exit code 0 where all passed, 99 where a step or a threshold
 * failed, 107 where a load could not be prepared.
 */
import { fail } from "k6";
import { plan, SMOKE } from "./given.js";
import { resultOf, summaryOf, tableOf, thresholds } from "./result.js";
import { perform } from "./steps.js";
import { converse } from "./websocket.js";

const { users, durationSeconds, rampUpSeconds = 0 } = plan;
const duration = `${durationSeconds}s`;

const smoke = { executor: "shared-iterations", vus: 1, iterations: 1, maxDuration: "24h" };
const crowd = { executor: "constant-vus", vus: users, duration };
const growingCrowd = {
  executor: "ramping-vus",
  startVUs: 0,
  stages: [
    { target: users, duration: `${rampUpSeconds}s` },
    { target: users, duration: `${durationSeconds - rampUpSeconds}s` },
  ],
};

function scenarios() {
  if (SMOKE) return { http: smoke };
  const { steps, websocket } = plan;
  const connections = websocket && {
    ...crowd,
    vus: websocket.connections || users,
    exec: "websocket",
  };
  return {
    ...(steps.length > 0 && { http: rampUpSeconds > 0 ? growingCrowd : crowd }),
    ...(websocket && { websocket: connections }),
  };
}

export const options = {
  scenarios: scenarios(),
  thresholds: thresholds(),
  // The copies of a race go out at once; k6 would else send six at a time to one host.
  batch: 100,
  batchPerHost: 100,
  summaryTrendStats: ["avg", "p(95)", "max"],
};

/** A text that no other run, user and iteration has. */
const unique = () => `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 10)}`;

/** Does the steps in order until one fails; `once` where no other user and no other iteration does them. */
const walk = (steps, variables, once) => steps.every((step) => perform(step, variables, once));

export function setup() {
  const variables = { unique: unique() };
  if (!walk(plan.before || [], variables, true)) fail("the load was not begun: a step before it failed");
  return variables;
}

export default function (variables) {
  walk(plan.steps, { ...variables, unique: unique() }, SMOKE);
}

export function websocket(variables) {
  converse(plan.websocket, variables);
}

export function handleSummary(data) {
  const result = resultOf(data);
  const file = __ENV.GOLIVE_RESULT;
  return { stdout: tableOf(result), ...(file && { [file]: summaryOf(result) }) };
}
