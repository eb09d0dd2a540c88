/** What a router would read otherwise than it was meant, each with its reason. Pure. */
import { canaryServiceName, pathOf, type CanaryRoute, type IngressNames } from "./canary";
import { ladderProblems, parsePhase } from "./ladder";
import type { Affinity, Selection } from "./nginx";
import type { Router } from "./router";

/** A canary as its caller gives it. */
export interface GivenCanary {
  readonly routes: readonly CanaryRoute[];
  readonly phase: string;
  readonly ladder: readonly number[];
  readonly by?: Selection | undefined;
  readonly affinity?: Affinity | undefined;
  readonly ingresses: IngressNames;
  readonly router: Router;
}

/** A mistake, at the argument that has it. */
export interface CanaryProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

type Rule = (given: GivenCanary) => readonly CanaryProblem[];

const HOST = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/;
const PATH = /^\/[A-Za-z0-9._~/-]*$/;
const HEADER = /^[A-Za-z0-9-]+$/;
const COOKIE = /^[A-Za-z0-9_]+$/;
const LONGEST_NAME = 63;

const at = (path: CanaryProblem["path"], message: string): CanaryProblem => ({ path, message });

const ladderRises: Rule = ({ ladder }) =>
  ladderProblems(ladder).map(({ step, message }) =>
    at(step === undefined ? ["ladder"] : ["ladder", step], message),
  );

const phaseIsKnown: Rule = ({ phase, ladder }) => {
  const parsed = parsePhase(phase, ladder);
  return "problem" in parsed ? [at(["phase"], parsed.problem)] : [];
};

const someRoute: Rule = ({ routes }) =>
  routes.length === 0 ? [at(["routes"], "expected at least one host")] : [];

const hostsAreFull: Rule = ({ routes }) =>
  routes.flatMap(({ host }, index) =>
    HOST.test(host)
      ? []
      : [
          at(
            ["routes", index, "host"],
            "expected one full host name: the controller matches a canary to a main Ingress by the host as it is written, " +
              "never through a wildcard or an alias",
          ),
        ],
  );

const pathsAreAbsolute: Rule = ({ routes }) =>
  routes.flatMap((route, index) =>
    PATH.test(pathOf(route)) ? [] : [at(["routes", index, "path"], "expected an absolute path such as /api")],
  );

const oneCanaryAPath: Rule = ({ routes }) => {
  const places = routes.map((route) => `${route.host}${pathOf(route)}`);
  return places.flatMap((place, index) =>
    places.indexOf(place) < index
      ? [at(["routes", index], `expected one canary for ${place}: the controller takes the oldest alone`)]
      : [],
  );
};

const sidesDiffer: Rule = ({ routes }) =>
  routes.flatMap(({ stable, canary }, index) =>
    stable.service === canary.service
      ? [
          at(
            ["routes", index, "canary", "service"],
            `expected another Service than the stable one, ${stable.service}: a main backend is never its own canary`,
          ),
        ]
      : [],
  );

/** Every Service of the routes with its place; the canary's own beside those that are given. */
function servicesOf(routes: readonly CanaryRoute[]) {
  return routes.flatMap((route, index) => [
    { place: ["routes", index, "stable", "service"], route: index, name: route.stable.service },
    { place: ["routes", index, "canary", "service"], route: index, name: route.canary.service },
  ]);
}

const servicesAreOwn: Rule = ({ routes }) => {
  const services = servicesOf(routes);
  return services.flatMap(({ place, route, name }, index) => {
    const other = services.slice(0, index).find((one) => one.name === name && one.route !== route);
    if (other === undefined) return [];
    return [
      at(
        place,
        `expected a Service of this route's own; ${name} is in routes[${other.route}] too, and the controller ties a ` +
          "canary to the Service, so that either route would carry the other's",
      ),
    ];
  });
};

const madeServicesAreFree: Rule = ({ routes }) => {
  const given = new Set(servicesOf(routes).map(({ name }) => name));
  return routes.flatMap((route, index) => {
    const name = canaryServiceName(route);
    const place = ["routes", index, "canary", "service"];
    if (given.has(name)) return [at(place, `expected no other Service named ${name}: the canary makes it`)];
    const most = LONGEST_NAME - (name.length - route.canary.service.length);
    return name.length > LONGEST_NAME ? [at(place, `expected at most ${most} characters`)] : [];
  });
};

const ingressesDiffer: Rule = ({ ingresses: { stable, canary, complete } }) =>
  canary === stable || canary === complete
    ? [
        at(
          ["ingresses", "canary"],
          "expected a name that no main Ingress has: one object cannot be the main one and the canary",
        ),
      ]
    : [];

const selectionIsReadable: Rule = ({ by }) => {
  switch (by?.kind) {
    case undefined:
      return [];
    case "header":
      return headerProblems(by.name, by.value);
    case "cookie":
      return COOKIE.test(by.name)
        ? []
        : [
            at(
              ["by", "name"],
              'expected letters, digits and "_": the controller reads the cookie as an nginx variable',
            ),
          ];
  }
};

function headerProblems(name: string, value: string | undefined): readonly CanaryProblem[] {
  const named = HEADER.test(name)
    ? []
    : [at(["by", "name"], 'expected letters, digits and "-": nginx drops a header with any other, "_" too')];
  if (value !== "never" && value !== "always") return named;
  const reason =
    value === "never"
      ? "beside a value, the controller no longer takes never as a refusal: it would choose the new version"
      : "without a value, always chooses the new version and never refuses it";
  return [...named, at(["by", "value"], `expected a value of your own, or none: ${reason}`)];
}

const affinityIsReadable: Rule = ({ affinity }) =>
  affinity === undefined || COOKIE.test(affinity.cookie)
    ? []
    : [at(["affinity", "cookie"], 'expected letters, digits and "_"')];

const gatewayCanSayIt: Rule = ({ router, by, affinity }) => {
  if (router.kind !== "gateway-api") return [];
  return [
    ...(by?.kind === "cookie"
      ? [
          at(
            ["by", "kind"],
            "expected header: an HTTPRoute matches headers, not cookies; or take ingress-nginx as router",
          ),
        ]
      : []),
    ...(affinity === undefined
      ? []
      : [
          at(
            ["affinity"],
            "expected none: session persistence is not in the Gateway API's standard channel; take ingress-nginx as router",
          ),
        ]),
  ];
};

const RULES: readonly Rule[] = [
  ladderRises,
  phaseIsKnown,
  someRoute,
  hostsAreFull,
  pathsAreAbsolute,
  oneCanaryAPath,
  sidesDiffer,
  servicesAreOwn,
  madeServicesAreFree,
  ingressesDiffer,
  selectionIsReadable,
  affinityIsReadable,
  gatewayCanSayIt,
];

/** Every mistake of a canary. */
export function canaryProblems(given: GivenCanary): readonly CanaryProblem[] {
  return RULES.flatMap((rule) => rule(given));
}

/** `routes[1].canary.service: expected …` */
export function describeProblem({ path, message }: CanaryProblem): string {
  const place = path
    .map((step, index) => (typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join("");
  return `${place}: ${message}`;
}
