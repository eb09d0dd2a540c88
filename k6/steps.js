/** One step of a plan: its request, or its many, and whether the answer is as expected. */
import { check, sleep } from "k6";
import http from "k6/http";
import { Counter, Rate } from "k6/metrics";
import { addressOf, fill, fillAll, shown, Unfilled, withoutSecrets } from "./given.js";

const TIMEOUT = "30s";
const passed = new Counter("golive_steps_passed");
const failed = new Rate("golive_steps_failed");
/** Faults that this user has logged: a load test would else fill the disk with one. */
const logged = new Set();

/** Does a step, and says whether it passed; what it saves is put into `variables`. A step done once has patience. */
export function perform(step, variables, once) {
  const end = Date.now() + 1000 * ((once && step.patience) || 0);
  let faults = attempt(step, variables);
  while (faults.length > 0 && Date.now() < end) {
    sleep(1);
    faults = attempt(step, variables);
  }
  report(step, faults, once);
  return faults.length === 0;
}

function report({ name }, faults, once) {
  const ok = faults.length === 0;
  check(null, { [name]: () => ok }, { name });
  failed.add(!ok, { name });
  if (ok) passed.add(1, { name });
  for (const { what, found, expected } of faults) {
    const fault = `${what}: found ${found}, expected ${expected}`;
    // What a load finds differs each time, and k6 keeps every name that a check has had.
    check(null, { [`${name}: ${once ? fault : what}`]: () => false });
    if (logged.has(`${name} ${what}`)) continue;
    logged.add(`${name} ${what}`);
    console.error(`${name}: ${fault}`);
  }
}

function attempt(step, variables) {
  try {
    if (step.race) return race(step, variables);
    return step.flood ? flood(step, variables) : single(step, variables);
  } catch (error) {
    if (!(error instanceof Unfilled)) throw error;
    return [{ what: "variable", found: "nothing", expected: `a value of {${error.message}}` }];
  }
}

/** A request as http.batch takes it. */
function prepared(request, name, expected, variables) {
  const body = fillAll(request.body === undefined ? null : request.body, variables);
  const isText = body === null || typeof body === "string";
  const headers = {
    ...(isText ? {} : { "content-type": "application/json" }),
    ...fillAll(request.headers || {}, variables),
  };
  const params = {
    headers,
    redirects: 0,
    timeout: TIMEOUT,
    jar: new http.CookieJar(),
    tags: { name },
    responseCallback: http.expectedStatuses(...expected),
  };
  const address = addressOf(request.path, variables);
  return [request.method, address, isText ? body : JSON.stringify(body), params];
}

const listOf = (status) => [].concat(status);
const either = (statuses) => listOf(statuses).join(" or ");

function single(step, variables) {
  const { name, expect, within, save = {} } = step;
  const response = http.request(...prepared(step, name, listOf(expect.status), variables));
  if (response.status === 0) return [noAnswer(response)];
  const faults = [
    ...statusFaults(response, expect.status),
    ...headerFaults(response, expect.headers || {}, variables),
    ...bodyFaults(response, expect, variables),
    ...jsonFaults(response, expect.json || {}, variables),
    ...timeFaults(response, within),
  ];
  return faults.length > 0 ? faults : saved(response, save, variables);
}

const noAnswer = ({ error }) => ({
  what: "request",
  found: withoutSecrets(error),
  expected: "an answer",
});

const statusFaults = ({ status }, expected) =>
  listOf(expected).includes(status) ? [] : [{ what: "status", found: status, expected: either(expected) }];

const timeFaults = ({ timings }, within) =>
  within === undefined || timings.duration < within
    ? []
    : [{ what: "time", found: `${Math.ceil(timings.duration)} ms`, expected: `less than ${within} ms` }];

function headerFaults({ headers }, expected, variables) {
  const given = Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]));
  return Object.entries(expected).flatMap(([header, wanted]) => {
    const value = given[header.toLowerCase()];
    const what = `header ${header}`;
    if (typeof wanted !== "string") return value ? [] : [{ what, found: "nothing", expected: "a value" }];
    const part = fill(wanted, variables);
    return (value || "").includes(part) ? [] : [{ what, found: shown(value), expected: shown(part) }];
  });
}

/** A body is never shown: it may hold a token. */
function bodyFaults({ body }, { contains, lacks }, variables) {
  const holds = (text) => (body || "").includes(fill(text, variables));
  return [
    ...(contains === undefined || holds(contains)
      ? []
      : [{ what: "body", found: "a body without it", expected: `"${contains}" in it` }]),
    ...(lacks === undefined || !holds(lacks)
      ? []
      : [{ what: "body", found: "a body with it", expected: `no "${lacks}" in it` }]),
  ];
}

const NO_JSON = Symbol("no JSON");

/** The value at a path; by itself k6 would find one in a body that is broken further on. */
function read(response, path) {
  try {
    response.json();
  } catch {
    return NO_JSON;
  }
  return response.json(path);
}

function jsonFaults(response, expected, variables) {
  return Object.entries(expected).flatMap(([path, wanted]) => {
    const value = read(response, path);
    const fault = (expectation) => [{ what: path, found: foundAt(value), expected: expectation }];
    if (value === NO_JSON || value === undefined || value === null) {
      return fault(typeof wanted === "object" ? "a value" : shown(wanted));
    }
    if (typeof wanted === "object") return [];
    const filled = fillAll(wanted, variables);
    return value === filled ? [] : fault(shown(filled));
  });
}

const foundAt = (value) => (value === NO_JSON ? "a body that is no JSON" : shown(value));

function saved(response, save, variables) {
  const values = Object.entries(save).map(([name, path]) => [name, path, read(response, path)]);
  const missing = values.filter(([, , value]) => value === NO_JSON || value === undefined || value === null);
  Object.assign(variables, Object.fromEntries(values.map(([name, , value]) => [name, value])));
  return missing.map(([name, path, value]) => ({
    what: `${path}, for {${name}}`,
    found: foundAt(value),
    expected: "a value",
  }));
}

/** The answers to copies of a request sent at once. */
function volley({ copies, request }, name, expected, variables) {
  const numbers = Array.from({ length: copies }, (_, index) => index + 1);
  return http.batch(numbers.map((copy) => prepared(request, name, expected, { ...variables, copy })));
}

const statusesOf = (answers) => answers.map(({ status }) => status).join(", ");

function race({ name, race: given, expect: { exactlyOne, rest } }, variables) {
  const answers = volley(given, name, [exactlyOne, ...rest], variables);
  const winners = answers.filter(({ status }) => status === exactlyOne);
  const strangers = answers.filter(({ status }) => ![exactlyOne, ...rest].includes(status));
  return [
    ...(winners.length === 1
      ? []
      : [
          {
            what: "race",
            found: `${winners.length} (of ${statusesOf(answers)})`,
            expected: `exactly one ${exactlyOne}`,
          },
        ]),
    ...(strangers.length === 0
      ? []
      : [{ what: "race", found: statusesOf(strangers), expected: `the rest ${either(rest)}` }]),
  ];
}

function flood({ name, flood: given, expect: { some, orHeader = [] } }, variables) {
  const answers = volley(given, name, some, variables);
  const limited = answers.some(
    ({ status, headers }) =>
      some.includes(status) || Object.keys(headers).some((key) => orHeader.includes(key.toLowerCase())),
  );
  const headers = orHeader.length > 0 ? ` or a header ${either(orHeader)}` : "";
  const found = `${[...new Set(answers.map(({ status }) => status))].join(", ")} alone`;
  return limited ? [] : [{ what: "flood", found, expected: `some ${either(some)}${headers}` }];
}
