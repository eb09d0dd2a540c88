/**
 * Canaries of ingress-nginx: what its controller does with the annotations, and not what they seem to say. A weight that it cannot read is 0, a
 * canary without its primary serves nothing, and a Service has one canary for all the hosts that it stands behind.
 * https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary
 */
import { named, type Subject } from "../subject";
import type { World } from "../world";
import type { Field } from "./field";
import { annotationsOf, isCanary, pathsBeside, pathsOf, type IngressPath } from "./paths";
import { undecidable, type Violation } from "./violation";

const prefix = "nginx.ingress.kubernetes.io/canary";
const defaultTotal = 100;

const annotation = (ingress: Subject, name = ""): Field =>
  annotationsOf(ingress).at(name === "" ? prefix : `${prefix}-${name}`);

/** True for an Ingress with an annotation of canaries, whatever it says. */
export function hasCanary(ingress: Subject): boolean {
  const annotations = annotationsOf(ingress);
  return annotations.unknown || annotations.keys().some((key) => key.startsWith(prefix));
}

/** A canary Ingress does what it says: its annotations are read as they are meant, and its primary, paths and Services fit. */
export function checkCanary(canary: Subject, world: World): Violation[] {
  const annotations = annotationsOf(canary);
  const unread = [annotations, ...annotations.keys().map((key) => annotations.at(key))].find(
    ({ unknown }) => unknown,
  );
  if (unread !== undefined) return [undecidable(unread)];
  if (!isCanary(canary)) return checkMark(canary);
  const rules = canary.object.at("spec", "rules");
  if (rules.unknown) return [undecidable(rules)];
  return [
    ...checkChoice(canary),
    ...checkWeight(canary),
    ...checkHeader(canary),
    ...checkPaths(canary, world),
  ];
}

/** `canary: "false"` alone is an Ingress as any other; beside other annotations of canaries it makes a second primary. */
function checkMark(ingress: Subject): Violation[] {
  const mark = annotation(ingress);
  const others = annotationsOf(ingress)
    .keys()
    .filter((key) => key.startsWith(`${prefix}-`));
  const off = mark.absent || /^(0|f|F|FALSE|false|False)$/.test(mark.text() ?? "");
  if (off && others.length === 0) return [];
  return [
    refused(
      mark,
      off
        ? `${mark.shown()} beside ${others.join(", ")}`
        : `${mark.shown()}, which ingress-nginx cannot read`,
      '"true", or no annotation of canaries at all',
      'set it to "true": without it the Ingress is a second primary, and may take every request',
    ),
  ];
}

function checkChoice(canary: Subject): Violation[] {
  const chosen = ["weight", "by-header", "by-cookie"].some((name) => !annotation(canary, name).absent);
  if (chosen) return [];
  return [
    refused(
      annotation(canary, "weight"),
      "absent, so that no request goes to the canary",
      "a weight, a header or a cookie that sends requests to it",
      "set canary-weight, or remove the Ingress",
    ),
  ];
}

/** Weight and total of a canary as ingress-nginx uses them: it ignores a total below 100. */
function checkWeight(canary: Subject): Violation[] {
  const [weight, total] = [annotation(canary, "weight"), annotation(canary, "weight-total")];
  const highest = total.absent ? defaultTotal : wholeOf(total);
  const totals =
    highest === undefined || highest < defaultTotal
      ? [
          refused(
            total,
            highest === undefined ? total.shown() : `${total.shown()}, which ingress-nginx ignores below 100`,
            "a whole number, at least 100",
            "set it to 100 or more, or remove it",
          ),
        ]
      : [];
  const share = weight.absent ? 0 : wholeOf(weight);
  if (share !== undefined && share <= Math.max(defaultTotal, highest ?? 0)) return totals;
  return [
    ...totals,
    refused(
      weight,
      share === undefined ? `${weight.shown()}, which ingress-nginx takes for 0` : weight.shown(),
      `a whole number from 0 to ${highest ?? defaultTotal}`,
      'write the number alone, such as "10"',
    ),
  ];
}

