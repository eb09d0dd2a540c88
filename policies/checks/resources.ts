import type { Parsed } from "../../settings/parsed";
import { amountOf, parseCpu, parseMemory, type Quantity } from "../../settings/quantity";
import { judgeContainers } from "./containers";
import type { Field } from "./field";
import { undecidable, type Violation } from "./violation";

const resources = ["cpu", "memory"] as const;
type Resource = (typeof resources)[number];

/** The most that one container may be limited to, as written: `500m`, `512Mi`. Not set: a violation, for the rule cannot be judged. */
export type Ceiling = Readonly<Partial<Record<Resource, string | undefined>>>;

const parsers: Readonly<Record<Resource, (text: string) => Parsed<Quantity>>> = {
  cpu: parseCpu,
  memory: parseMemory,
};
const examples: Readonly<Record<Resource, string>> = { cpu: "200m", memory: "200Mi" };

/**
 * Every container and init container has limits and requests of CPU and memory, each more than zero, the request no more than the limit, the
 * limit no more than the ceiling. Ephemeral containers are left out: Kubernetes refuses resources on them.
 */
export function checkResources(pod: Field, ceiling: Ceiling): Violation[] {
  return judgeContainers(pod, ["containers", "initContainers"], (container, name) =>
    resources.flatMap((resource) => checkResource(container.at("resources"), resource, ceiling, name)),
  );
}

interface Read {
  readonly field: Field;
  /** @default - the field holds no quantity, and `violations` says why. */
  readonly quantity?: Quantity;
  readonly violations: Violation[];
}

function checkResource(field: Field, resource: Resource, ceiling: Ceiling, container: string): Violation[] {
  const limit = read(field.at("limits", resource), resource, container);
  const request = read(field.at("requests", resource), resource, container);
  return [
    ...limit.violations,
    ...request.violations,
    ...checkOrder(request, limit, container),
    ...checkCeiling(limit, resource, ceiling, container),
  ];
}

function read(field: Field, resource: Resource, container: string): Read {
  if (field.unknown) return { field, violations: [undecidable(field, container)] };
  const parsed = parsers[resource](field.text() ?? "");
  if ("value" in parsed && amountOf(parsed.value) > 0)
    return { field, quantity: parsed.value, violations: [] };
  return {
    field,
    violations: [
      {
        path: field.path,
        container,
        found: field.shown(),
        allowed: `a quantity of ${resource} more than zero, such as ${examples[resource]}`,
        mend: "set it on the container",
      },
    ],
  };
}

function checkOrder(request: Read, limit: Read, container: string): Violation[] {
  if (request.quantity === undefined || limit.quantity === undefined) return [];
  if (amountOf(request.quantity) <= amountOf(limit.quantity)) return [];
  return [
    {
      path: request.field.path,
      container,
      found: request.field.shown(),
      allowed: `at most the limit, ${limit.field.shown()}`,
      mend: "lower the request or raise the limit",
    },
  ];
}

function checkCeiling(limit: Read, resource: Resource, ceiling: Ceiling, container: string): Violation[] {
  if (limit.quantity === undefined) return [];
  const bound = ceiling[resource];
  const most = parsers[resource](bound ?? "");
  const violation = { path: limit.field.path, container, found: limit.field.shown() };
  if ("problem" in most) return [{ ...violation, ...unusableCeiling(resource, bound) }];
  if (amountOf(limit.quantity) <= amountOf(most.value)) return [];
  return [
    {
      ...violation,
      allowed: `at most ${most.value.text} (ceiling.${resource})`,
      mend: "lower the limit, or raise the stack's ceiling in review",
    },
  ];
}

function unusableCeiling(resource: Resource, bound: string | undefined): Pick<Violation, "allowed" | "mend"> {
  return {
    allowed:
      bound === undefined
        ? `nothing yet, for ceiling.${resource} is not set`
        : `nothing, for ceiling.${resource} is "${bound}", no quantity`,
    mend: `set golive:ceiling.${resource}, e.g. to ${examples[resource]}`,
  };
}
