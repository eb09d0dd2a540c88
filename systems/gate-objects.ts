/** Where the traffic of a canary stands, by the objects that carry it as the engine has them. Pure. */
import * as z from "zod";
import type { Stand } from "../components/traffic/move";

const WEIGHT = "nginx.ingress.kubernetes.io/canary-weight";

/** What the API server keeps of who changed an object, and when; changes of its status are no changes of it. */
const managed = z.array(z.object({ time: z.coerce.date(), subresource: z.string().optional() })).catch([]);

const metadata = z.object({
  annotations: z.record(z.string(), z.string()).catch({}),
  creationTimestamp: z.coerce.date().optional().catch(undefined),
  managedFields: managed,
});

const ingress = z.object({ metadata });

const backends = z.array(z.object({ name: z.string(), weight: z.number().default(1) }));
const route = z.object({ spec: z.object({ rules: z.array(z.object({ backendRefs: backends })).min(1) }) });

/** The weight of the share's Ingress; nothing of another object. */
export function weightOf(object: unknown): number | undefined {
  const written = ingress.safeParse(object).data?.metadata.annotations[WEIGHT];
  const percent = Number(written);
  return written !== undefined && Number.isInteger(percent) ? percent : undefined;
}

/** When an object was last changed, as the API server says. */
export function changedAt(object: unknown): Date | undefined {
  const found = ingress.safeParse(object).data?.metadata;
  if (found === undefined) return undefined;
  const times = found.managedFields
    .filter(({ subresource }) => subresource === undefined)
    .map(({ time }) => time);
  return times.reduce<Date | undefined>(
    (latest, time) => (latest === undefined || time > latest ? time : latest),
    found.creationTimestamp,
  );
}

const shareOf = (object: unknown) => route.safeParse(object).data?.spec.rules.at(-1)?.backendRefs;

/** Where a host's route stands, beside what it is changed to: a route alone does not say which of its Services is the new one. */
export function routeStand(old: unknown, next: unknown): Stand {
  const [before, after] = [shareOf(old), shareOf(next)];
  const [stable, now] = before ?? [];
  if (stable === undefined) return { kind: "nothing" };
  if (now !== undefined) return { kind: "weight", percent: now.weight };
  const [first, second] = after ?? [];
  const isNew = second === undefined ? false : first?.name !== stable.name;
  return { kind: isNew ? "complete" : "legacy" };
}

/** A resource of the stack's state. */
export interface StateResource {
  readonly urn: string;
  readonly outputs: unknown;
}

const isIngress = ({ urn }: StateResource, name: string): boolean =>
  urn.endsWith(`:Ingress::${name}`) && urn.includes("golive:components:CanaryIngress$");

/** Where the Ingresses of a canary stand, and since when; `name` is that of its component. */
export function ingressStand(
  name: string,
  state: readonly StateResource[],
): { readonly stand: Stand; readonly since?: Date | undefined } {
  const found = (part: string) => state.find((resource) => isIngress(resource, `${name}-${part}`))?.outputs;
  const share = found("canary");
  const percent = weightOf(share);
  if (percent !== undefined) return { stand: { kind: "weight", percent }, since: changedAt(share) };
  if (found("complete") !== undefined) return { stand: { kind: "complete" } };
  return { stand: { kind: found("stable") === undefined ? "nothing" : "legacy" } };
}
