/** What a container asks for and how its health is known, in CEL. */
import type { Field } from "../checks/field";
import { type Form, literal } from "./form";

const resources = ["cpu", "memory"] as const;
const handlers = ["httpGet", "tcpSocket", "exec", "grpc"] as const;

/** The quantity of a container: `0` where it has none. */
const quantityOf = (part: string, resource: string) =>
  `quantity(c.?resources.?${part}.?${resource}.orValue("0"))`;

/** True where a probe is missing. */
const lacks = (probe: string) =>
  `!(${handlers.map((handler) => `c.?${probe}.?${handler}.hasValue()`).join(" || ")})`;

export const containerForms = {
  "container-resources": {
    judges: "started",
    refuses: ["limits", "requests"]
      .flatMap((part) =>
        resources.map((resource) => `!${quantityOf(part, resource)}.isGreaterThan(quantity("0"))`),
      )
      .join(" || "),
  },
  "resource-range": {
    judges: "started",
    refuses: (parameters: Field) => {
      const ceiling = resources.flatMap((resource) => {
        const most = parameters.at("ceiling", resource).text();
        return most === undefined
          ? []
          : [`${quantityOf("limits", resource)}.isGreaterThan(quantity(${literal(most)}))`];
      });
      // That no request is above its limit the API server sees to itself.
      const parts = ["limits", "requests"];
      return [
        ...ceiling,
        ...parts.map((part) => `!${quantityOf(part, "memory")}.isInteger()`),
        ...parts.map((part) => `c.?resources.?${part}.?cpu.orValue("0").endsWith("i")`),
      ].join(" || ");
    },
  },
  "ephemeral-storage": {
    judges: "started",
    refuses: ["limits", "requests"]
      .map((part) => `!("ephemeral-storage" in c.?resources.?${part}.orValue({}))`)
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
    refuses: "c.?livenessProbe.hasValue() && c.?livenessProbe == c.?readinessProbe",
  },
  "duplicate-env": {
    judges: "all",
    // The list of one binds the names: to map them once an entry would make the cost cubic.
    refuses:
      "[c.?env.orValue([]).map(e, e.name)].exists(names, names.exists(n, names.indexOf(n) != names.lastIndexOf(n)))",
  },
} as const satisfies Readonly<Record<string, Form>>;
