/**
 * The rules over releases as policies of Pulumi's: each sits on the root stack resource, the first that the engine registers, so that
 * nothing is created where one refuses, with `--skip-preview` too. The program asks the same gate by itself (`systems/releases.ts`).
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type {
  PolicyResource,
  ReportViolation,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import * as z from "zod";
import { auditsOf } from "../evidence/audit";
import { deployedBy } from "../evidence/deployed";
import type { SystemVerdict } from "../evidence/gate";
import { gatedSystems, type SystemFields } from "../evidence/gated-systems";
import { refusalsOf, stackVerdict } from "../evidence/release-verdict";
import type { Refusal } from "../evidence/verdict";
import { releaseWindow } from "../settings/alerting";
import { evidence } from "../settings/evidence";
import { formatPath } from "../settings/mistakes";
import { Field, isRecord } from "./checks/field";
import { releasePolicyNames, type ReleasePolicyName } from "./names";
import { onRoot } from "./root";
import type { StackValues } from "./stack";
import { plain } from "./unknown";

/** What the policies judge. */
export interface ReleasePolicies {
  readonly stack: string;
  /** The stack file's values, by what follows `golive:`. */
  readonly values: StackValues;
  /** Where the folder `releases` may lie, tried in order. */
  readonly folders: readonly string[];
  readonly now: Date;
}

/** What each policy says, and the rows that it serves. */
export const releasePolicyTexts: Readonly<Record<ReleasePolicyName, string>> = {
  "release-record":
    "Every image of the stack has its release record, or is adopted with a reason. (K27, L20)",
  "release-checklist":
    "Every line of the document's checklist that is due before the release is met. (K10, K11, K12, G1, E10)",
  "release-version": "Production runs semantic versions alone: vX.Y.Z. (L3)",
  "release-soak": "The same images ran on an earlier stack, as long and as well as the stack asks. (G9)",
  "release-window": "A release begins within its windows, unless somebody answers for another time. (S1)",
  "release-approvals": "Every role that the document names has signed for these images. (L9, G16)",
  "release-migration":
    "A migration was reviewed and tried, its reverse too, and there is a backup that can be read. (G2, G3, L13)",
  "release-alerts": "No critical alert of the system is active. (L20)",
  "release-rollback": "The way back is written down, and there is a restore point. (K13)",
  "release-notes": "CHANGELOG and release notes speak of this version. (K27, G15, L20)",
};

/** A policy over releases; two of them judge the stack's resources too, once all are known. */
export type ReleasePolicy = ResourceValidationPolicy & Partial<StackValidationPolicy>;

/** The policies, in the order of their names. */
export function releasePolicies(given: ReleasePolicies): readonly ReleasePolicy[] {
  let judged: Promise<Judged> | undefined;
  const verdict = () => (judged ??= judge(given));
  const overResources: Readonly<Partial<Record<ReleasePolicyName, OverResources>>> = {
    "release-record": async (resources) => unrecorded(await verdict(), resources),
    "release-checklist": async (resources) => {
      const before = new Set((await verdict()).refusals.map(({ message }) => message));
      const { refusals } = await judge(given, declared(resources));
      return refusals.filter(({ message }) => !before.has(message));
    },
  };
  return releasePolicyNames.map((name) => {
    const over = overResources[name];
    return {
      name,
      description: releasePolicyTexts[name],
      severity: "critical",
      enforcementLevel: "mandatory",
      validateResource: onRoot(async (report) => {
        const { refusals } = await verdict();
        tell(
          refusals.filter(({ policy }) => policy === name),
          report,
        );
      }),
      ...(over !== undefined && {
        validateStack: async ({ resources }, report) => {
          tell(await over(resources), report);
        },
      }),
    };
  });
}

type OverResources = (resources: readonly PolicyResource[]) => Promise<readonly Refusal[]>;

function tell(refusals: readonly Refusal[], report: ReportViolation): void {
  if (refusals.length > 0) report(refusals.map(({ message }) => message).join("\n"));
}

