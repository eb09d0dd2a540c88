/** Paths of canaries of ingress-nginx: each has one primary of the same host, path and pathType, and Services that nothing else uses. */
import { isIngress } from "../kinds";
import { named, type Subject } from "../subject";
import { sharesNamespace, type World } from "../world";
import type { Field } from "./field";
import { annotationsOf, classOf, isCanary, pathsBeside, pathsOf, type IngressPath } from "./paths";
import { trapped, type TrapId } from "./traps";
import { undecidable, type Violation } from "./violation";

const aliases = "nginx.ingress.kubernetes.io/server-alias";

/** The primaries of a canary's paths, each once. */
export function primariesOf(canary: Subject, world: World): readonly Subject[] {
  const own = pathsOf(canary);
  const primaries = pathsBeside(canary, world)
    .filter((other) => !isCanary(other.ingress) && own.some((path) => serveSame(path, other)))
    .map(({ ingress }) => ingress);
  return [...new Set(primaries)];
}

/** Every path of a canary. */
export function checkPaths(canary: Subject, world: World): Violation[] {
  const [own, beside] = [pathsOf(canary), pathsBeside(canary, world)];
  const unread = own
    .flatMap(({ field }) => [field.at("path"), field.at("backend", "service", "name")])
    .find(({ unknown }) => unknown);
  if (unread !== undefined) return [undecidable(unread)];
  return own.flatMap((path) => checkPath(path, own, beside, world));
}

function checkPath(
  path: IngressPath,
  own: readonly IngressPath[],
  beside: readonly IngressPath[],
  world: World,
): Violation[] {
  const same = beside.filter((other) => serveSame(path, other));
  const primaries = same.filter(({ ingress }) => !isCanary(ingress));
  const [primary, further] = primaries;
  if (primary === undefined) return [noPrimary(path, beside, world)];
  return [
    ...same.filter(({ ingress }) => isCanary(ingress)).map((other) => second(path, other)),
    ...(further === undefined ? [] : [secondPrimary(path, primary, further)]),
    ...(primary.service === path.service ? [sameService(path, primary)] : []),
    ...beside
      .filter(({ service }) => service === path.service && service !== primary.service)
      .map((other) => alsoServed(path, other)),
    ...splits(path, primary, own, beside),
    ...beside
      .filter((other) => !isCanary(other.ingress) && other.service === primary.service)
      .filter((other) => !own.some((each) => serveSame(each, other)))
      .map((other) => dragged(path, primary, other)),
    ...checkCertificates(path, primary),
  ];
}

const serveSame = (one: IngressPath, other: IngressPath): boolean =>
  one.host === other.host && one.path === other.path && one.pathType === other.pathType;

const shown = ({ host, path, pathType }: IngressPath): string =>
  `${host === "" ? "every host" : host}${path} (${pathType})`;

/** Why a canary has no primary, as far as what is in sight tells. */
function noPrimary(path: IngressPath, beside: readonly IngressPath[], world: World): Violation {
  const elsewhere = ["networking.k8s.io", "extensions"]
    .flatMap((group) => world.ofKind(group, "Ingress"))
    .filter((other) => other !== path.ingress && isIngress(other) && !isCanary(other))
    .filter((other) => classOf(other) === classOf(path.ingress));
  const alias = elsewhere.find(
    (other) => sharesNamespace(path.ingress, other) === "yes" && aliasesOf(other).includes(path.host),
  );
  if (alias !== undefined) {
    return trapped(
      "alias-host",
      path.field,
      `${shown(path)}, a host that ${named(alias)} has as a server-alias alone`,
    );
  }
  const abroad = elsewhere
    .filter((other) => sharesNamespace(path.ingress, other) === "no")
    .find((other) => pathsOf(other).some((one) => serveSame(path, one)));
  const near = beside.find((other) => !isCanary(other.ingress) && other.host === path.host);
  const instead = near === undefined ? "" : `; ${named(near.ingress)} serves ${shown(near)}`;
  const found = `${shown(path)}, which no other Ingress of the namespace and class serves`;
  return abroad === undefined
    ? trapped("no-primary", path.field, `${found}${instead}`)
    : trapped(
        "cross-namespace",
        path.field,
        `${found}; ${named(abroad)} of namespace ${abroad.namespace ?? "default"} does`,
      );
}

