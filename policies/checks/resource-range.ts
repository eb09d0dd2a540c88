/** Whether what a container asks for and may use makes sense. */
import { judgeContainers, startedPositions } from "./containers";
import type { Field } from "./field";
import {
  compare,
  isPositive,
  parseQuantity,
  quantityIn,
  withinRatio,
  type Quantity,
  type Resource,
} from "./quantity";
import { refused, type Expectation, type Violation } from "./violation";

/** Quantities of CPU and memory, as written: `500m`, `512Mi`. @default - no bound */
export type Bounds = Readonly<Partial<Record<"cpu" | "memory", string | undefined>>>;

/** What limits are held to. */
export interface Range {
  /** The most that one container may be limited to. */
  readonly ceiling: Bounds;
  /** The least that one container may be limited to. */
  readonly minimum: Bounds;
  /** How many times its request a limit may be. @default - any */
  readonly ratio?: number | undefined;
}

const resources: readonly Resource[] = ["cpu", "memory", "ephemeral-storage"];

/** Units that a resource is not measured in, though Kubernetes' grammar has them for every resource. */
const foreign: Readonly<Record<Resource, { readonly suffix: RegExp; readonly allowed: string }>> = {
  cpu: { suffix: /^(?:[kMGTPE]|[KMGTPE]i)$/, allowed: "cores or thousandths of one, such as 0.5 or 500m" },
  memory: { suffix: /^[num]$/, allowed: "bytes, such as 200Mi or 1Gi: m is thousandths of a byte" },
  "ephemeral-storage": { suffix: /^[num]$/, allowed: "bytes, such as 1Gi: m is thousandths of a byte" },
};

/** Less is a unit that was forgotten: no container starts in it. */
const leastBytes = "1Mi";
/** The finest share of a core that Kubernetes keeps. */
const leastCores = "1m";
const least: Readonly<Record<Resource, string>> = {
  cpu: leastCores,
  memory: leastBytes,
  "ephemeral-storage": "0",
};

/**
 * Quantities of containers and init containers are in units of their resource, no request is above its limit, and limits are within `range`.
 * What is absent, or a limit of nothing, is for `container-resources` to tell.
 */
export function checkRange(pod: Field, range: Range): Violation[] {
  return judgeContainers(pod, startedPositions, (container, name) =>
    resources.flatMap((resource) => checkResource(container.at("resources"), resource, range, name)),
  );
}

function checkResource(held: Field, resource: Resource, range: Range, container: string): Violation[] {
  const limit = held.at("limits", resource);
  const request = held.at("requests", resource);
  const bounds =
    resource === "ephemeral-storage" ? { ceiling: undefined, minimum: undefined } : boundsOf(range, resource);
  const unit = [limit, request].flatMap((field) => checkUnit(field, resource, container));
  if (unit.length > 0) return unit;
  return [
    ...checkOrder(limit, request, container),
    ...checkRatio(limit, request, range.ratio, container),
    ...checkBound(limit, bounds.ceiling, "most", `ceiling.${resource}`, container),
    ...checkBound(limit, bounds.minimum, "least", `minimum.${resource}`, container),
  ];
}

const boundsOf = ({ ceiling, minimum }: Range, resource: "cpu" | "memory") => ({
  ceiling: ceiling[resource],
  minimum: minimum[resource],
});

function checkUnit(field: Field, resource: Resource, container: string): Violation[] {
  if (field.absent) return [];
  const { suffix, allowed } = foreign[resource];
  const expected: Expectation = { allowed, mend: `write it in a unit of ${resource}` };
  const quantity = quantityIn(field);
  if (quantity === undefined || suffix.test(quantity.suffix)) return [refused(field, expected, container)];
  const tooFine = quantity.amount.numerator > 0n && isBelow(quantity, least[resource]);
  return tooFine ? [refused(field, { ...expected, allowed: `at least ${least[resource]}` }, container)] : [];
}

function isBelow(quantity: Quantity, bound: string): boolean {
  const parsed = parseQuantity(bound);
  return parsed !== undefined && compare(quantity, parsed) < 0;
}

function checkOrder(limit: Field, request: Field, container: string): Violation[] {
  const [most, asked] = [quantityIn(limit), quantityIn(request)];
  if (most === undefined || asked === undefined || !isPositive(most) || compare(asked, most) <= 0) return [];
  const allowed = `at most the limit, ${limit.shown()}`;
  return [refused(request, { allowed, mend: "lower the request or raise the limit" }, container)];
}

function checkRatio(limit: Field, request: Field, ratio: number | undefined, container: string): Violation[] {
  const [most, asked] = [quantityIn(limit), quantityIn(request)];
  if (ratio === undefined || most === undefined || asked === undefined) return [];
  if (withinRatio(most, asked, ratio)) return [];
  const allowed = `at most ${ratio} times the request, ${request.shown()} (ratio)`;
  return [refused(limit, { allowed, mend: "raise the request or lower the limit" }, container)];
}

function checkBound(
  limit: Field,
  bound: string | undefined,
  side: "most" | "least",
  parameter: string,
  container: string,
): Violation[] {
  const [quantity, edge] = [quantityIn(limit), parseQuantity(bound ?? "")];
  if (quantity === undefined || edge === undefined || !isPositive(quantity)) return [];
  const order = compare(quantity, edge);
  if (side === "most" ? order <= 0 : order >= 0) return [];
  const mend = side === "most" ? "lower the limit, or raise the ceiling in review" : "raise the limit";
  return [refused(limit, { allowed: `at ${side} ${String(bound)} (${parameter})`, mend }, container)];
}
