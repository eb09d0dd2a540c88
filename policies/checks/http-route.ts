/** HTTPRoutes of the Gateway API: what their weights mean, and where they mean nothing. https://gateway-api.sigs.k8s.io/reference/spec/ */
import { named, type Subject } from "../subject";
import { namespaceOf, type World } from "../world";
import type { Field } from "./field";
import { trapped } from "./traps";
import { undecidable, type Violation } from "./violation";

const group = "gateway.networking.k8s.io";

/** An HTTPRoute sends each request where its weights say. */
export function checkRoute(route: Subject, world: World): Violation[] {
  const rules = route.object.at("spec", "rules");
  if (rules.unknown) return [undecidable(rules)];
  return [
    ...rules.items().flatMap((rule) => checkRule(route, rule, world)),
    ...world
      .ofKind(group, "HTTPRoute")
      .filter((other) => other !== route && isNewer(route, other))
      .flatMap((other) => checkSecond(route, other)),
  ];
}

function checkRule(route: Subject, rule: Field, world: World): Violation[] {
  const backends = rule.at("backendRefs");
  const unread = [backends, ...backends.items().flatMap((one) => [one.at("name"), one.at("weight")])].find(
    ({ unknown }) => unknown,
  );
  if (unread !== undefined) return [undecidable(unread)];
  return [
    ...checkWeights(rule, backends),
    ...backends
      .items()
      .flatMap((backend, index) => [
        ...checkGrant(route, backend, world),
        ...(backends.items().findIndex((one) => keyOf(route, one) === keyOf(route, backend)) < index
          ? [
              trapped(
                "route-same-service",
                backend,
                `${keyOf(route, backend)}, which the rule names before as well`,
              ),
            ]
          : []),
      ]),
  ];
}

/** A rule that redirects answers by itself. */
function checkWeights(rule: Field, backends: Field): Violation[] {
  const redirects = rule
    .at("filters")
    .items()
    .some((filter) => filter.at("type").text() === "RequestRedirect");
  if (redirects || backends.items().some((backend) => weightOf(backend) > 0)) return [];
  const found = backends.items().length === 0 ? "absent" : "backends that all have weight 0";
  return [trapped("route-weights-zero", backends, found)];
}

const weightOf = (backend: Field): number => Number(backend.at("weight").text() ?? 1);

/** Namespace, name and port of a backend. */
const keyOf = (route: Subject, backend: Field): string =>
  [
    backend.at("namespace").text() ?? namespaceOf(route) ?? "",
    backend.at("name").text() ?? "",
    backend.at("port").text() ?? "",
  ].join("/");

function checkGrant(route: Subject, backend: Field, world: World): Violation[] {
  const [to, from] = [backend.at("namespace"), namespaceOf(route)];
  if (to.absent || from === undefined || to.text() === from) return [];
  const granted = world.ofKind(group, "ReferenceGrant").some((grant) => {
    const { object } = grant;
    return (
      namespaceOf(grant) === to.text() &&
      object
        .at("spec", "from")
        .items()
        .some((one) => one.at("kind").text() === "HTTPRoute" && one.at("namespace").text() === from) &&
      object
        .at("spec", "to")
        .items()
        .some((one) => isGranted(one, backend))
    );
  });
  return granted
    ? []
    : [
        trapped(
          "route-cross-namespace",
          backend,
          `Service ${keyOf(route, backend)}, which no ReferenceGrant allows`,
        ),
      ];
}

const isGranted = (grant: Field, backend: Field): boolean =>
  grant.at("kind").text() === (backend.at("kind").text() ?? "Service") &&
  (grant.at("name").absent || grant.at("name").text() === backend.at("name").text());

/** The oldest route goes first, and of two of one age the first by namespace and name. */
function isNewer(route: Subject, other: Subject): boolean {
  const [mine, its] = [route, other].map(
    ({ object }) => object.at("metadata", "creationTimestamp").text() ?? "",
  );
  const [name, otherName] = [route, other].map((one) => `${namespaceOf(one) ?? ""}/${one.name}`);
  return mine === its || mine === "" || its === ""
    ? String(name) > String(otherName)
    : String(mine) > String(its);
}

function checkSecond(route: Subject, older: Subject): Violation[] {
  const taken = new Set(matchesOf(older).map(({ key }) => key));
  return matchesOf(route)
    .filter(({ key }) => taken.has(key))
    .map(({ at, shown }) => trapped("route-second", at, `${shown}, which ${named(older)} has already`));
}

interface Match {
  readonly at: Field;
  readonly key: string;
  readonly shown: string;
}

/** What a route matches: each of its Gateways' listeners, hosts and matches. */
function matchesOf(route: Subject): readonly Match[] {
  const spec = route.object.at("spec");
  const hosts = spec
    .at("hostnames")
    .items()
    .map((host) => host.text() ?? "");
  const parents = spec.at("parentRefs").items();
  return spec
    .at("rules")
    .items()
    .flatMap((rule) => {
      const matches = rule.at("matches").items();
      return (matches.length === 0 ? [rule.at("matches")] : matches).map((at) => ({
        at,
        asked: askedOf(at),
      }));
    })
    .flatMap(({ at, asked }) =>
      (hosts.length === 0 ? [""] : hosts).flatMap((host) =>
        parents.map((parent) => ({
          at,
          key: [parentOf(route, parent), host.toLowerCase(), asked].join(" "),
          shown: `${host === "" ? "every host" : host} ${asked}`,
        })),
      ),
    );
}

const parentOf = (route: Subject, parent: Field): string =>
  [
    parent.at("namespace").text() ?? namespaceOf(route),
    parent.at("name").text(),
    parent.at("sectionName").text(),
  ].join("/");

/** A match in words that are equal where two matches are. */
function askedOf(match: Field): string {
  const path = `${match.at("path", "type").text() ?? "PathPrefix"} ${match.at("path", "value").text() ?? "/"}`;
  const listed = (list: string) =>
    match
      .at(list)
      .items()
      .map(
        (one) =>
          `${list} ${one.at("type").text() ?? "Exact"} ${one.at("name").text() ?? ""}=${one.at("value").text() ?? ""}`,
      )
      .sort();
  return [path, match.at("method").text() ?? "", ...listed("headers"), ...listed("queryParams")]
    .filter((part) => part !== "")
    .join(", ");
}
