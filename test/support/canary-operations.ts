/** The order in which the engine takes a canary from one phase to another: what `CanaryIngress` declares, without an engine. */
import {
  canaryIngress,
  canaryServiceName,
  mainIngress,
  type Canary,
  type IngressNames,
  type IngressParts,
} from "../../components/traffic/canary";

/** An object as it is declared, by the name of its resource. */
type Declared = { readonly key: string } & (
  { readonly service: string } | { readonly ingress: IngressParts }
);

/** One step of an update. */
export interface Operation {
  readonly op: "create" | "update" | "delete";
  readonly object: Declared;
}

const PLACE = { className: "nginx", secretName: "tls" };

/** What a phase declares, each after what it depends on: the share's Services, the share, the main Ingress. */
export function declared(canary: Canary, names: IngressNames): readonly Declared[] {
  const share = canaryIngress(canary, names, PLACE);
  const main = mainIngress(canary, names, PLACE);
  const ofShare: Declared[] =
    share === undefined
      ? []
      : [
          ...canary.routes.map(canaryServiceName).map((service) => ({ key: service, service })),
          { key: "canary", ingress: share },
        ];
  return [...ofShare, { key: main.successor ? "complete" : "stable", ingress: main }];
}

/**
 * What the engine does from what one phase declares to what the next does: creates and updates in the order of dependencies; then
 * deletes, against them. test/engine/canary.test.ts sees the same of the API server.
 */
export function operations(before: readonly Declared[], after: readonly Declared[]): readonly Operation[] {
  const changes = after.flatMap((object): readonly Operation[] => {
    const old = before.find(({ key }) => key === object.key);
    if (old === undefined) return [{ op: "create", object }];
    return JSON.stringify(old) === JSON.stringify(object) ? [] : [{ op: "update", object }];
  });
  const gone = before.filter(({ key }) => !after.some((object) => object.key === key)).reverse();
  return [...changes, ...gone.map((object): Operation => ({ op: "delete", object }))];
}

/** The objects after an operation, from the oldest to the newest. */
export function applied(objects: readonly Declared[], { op, object }: Operation): readonly Declared[] {
  switch (op) {
    case "create":
      return [...objects, object];
    case "update":
      return objects.map((old) => (old.key === object.key ? object : old));
    case "delete":
      return objects.filter(({ key }) => key !== object.key);
  }
}