const aliasesOf = (ingress: Subject): readonly string[] =>
  (annotationsOf(ingress).at(aliases).text() ?? "")
    .toLowerCase()
    .split(",")
    .map((host) => host.trim());

const refusal =
  (trap: TrapId, found: (path: IngressPath, other: IngressPath) => string, at: "path" | "backend" = "path") =>
  (path: IngressPath, other: IngressPath): Violation =>
    trapped(trap, at === "path" ? path.field : path.field.at("backend"), found(path, other));

const second = refusal(
  "second-canary",
  (path, other) => `${shown(path)}, of which ${named(other.ingress)} is a canary as well`,
);

const secondPrimary = (path: IngressPath, primary: IngressPath, further: IngressPath): Violation =>
  trapped(
    "second-primary",
    path.field,
    `${shown(path)}, which both ${named(primary.ingress)} and ${named(further.ingress)} serve`,
  );

const sameService = refusal(
  "same-service",
  (path, primary) =>
    `Service/${path.service}, which is the primary's in ${named(primary.ingress)}${agesOf(path, primary)}`,
  "backend",
);

/** Who of the two is older decides what happens; files do not say. */
function agesOf({ ingress: canary }: IngressPath, { ingress: primary }: IngressPath): string {
  const [mine, its] = [canary, primary].map(({ object }) =>
    Date.parse(object.at("metadata", "creationTimestamp").text() ?? ""),
  );
  if (mine === undefined || its === undefined || Number.isNaN(mine) || Number.isNaN(its)) return "";
  return its > mine
    ? ", newer than the canary: its host answers 404"
    : ", older than the canary: the canary gets nothing";
}

const alsoServed = refusal(
  "canary-service-shared",
  (path, other) => `Service/${path.service}, which ${named(other.ingress)} sends ${shown(other)} to as well`,
  "backend",
);

/** A primary's Service has one canary, so that paths of one canary that it serves cannot go to two Services. */
function splits(
  path: IngressPath,
  primary: IngressPath,
  own: readonly IngressPath[],
  beside: readonly IngressPath[],
): Violation[] {
  const before = own.slice(0, own.indexOf(path)).find((other) => {
    const its = beside.find((one) => serveSame(other, one) && !isCanary(one.ingress));
    return its?.service === primary.service && other.service !== path.service;
  });
  if (before === undefined) return [];
  const found = `Service/${path.service} as a canary of Service/${primary.service}, of which Service/${before.service} is one already, by ${shown(before)}`;
  return [trapped("second-canary", path.field.at("backend"), found)];
}

const dragged = (path: IngressPath, primary: IngressPath, other: IngressPath): Violation =>
  trapped(
    "primary-service-shared",
    path.field,
    `a canary of Service/${primary.service}, behind which ${named(other.ingress)} also serves ${shown(other)}: its requests go to the canary too`,
  );

/** The certificate is the primary's: another one on the canary is never used. */
function checkCertificates(path: IngressPath, primary: IngressPath): Violation[] {
  const [own, used] = [secretOf(path), secretOf(primary)];
  if (own?.text() === undefined || used?.text() === undefined || own.text() === used.text()) return [];
  const instead = `${named(primary.ingress)} serves ${path.host} with ${used.shown()}`;
  return [trapped("certificate", own, `${own.shown()}, which is never used: ${instead}`)];
}

function secretOf({ ingress, host }: IngressPath): Field | undefined {
  return ingress.object
    .at("spec", "tls")
    .items()
    .find((entry) =>
      entry
        .at("hosts")
        .items()
        .some((each) => each.text()?.toLowerCase() === host),
    )
    ?.at("secretName");
}