type Resources = (kind: string, name?: string | RegExp) => boolean;

interface Judged {
  readonly verdicts: readonly SystemVerdict[];
  readonly refusals: readonly Refusal[];
}

async function judge(
  { stack, values, folders, now }: ReleasePolicies,
  resources?: Resources,
): Promise<Judged> {
  const systems = Object.entries(values).map(([system, value]) => fieldsOf(system, value));
  const wrong = systems.flatMap((each) => ("refusal" in each ? [each.refusal] : []));
  const read = systems.flatMap((each) => ("fields" in each ? [[each.system, each.fields] as const] : []));
  const verdicts = await stackVerdict({
    stack,
    systems: gatedSystems(Object.fromEntries(read)),
    folder: releasesFolder(folders),
    now,
    ...(resources !== undefined && { resources }),
  });
  return { verdicts, refusals: [...wrong, ...refusalsOf(verdicts)] };
}

/** The records that were judged and that the stack does not declare as they are: its audit trail would lack them, or have others. */
function unrecorded({ verdicts }: Judged, resources: readonly PolicyResource[]): readonly Refusal[] {
  const declaredDigests = resources
    .filter(({ type }) => type === "kubernetes:core/v1:ConfigMap")
    .map(({ props }) => Field.of(plain(props)))
    .filter((map) => !map.at("metadata", "labels", "golive.dev/release-record").absent)
    .filter((map) => map.at("immutable").text() === "true")
    .map((map) => map.at("metadata", "annotations", "golive.dev/digest").text());
  return verdicts.flatMap((verdict) =>
    auditsOf(verdict)
      .filter(({ digest }) => !declaredDigests.includes(digest))
      .map(({ system, version, digest }): Refusal => {
        const message = `${system} ${version} on ${verdict.stack}: the stack declares no immutable ConfigMap of its record ${digest}: components/release-record.ts declares one`;
        return { policy: "release-record", system, version, message };
      }),
  );
}

const releasesFolder = (folders: readonly string[]): string =>
  folders.map((folder) => join(folder, "releases")).find((folder) => existsSync(folder)) ?? "releases";

const view = z.looseObject({
  namespace: z.string().default(""),
  evidence: evidence.optional(),
  alerting: z.looseObject({ releaseWindows: z.array(releaseWindow).default([]) }).optional(),
  canary: z.looseObject({ phase: z.coerce.string() }).optional(),
});

type Read =
  | { readonly system: string; readonly fields: SystemFields }
  | { readonly refusal: Refusal }
  | { readonly none: true };

/** A key of the stack file that deploys something is a system's; what else is wrong with it is for the program to say. */
function fieldsOf(system: string, value: unknown): Read {
  if (!isRecord(value) || deployedBy(system, value).length === 0) return { none: true };
  const { data, error } = view.safeParse(value);
  if (data !== undefined) return { system, fields: data };
  const [issue] = error.issues;
  const path = formatPath([`golive:${system}`, ...(issue?.path ?? []).map(step)]);
  const message = `${path}: ${issue?.message ?? "it cannot be read"}: until it is mended, no release can be judged`;
  return { refusal: { policy: "release-record", system, message } };
}

const step = (key: PropertyKey) => (typeof key === "number" ? key : String(key));

/** What a stack declares, by kind and by the resource's name in the program, as `golive release check` asks. */
function declared(resources: readonly PolicyResource[]): Resources {
  const items = resources.map(({ type, name }) => ({ kind: kindOf(type), name }));
  return (kind, name) =>
    items.some(
      (item) =>
        item.kind === kind &&
        (name === undefined || (typeof name === "string" ? item.name === name : name.test(item.name))),
    );
}

/** `kubernetes:core/v1:Namespace` → `Namespace`, `aws:ecr/repository:Repository` → `aws:ecr:Repository`. */
const kindOf = (type: string): string =>
  type.startsWith("kubernetes:") ? (type.split(":").at(-1) ?? type) : type.replace(/\/\w+:/, ":");
