/** A checklist as data: every line of a document, with the way in which it is met. A line without one does not compile. */
import type { ReleasePolicyName } from "../policies/names";
import type { Fact, FindingKind } from "./fact";
import type { Completion } from "./signatures/statement";
import type { Text } from "./text";

/** When a line is due: `before` blocks the release, `during` blocks the next step, `after` blocks its completion. */
export type Moment = "before" | "during" | "after";

export type Stack = "develop" | "staging" | "production";

/** Who signs, by the document's own names. Keys stand in the stack file, by these ids. */
export const roles = [
  "backend-lead",
  "dev-lead",
  "devops",
  "product-owner",
  "qa",
  "release-manager",
  "sre-lead",
] as const;
export type Role = (typeof roles)[number];

/** What a line's test is told of the release at hand. */
export interface ReleaseContext {
  readonly system: string;
  readonly version: string;
  readonly commit: string;
  readonly stack: string;
  /** Digests of the release's images, `sha256:…`. */
  readonly images: readonly string[];
}

/** A report of the record says so; `report` makes it. */
export interface ByReport {
  readonly by: "report";
  readonly kind: FindingKind;
  /** Name of the report among those of its kind. @default - the only one of its kind, whatever its name */
  readonly name?: string;
  /** Most seconds between the report and the release. @default - a report does not age: it is bound to its commit or digest */
  readonly maxAge?: number;
  /** What the report lacks, as the end of a sentence that begins with its file; undefined where the line is met. */
  readonly test: (fact: Fact, release: ReleaseContext) => string | undefined;
}

/** A resource that the stack declares. */
export interface ByResource {
  readonly by: "resource";
  /** Kind as a preview shows it: `PrometheusRule`, `aws:ecr:Repository`. */
  readonly kind: string;
  /** Its name, or a pattern of it. @default - one of the kind, in the system's namespace, will do */
  readonly name?: string | RegExp;
}

/** A named person's signature. */
export interface BySignOff {
  readonly by: "sign-off";
  readonly role: Role;
}

/** The signed end of the release. */
export interface ByCompletion {
  readonly by: "completion";
  /** What it lacks, as the end of a sentence that begins with "the completion"; undefined where the line is met. */
  readonly test: (completion: Completion) => string | undefined;
}

/** Several: `all` of them are needed, or `any` one is enough. */
export interface BySeveral {
  readonly by: "all" | "any";
  readonly ways: readonly [Way, Way, ...Way[]];
}

/** The way in which a line is met. */
export type Way = ByReport | ByResource | BySignOff | ByCompletion | BySeveral;

/** One line of a checklist. */
export interface Line {
  /** Unique in its checklist and stable, for waivers and sign-offs: `code-review`. */
  readonly id: string;
  /** The document's own heading over it. */
  readonly section: Text;
  /** The document's own words, in Spanish, and their translation. */
  readonly text: Text;
  readonly moment: Moment;
  /** The rows of requirements.md that it serves. */
  readonly requirements: readonly string[];
  readonly stacks: readonly Stack[];
  readonly way: Way;
  /** Command that would supply what is missing; `SYSTEM`, `VERSION` and `STACK` are filled in. @default - made from the way */
  readonly command?: string;
  /** The policy that refuses a release without it. @default "release-checklist" */
  readonly policy?: ReleasePolicyName;
}

/** The checklist of one document. */
export interface Checklist {
  readonly system: string;
  readonly title: Text;
  readonly lines: readonly Line[];
}

/** A line's way by a report: the test is typed by the kind. */
export function report<Kind extends FindingKind>({
  test,
  ...way
}: Omit<ByReport, "by" | "kind" | "test"> & {
  readonly kind: Kind;
  readonly test: (fact: Fact<Kind>, release: ReleaseContext) => string | undefined;
}): ByReport {
  return {
    by: "report",
    ...way,
    test: (fact, release) =>
      isOfKind(fact, way.kind) ? test(fact, release) : `is a report of kind ${fact.kind}, not ${way.kind}`,
  };
}

function isOfKind<Kind extends FindingKind>(fact: Fact, kind: Kind): fact is Fact<Kind> {
  return fact.kind === kind;
}

/** Roles by the documents' own names. */
export const roleTitles: Readonly<Record<Role, string>> = {
  "backend-lead": "Backend Lead",
  "dev-lead": "Dev Lead",
  devops: "DevOps",
  "product-owner": "Product Owner",
  qa: "QA",
  "release-manager": "Release Manager",
  "sre-lead": "SRE Lead",
};

/** Roles whose signature a way asks for. */
export function rolesOf(way: Way): readonly Role[] {
  if (way.by === "sign-off") return [way.role];
  return way.by === "all" || way.by === "any" ? way.ways.flatMap(rolesOf) : [];
}

/** The lines that a role signs on a stage, of the moments given. */
export function linesSignedBy(
  { lines }: Checklist,
  role: Role,
  stage: Stack,
  moments: readonly Moment[] = ["before"],
): readonly Line[] {
  return lines.filter(
    (line) =>
      line.stacks.includes(stage) && moments.includes(line.moment) && rolesOf(line.way).includes(role),
  );
}
