/**
 * Canaries of ingress-nginx: what its controller does with the annotations, and not what they seem to say. A weight that it cannot read is 0, a
 * canary without its primary serves nothing, and a Service has one canary for all the hosts that it stands behind.
 * https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary
 */
import type { Subject } from "../subject";
import type { World } from "../world";
import { primariesOf, checkPaths } from "./canary-paths";
import { checkServices } from "./canary-services";
import type { Field } from "./field";
import { annotationsOf, isCanary } from "./paths";
import { trapped } from "./traps";
import { undecidable, type Violation } from "./violation";

const nginx = "nginx.ingress.kubernetes.io/";
const prefix = `${nginx}canary`;
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
    ...checkOthers(canary, world),
    ...checkAffinity(canary, world),
    ...checkPaths(canary, world),
    ...checkServices(canary, world),
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
  const why = off ? ` beside ${others.join(", ")}` : ", which ingress-nginx cannot read";
  return [trapped("canary-mark", mark, `${mark.shown()}${why}`)];
}

function checkChoice(canary: Subject): Violation[] {
  const chosen = ["weight", "by-header", "by-cookie"].some((name) => !annotation(canary, name).absent);
  if (chosen) return [];
  return [
    trapped("canary-choice", annotation(canary, "weight"), "absent, so that no request goes to the canary"),
  ];
}

/** Weight and total of a canary as ingress-nginx uses them: it ignores a total below 100. */
function checkWeight(canary: Subject): Violation[] {
  const [weight, total] = [annotation(canary, "weight"), annotation(canary, "weight-total")];
  const highest = total.absent ? defaultTotal : wholeOf(total);
  const totals =
    highest === undefined || highest < defaultTotal
      ? [trapped("total-below-100", total, `${total.shown()}${highest === undefined ? "" : ignored}`)]
      : [];
  const share = weight.absent ? 0 : wholeOf(weight);
  const allowed = `a whole number from 0 to ${highest ?? defaultTotal}`;
  if (share === undefined) {
    const found = `${weight.shown()}, which ingress-nginx takes for 0`;
    return [...totals, trapped("weight-unreadable", weight, found, allowed)];
  }
  return share <= Math.max(defaultTotal, highest ?? 0)
    ? totals
    : [...totals, trapped("weight-above-total", weight, weight.shown(), allowed)];
}

const ignored = ", which ingress-nginx ignores below 100";

function wholeOf(field: Field): number | undefined {
  const text = field.text() ?? "";
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** A header's value or pattern needs the header, and of the two only the value is read. */
function checkHeader(canary: Subject): Violation[] {
  const header = annotation(canary, "by-header");
  const [value, pattern] = [annotation(canary, "by-header-value"), annotation(canary, "by-header-pattern")];
  const alone = header.absent ? [value, pattern].filter(({ absent }) => !absent) : [];
  const both = !value.absent && !pattern.absent ? [pattern] : [];
  const instead = header.absent ? "without canary-by-header" : "beside canary-by-header-value";
  return [
    ...[...alone, ...both].map((field) =>
      trapped("header-ignored", field, `${field.shown()}, which ingress-nginx ignores ${instead}`),
    ),
    ...(["never", "always"].includes(value.text() ?? "")
      ? [trapped("header-never", value, value.shown())]
      : []),
    ...(isPattern(pattern.text() ?? "") ? [] : [trapped("header-regex", pattern, pattern.shown())]),
  ];
}

/** Forms of PCRE that JavaScript has not: a pattern with one is let through unread. */
const PCRE_ALONE = /\(\?[P>|#&R\d+-]|\(\?[a-zA-Z-]+[):]|[+*?}]\+|\\[AZzGKQEhHRvVX]|\[\[:|\(\*/;

function isPattern(pattern: string): boolean {
  try {
    return new RegExp(pattern).source !== "";
  } catch {
    return PCRE_ALONE.test(pattern);
  }
}

/** What counts on a canary beside its own annotations. */
const COUNTS =
  /^(?:canary(?:-.*)?|load-balance|upstream-hash-by(?:-.*)?|affinity(?:-.*)?|session-cookie-.*)$/;

/** Annotations of ingress-nginx that it does not read on a canary, where they say other than the primary's. */
function checkOthers(canary: Subject, world: World): Violation[] {
  const primaries = primariesOf(canary, world);
  const own = annotationsOf(canary);
  return own
    .keys()
    .filter((key) => key.startsWith(nginx) && !COUNTS.test(key.slice(nginx.length)))
    .filter((key) => primaries.some((primary) => differs(own.at(key), annotationsOf(primary).at(key))))
    .map((key) =>
      trapped("ignored-annotation", own.at(key), `${own.at(key).shown()}, which it ignores on a canary`),
    );
}

const differs = (one: Field, other: Field): boolean => !other.unknown && one.text() !== other.text();

/** Sessions of a canary go on at weight 0. */
function checkAffinity(canary: Subject, world: World): Violation[] {
  const weight = annotation(canary, "weight");
  if (weight.absent || wholeOf(weight) !== 0) return [];
  return primariesOf(canary, world)
    .filter((primary) => {
      const annotations = annotationsOf(primary);
      const [affinity, behaviour] = [
        annotations.at(`${nginx}affinity`),
        annotations.at(`${nginx}affinity-canary-behavior`),
      ];
      return affinity.text() === "cookie" && behaviour.text() !== "legacy";
    })
    .map(({ name }) =>
      trapped(
        "affinity-outlives-weight",
        weight,
        `${weight.shown()} beside the session affinity of Ingress/${name}`,
      ),
    );
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
    {
      path: weight.path,
      found: `${weight.shown()}, which is ${percent} % of the requests`,
      allowed: `a step of the ladder: 0, ${ladder.join(", ")} %`,
      mend: "move the canary one step of the ladder at a time",
    },
  ];
}
