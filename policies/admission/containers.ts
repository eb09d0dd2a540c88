/** What a container asks for and how its health is known, in CEL. */
import type { Field } from "../checks/field";
import { type Form, literal } from "./form";

const resources = ["cpu", "memory"] as const;
const parts = ["limits", "requests"] as const;
const handlers = ["httpGet", "tcpSocket", "exec", "grpc"] as const;

const held = (part: string, resource: string) => `c.?resources.?${part}[?${literal(resource)}]`;
const isThere = (part: string, resource: string) => `${held(part, resource)}.hasValue()`;

/** A quantity as it is written: `0` where there is none. */
const textOf = (part: string, resource: string) => `string(${held(part, resource)}.orValue("0"))`;

const quantityOf = (part: string, resource: string) => `quantity(${textOf(part, resource)})`;

/** True where a probe is missing. */
const lacks = (probe: string) =>
  `!(${handlers.map((handler) => `c.?${probe}.?${handler}.hasValue()`).join(" || ")})`;

/** All that a probe has but its ports. */
const probeFields = [
  "exec",
  "grpc",
  ...["path", "scheme", "host", "httpHeaders"].map((field) => `httpGet.?${field}`),
  "tcpSocket.?host",
  "initialDelaySeconds",
  "timeoutSeconds",
  "periodSeconds",
  "successThreshold",
  "failureThreshold",
  "terminationGracePeriodSeconds",
];

const same = (read: (probe: string) => string) => `${read("livenessProbe")} == ${read("readinessProbe")}`;

/** A port by its number: that of the container's port of the name, where it is a name. */
const portOf = (port: string) =>
  `(c.?ports.orValue([]).filter(p, dyn(p.?name.orValue("")) == dyn(${port}.orValue(0)))` +
  `.map(p, dyn(p.containerPort)) + [dyn(${port}.orValue(0))])[0]`;

/** Less is a unit that was forgotten, or finer than Kubernetes counts. */
const LEAST = { cpu: 'quantity("1m")', memory: 'quantity("1Mi")' } as const;
const ZERO = 'quantity("0")';

/** That no request is above its limit the API server sees to itself. */
function outOfRange(parameters: Field): string {
  const bound = (name: string, resource: string, compared: string) => {
    const text = parameters.at(name, resource).text();
    if (text === undefined) return [];
    const limit = quantityOf("limits", resource);
    return [`(${limit}.isGreaterThan(${ZERO}) && ${limit}.${compared}(quantity(${literal(text)})))`];
  };
  const bounds = resources.flatMap((resource) => [
    ...bound("ceiling", resource, "isGreaterThan"),
    ...bound("minimum", resource, "isLessThan"),
  ]);
  return [...bounds, ...ratio(parameters.at("ratio")), ...foreignUnits].join(" || ");
}

/** Of decimal fractions the floats of two equal amounts may differ. */
const ABOUT = 1 + 1e-9;

function ratio(most: Field): string[] {
  const times = Number(most.text());
  if (!Number.isFinite(times)) return [];
  return resources.map((resource) => {
    const [limit, request] = parts.map((part) => `${quantityOf(part, resource)}.asApproximateFloat()`);
    return `(${isThere("requests", resource)} && ${limit} > ${request} * double(${times * ABOUT}))`;
  });
}

const foreignUnits = parts.flatMap((part) => [
  ...["memory", "ephemeral-storage"].map((resource) => `!${quantityOf(part, resource)}.isInteger()`),
  ...resources.map((resource) => {
    const quantity = quantityOf(part, resource);
    return `(${quantity}.isGreaterThan(${ZERO}) && ${quantity}.isLessThan(${LEAST[resource]}))`;
  }),
  `${textOf(part, "cpu")}.matches("[kMGTPEi]$")`,
]);

export const containerForms = {
  "container-resources": {
    judges: "started",
    refuses: parts
      .flatMap((part) => resources.map((resource) => `!${quantityOf(part, resource)}.isGreaterThan(${ZERO})`))
      .join(" || "),
  },
  "resource-range": { judges: "started", refuses: outOfRange },
  "ephemeral-storage": {
    judges: "started",
    refuses: parts
      .map((part) => `!${quantityOf(part, "ephemeral-storage")}.isGreaterThan(${ZERO})`)
      .join(" || "),
  },
  probes: {
    judges: "running",
    longRunning: true,
    refuses: (parameters: Field) =>
      [
        "livenessProbe",
        "readinessProbe",
        ...(parameters.at("startup").text() === "true" ? ["startupProbe"] : []),
      ]
        .map(lacks)
        .join(" || "),
  },
  "probes-not-identical": {
    judges: "running",
    longRunning: true,
    refuses: [
      "c.?livenessProbe.hasValue()",
      "c.?readinessProbe.hasValue()",
      ...probeFields.map((field) => same((probe) => `c.?${probe}.?${field}`)),
      ...["httpGet", "tcpSocket"].map((handler) => same((probe) => portOf(`c.?${probe}.?${handler}.?port`))),
    ].join(" && "),
  },
  "duplicate-env": {
    judges: "all",
    // The list of one binds the names: to map them once an entry would make the cost cubic.
    refuses:
      "[c.?env.orValue([]).map(e, e.name)].exists(names, names.exists(n, names.indexOf(n) != names.lastIndexOf(n)))",
  },
} as const satisfies Readonly<Record<string, Form>>;