function wholeOf(field: Field): number | undefined {
  const text = field.text() ?? "";
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** A header's value or pattern needs the header, and of the two only the value is read. */
function checkHeader(canary: Subject): Violation[] {
  const [header, value, pattern] = ["by-header", "by-header-value", "by-header-pattern"].map((name) =>
    annotation(canary, name),
  );
  if (header === undefined || value === undefined || pattern === undefined) return [];
  const ignored = header.absent ? [value, pattern].filter(({ absent }) => !absent) : [];
  const both = !value.absent && !pattern.absent ? [pattern] : [];
  return [...ignored, ...both].map((field) =>
    refused(
      field,
      `${field.shown()}, which ingress-nginx ignores ${header.absent ? "without canary-by-header" : "beside canary-by-header-value"}`,
      "canary-by-header with one of canary-by-header-value and canary-by-header-pattern",
      "name the header, and keep one of the two",
    ),
  );
}

function checkPaths(canary: Subject, world: World): Violation[] {
  const [own, beside] = [pathsOf(canary), pathsBeside(canary, world)];
  const unread = own
    .flatMap(({ field }) => [field.at("path"), field.at("backend", "service", "name")])
    .find(({ unknown }) => unknown);
  if (unread !== undefined) return [undecidable(unread)];
  return own.flatMap((path) => checkPath(path, own, beside));
}

function checkPath(
  path: IngressPath,
  own: readonly IngressPath[],
  beside: readonly IngressPath[],
): Violation[] {
  const same = beside.filter((other) => serveSame(path, other));
  const primaries = same.filter(({ ingress }) => !isCanary(ingress));
  const [primary] = primaries;
  if (primary === undefined) return [noPrimary(path, beside)];
  return [
    ...same.filter(({ ingress }) => isCanary(ingress)).map((other) => second(path, other)),
    ...(primary.service === path.service ? [sameService(path, primary)] : []),
    ...beside
      .filter(({ service }) => service === path.service && service !== primary.service)
      .map((other) => alsoServed(path, other)),
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

function noPrimary(path: IngressPath, beside: readonly IngressPath[]): Violation {
  const near = beside.find((other) => !isCanary(other.ingress) && other.host === path.host);
  const instead = near === undefined ? "" : `; ${named(near.ingress)} serves ${shown(near)}`;
  return refused(
    path.field,
    `${shown(path)}, which no other Ingress of the namespace and class serves${instead}`,
    "host, path and pathType of a primary Ingress",
    "make all three the primary's, or remove the canary with its primary",
  );
}

const second = (path: IngressPath, other: IngressPath): Violation =>
  refused(
    path.field,
    `${shown(path)}, of which ${named(other.ingress)} is a canary as well`,
    "one canary for each path: ingress-nginx uses only the oldest",
    "remove one of the two canaries",
  );

const sameService = (path: IngressPath, primary: IngressPath): Violation =>
  refused(
    path.field.at("backend"),
    `Service/${path.service}, which is the primary's in ${named(primary.ingress)}`,
    "a Service of the canary's own",
    "give the new version a Service of its own",
  );

const alsoServed = (path: IngressPath, other: IngressPath): Violation =>
  refused(
    path.field.at("backend"),
    `Service/${path.service}, which ${named(other.ingress)} sends ${shown(other)} to as well`,
    "a Service that no other Ingress uses",
    "give the canary a Service of its own",
  );

const dragged = (path: IngressPath, primary: IngressPath, other: IngressPath): Violation =>
  refused(
    path.field,
    `a canary of Service/${primary.service}, behind which ${named(other.ingress)} also serves ${shown(other)}: its requests go to the canary too`,
    "a primary whose Service is behind the canary's own paths alone",
    "give the primary a Service for these paths alone",
  );

/** The certificate is the primary's: another one on the canary is never used. */
function checkCertificates(path: IngressPath, primary: IngressPath): Violation[] {
  const [own, used] = [secretOf(path), secretOf(primary)];
  if (own?.text() === undefined || used?.text() === undefined || own.text() === used.text()) return [];
  return [
    refused(
      own,
      `${own.shown()}, which is never used: ${named(primary.ingress)} serves ${path.host} with ${used.shown()}`,
      "the primary's Secret",
      "name the primary's Secret",
    ),
  ];
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

/** A canary's share of requests is a step of the ladder; an empty ladder has every step. */
export function checkPhase(canary: Subject, ladder: readonly number[]): Violation[] {
  const [weight, total] = [annotation(canary, "weight"), annotation(canary, "weight-total")];
  if (ladder.length === 0 || (!weight.unknown && weight.absent)) return [];
  const unread = [weight, total].find(({ unknown }) => unknown);
  if (unread !== undefined) return [undecidable(unread)];
  const highest = Math.max(defaultTotal, wholeOf(total) ?? defaultTotal);
  const percent = ((wholeOf(weight) ?? 0) * 100) / highest;
  if (percent === 0 || ladder.includes(percent)) return [];
  return [
    refused(
      weight,
      `${weight.shown()}, which is ${percent} % of the requests`,
      `a step of the ladder: 0, ${ladder.join(", ")} %`,
      "move the canary one step of the ladder at a time",
    ),
  ];
}

function refused(field: Field, found: string, allowed: string, mend: string): Violation {
  return { path: field.path, found, allowed, mend };
}
