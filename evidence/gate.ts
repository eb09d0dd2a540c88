/**
 * Whether a stack may deploy what its file says of a system: every image has its release record, and every record shows
 * what the document's checklist and golive ask for (rows K5, K10–K13, K27, L3, L9, L20, G1–G3, G9, G15, G16, S1, E10). Pure.
 */
import type { ReleasePolicyName } from "../policies/names";
import { endOf } from "../settings/date";
import { stageOf, type EvidenceSettings } from "../settings/evidence";
import type { Before, Judged as Finding } from "../migrations/verdict";
import { checklistOf } from "./checklists";
import { nameOf, type Deployed } from "./deployed";
import { judgeLines, judgeWaivers, linesOf, type Judged } from "./judge";
import { rolesOf, roleTitles, type Checklist } from "./line";
import type { MigrationFolder } from "./migration-review";
import {
  destructive,
  judgeMigrations,
  migrationRefusals,
  type MigrationReview,
  type MigrationVerdict,
} from "./migration-verdict";
import { ownLines } from "./own-lines";
import type { ReleaseRecord } from "./record";
import { evidenceFor, type Evidence, type LoadedRecord } from "./records";
import type { Approval, Completion, SignatureVerdict } from "./signatures";
import type { Language } from "./text";
import type { LineVerdict, Refusal } from "./verdict";
import { isWithin, momentOf, windowsText, type Window } from "./window";

/** What a stack file says of a system, as far as the gate asks. */
export interface GatedSystem {
  readonly system: string;
  readonly namespace: string;
  readonly deployed: readonly Deployed[];
  /** @default - the stack file asks for nothing, which production refuses */
  readonly evidence?: EvidenceSettings | undefined;
  /** When a release may begin. Empty: at any time. */
  readonly windows: readonly Window[];
  /** Whether the system migrates a database. */
  readonly migrates: boolean;
  /** Where its migrations lie. @default - nowhere that the stack file says: none is reviewed */
  readonly migrations?: MigrationFolder | undefined;
  /** Whether the stack takes the system back to what ran before: a way back is never barred. */
  readonly goesBack: boolean;
}

/** A record, with its signatures verified. */
export interface Release {
  readonly loaded: LoadedRecord;
  readonly approvals: readonly SignatureVerdict<Approval>[];
  /** @default - the release has not ended */
  readonly completion?: SignatureVerdict<Completion, "completion"> | undefined;
  /** What ran before it. @default - not known */
  readonly before?: Before | undefined;
}

/** What the gate judges. */
export interface Gated {
  readonly stack: string;
  readonly system: GatedSystem;
  /** Records of the system that name one of its images, in any order. */
  readonly releases: readonly Release[];
  /** What is wrong with records that cannot be read, a sentence each. */
  readonly unread: readonly string[];
  readonly now: Date;
  /** The review of its migrations. @default - it has no folder of them */
  readonly review?: MigrationReview | undefined;
  /** Whether the stack declares a resource. @default - not known: lines that ask for one are `later`, and refuse nothing */
  readonly resources?: Judged["resources"];
}

/** An image of a stack, with what speaks for it. */
export interface ImageVerdict {
  readonly image: Deployed;
  readonly by:
    | { readonly kind: "record"; readonly version: string }
    | { readonly kind: "adopted"; readonly reason: string; readonly owner: string }
    /** A release that was approved for the stack names it as its way back. */
    | { readonly kind: "way-back"; readonly from: string }
    /** Nothing does, and the stack asks for nothing. */
    | { readonly kind: "not-gated" }
    | { readonly kind: "nothing" };
}

/** A record, judged. */
export interface ReleaseVerdict extends Release, Evidence {
  /** The document's checklist, and what golive asks for beside it. */
  readonly checklist: Checklist;
  /** Every line of it on the stack. */
  readonly lines: readonly LineVerdict[];
  /** The instant as of which it was judged: its start, where it has ended. */
  readonly asOf: Date;
  readonly refusals: readonly Refusal[];
}

/** What became of a system. */
export interface SystemVerdict {
  readonly stack: string;
  readonly system: string;
  readonly language: Language;
  readonly images: readonly ImageVerdict[];
  readonly releases: readonly ReleaseVerdict[];
  readonly migrations: MigrationVerdict;
  /** All that speaks against it, those of its releases among them. None: it may be deployed. */
  readonly refusals: readonly Refusal[];
}

/** Judges what a stack deploys of a system. */
export function judgeSystem(gated: Gated): SystemVerdict {
  const { stack, system } = gated;
  const evidence = system.evidence;
  const common = {
    stack,
    system: system.system,
    language: evidence?.language ?? "es",
  } as const;
  if (evidence === undefined) {
    const images = system.deployed.map((image) => ({ image, by: { kind: "not-gated" } }) as const);
    const migrations = migrationsOf(gated, []);
    return {
      ...common,
      images,
      releases: [],
      migrations,
      refusals: [...ungated(gated), ...ofMigrations(gated, migrations)],
    };
  }
  const images = system.deployed.map((image) => imageVerdict(image, gated, evidence));
  const versions = new Set(images.flatMap(({ by }) => (by.kind === "record" ? [by.version] : [])));
  const deployed = gated.releases.filter(({ loaded }) => versions.has(loaded.record.version));
  const migrations = migrationsOf(gated, deployed);
  const asked = destructive(migrations);
  const releases = deployed.map((release) => judgeRelease(release, gated, evidence, asked));
  const refusals = [
    ...gated.unread.map((message) => ({ policy: "release-record", system: system.system, message }) as const),
    ...images.flatMap((verdict) => imageRefusals(verdict, gated)),
    ...releases.flatMap((release) => release.refusals),
    ...ofMigrations(gated, migrations),
  ];
  return { ...common, images, releases, migrations, refusals };
}

const isProduction = (stack: string): boolean => stageOf(stack) === "production";

function ungated({ stack, system: { system, deployed } }: Gated): readonly Refusal[] {
  if (!isProduction(stack) || deployed.length === 0) return [];
  const message = `golive:${system}.evidence is not set, and ${stack} deploys nothing without: set who signs, and npm run golive -- release new ${system} VERSION begins the record`;
  return [{ policy: "release-record", system, message }];
}

function imageVerdict(
  image: Deployed,
  { releases, stack }: Gated,
  { adopted }: EvidenceSettings,
): ImageVerdict {
  const records = releases
    .map(({ loaded }) => loaded.record)
    .filter(({ images }) => images.some((recorded) => isSame(image, recorded)))
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  const [latest] = records;
  if (latest !== undefined) return { image, by: { kind: "record", version: latest.version } };
  const owned = adopted.find((each) => isSame(image, each));
  if (owned !== undefined)
    return { image, by: { kind: "adopted", reason: owned.reason, owner: owned.owner } };
  const left = releases.find((release) => leadsBackTo(image, release, stack));
  if (left === undefined) return { image, by: { kind: "nothing" } };
  return { image, by: { kind: "way-back", from: left.loaded.record.version } };
}

/** Whoever signed the release signed its way back with it; without a signature that holds, anybody could name one. */
function leadsBackTo(
  image: Named,
  { loaded: { record }, approvals, completion }: Release,
  stack: string,
): boolean {
  const isSigned =
    completion?.valid === true || (approvals.length > 0 && approvals.every(({ valid }) => valid));
  return (
    isSigned &&
    record.stacks[stack]?.rollback?.to === image.tag &&
    record.images.some(({ repository }) => repository === image.repository)
  );
}

type Named = Omit<Deployed, "path">;

/** By digest where both name one; an adopted image without one is any of that tag. */
const isSame = (image: Named, other: Named): boolean =>
  image.repository === other.repository &&
  image.tag === other.tag &&
  (image.digest === undefined || other.digest === undefined || image.digest === other.digest);

function imageRefusals({ image, by }: ImageVerdict, gated: Gated): readonly Refusal[] {
  if (by.kind !== "nothing") return [];
  const { system } = gated.system;
  const other = gated.releases.find(({ loaded }) =>
    loaded.record.images.some(({ repository, tag }) => repository === image.repository && tag === image.tag),
  );
  const version = other?.loaded.record.version;
  const message =
    version === undefined
      ? `${image.path} is ${nameOf(image)}, of which there is no release record: npm run golive -- release new ${system} ${image.tag}`
      : `${image.path} is ${nameOf(image)}, and the record of ${version} is of another digest: deploy that one, or npm run golive -- release new ${system} VERSION`;
  return [{ policy: "release-record", system, ...(version !== undefined && { version }), message }];
}

function judgeRelease(
  release: Release,
  gated: Gated,
  evidence: EvidenceSettings,
  destroyed: readonly Finding[],
): ReleaseVerdict {
  const { loaded, approvals, completion } = release;
  const { record } = loaded;
  const { stack, system, now } = gated;
  const asOf = completion?.valid === true ? new Date(completion.signed.start) : now;
  const checklist = wholeChecklist(record, stack, system, destroyed);
  const found = evidenceFor(loaded, stack);
  const judged: Judged = {
    record,
    stack,
    ...found,
    signatures: approvals,
    signers: evidence.signers,
    completion,
    now: asOf,
    due: completion === undefined ? "before" : "after",
    ...(gated.resources !== undefined && { resources: gated.resources }),
  };
  const lines = judgeLines(checklist, judged);
  const given = { release, gated, evidence, judged, checklist, lines, asOf };
  const refused = system.goesBack ? [] : refusalsOf(given);
  return { ...release, ...found, checklist, lines, asOf, refusals: refused };
}

/** The document's checklist, and what golive asks for beside it. */
export function wholeChecklist(
  record: ReleaseRecord,
  stack: string,
  gated: GatedSystem,
  destroyed: readonly Finding[],
): Checklist {
  const { system, namespace, migrates, evidence } = gated;
  const own = ownLines({ record, stack, namespace, soak: evidence?.soak, migrates, destroyed });
  const document = checklistOf(system);
  const title = document?.title ?? { es: `Release de ${system}`, en: `Release of ${system}` };
  return { system, title, lines: [...(document?.lines ?? []), ...own] };
}

const migrationsOf = ({ stack, review }: Gated, releases: readonly Release[]): MigrationVerdict =>
  judgeMigrations({ stack, review, before: releases.flatMap(({ before }) => before ?? []) });

/** A way back applies no migration. */
const ofMigrations = ({ stack, system: { system, goesBack } }: Gated, migrations: MigrationVerdict) =>
  goesBack ? [] : migrationRefusals(migrations, { system, stack });

interface Judging {
  readonly release: Release;
  readonly gated: Gated;
  readonly evidence: EvidenceSettings;
  readonly judged: Judged;
  readonly checklist: Checklist;
  readonly lines: readonly LineVerdict[];
  readonly asOf: Date;
}

type Said = readonly (readonly [policy: ReleasePolicyName, message: string, line?: string])[];

function refusalsOf(judging: Judging): readonly Refusal[] {
  const { record } = judging.release.loaded;
  const { system } = judging.gated.system;
  const ofLines = lineRefusals(judging);
  const told = ofLines.map(([, message]) => message).join("\n");
  const said: Said = [
    ...ended(judging),
    ...versions(judging),
    ...window(judging),
    ...ofLines,
    ...disbelieved(judging).filter(([, message]) => !told.includes(fileIn(message))),
    ...signatures(judging).filter(([, message]) => !told.includes(fileIn(message))),
    ...(ofLines.some(([policy]) => policy === "release-approvals") ? [] : quorum(judging)),
    ...waivers(judging),
  ];
  return said.map(([policy, message, line]) => ({
    policy,
    system,
    version: record.version,
    ...(line !== undefined && { line }),
    message: `${system} ${record.version} on ${judging.gated.stack}: ${message}`,
  }));
}

const fileIn = (message: string): string => message.split(" ")[0] ?? message;

/** A line of the document in its own words; two lines that lack the same thing for the same policy are one of golive's too many. */
function lineRefusals({ lines, evidence: { language } }: Judging): Said {
  const open = lines.flatMap((verdict) =>
    verdict.state === "not-met" && verdict.line.moment === "before" ? [verdict] : [],
  );
  return open.flatMap(({ line, missing, command }, index) => {
    const { policy = "release-checklist" } = line;
    const isTold = (other: (typeof open)[number]) =>
      other.missing === missing && (other.line.policy ?? "release-checklist") === policy;
    if (line.id.startsWith("golive-") && open.slice(0, index).some(isTold)) return [];
    return [[policy, `"${line.text[language]}" is not met, for ${missing}: ${command}`, line.id]] as const;
  });
}

function ended({ release: { completion, loaded }, gated: { stack } }: Judging): Said {
  if (completion === undefined) return [];
  if (!completion.valid) {
    return [
      [
        "release-record",
        `${completion.file} does not hold, for ${completion.reason}: sign it anew, or remove it`,
      ],
    ];
  }
  const { record } = loaded;
  if (completion.signed.state === "succeeded") return [];
  const message = `it was rolled back from ${stack} at ${completion.signed.end}, and is deployed no more: npm run golive -- release new ${record.system} VERSION`;
  return [["release-record", message]];
}

const VERSION = /^v\d+\.\d+\.\d+$/;

function versions({ release: { loaded }, gated: { stack } }: Judging): Said {
  if (!isProduction(stack)) return [];
  const { version, images } = loaded.record;
  const wrong = images.find(({ tag }) => !VERSION.test(tag) || bare(tag) !== bare(version));
  if (wrong === undefined) return [];
  const expected = VERSION.test(`v${bare(version)}`) ? `v${bare(version)}` : "a tag vX.Y.Z";
  return [
    [
      "release-version",
      `its image ${nameOf(wrong)} is of no semantic version, which production asks for: build it as ${expected}, and npm run golive -- release new ${loaded.record.system} vX.Y.Z`,
    ],
  ];
}

const bare = (version: string) => version.replace(/^v(?=\d)/, "");

/** A release that has ended began in its time, by what was signed. */
function window({ gated: { system }, evidence, asOf }: Judging): Said {
  const { windows } = system;
  const { window: override } = evidence.override;
  if (windows.length === 0 || isWithin(windows, asOf)) return [];
  if (override !== undefined && endOf(override.until) > asOf) return [];
  const expired = override === undefined ? "" : `, and the override expired after ${override.until}`;
  const message = `it is ${momentOf(asOf)}, outside its windows (${windowsText(windows)})${expired}: wait, or set golive:${system.system}.evidence.override.window { reason, by, until }`;
  return [["release-window", message]];
}

function disbelieved({ judged: { disbeliefs, record } }: Judging): Said {
  return disbeliefs.map(({ file, problem, kind }) => [
    "release-record",
    `${file} ${problem}: npm run golive -- release attest ${record.system} ${record.version} ${kind} FILE`,
  ]);
}

function signatures({ release: { approvals }, judged: { record, stack } }: Judging): Said {
  return approvals.flatMap((approval) =>
    approval.valid
      ? []
      : [
          [
            "release-approvals",
            `${approval.file} does not hold, for ${approval.reason}: npm run golive -- release sign ${record.system} ${record.version} --stack ${stack} --role ${approval.of}`,
          ] as const,
        ],
  );
}

/** Roles whose approval production asks for, where the document names none. */
const QUORUM = 2;

function quorum({ release: { approvals }, gated: { stack }, checklist, judged: { record } }: Judging): Said {
  if (!isProduction(stack)) return [];
  const asked = new Set(
    linesOf(checklist, stack)
      .filter(({ moment }) => moment === "before")
      .flatMap(({ way }) => rolesOf(way)),
  );
  const given = approvals.filter(({ valid }) => valid).map(({ of }) => of);
  if (given.length >= Math.max(QUORUM, asked.size)) return [];
  const lacking = [...asked].filter((role) => !given.includes(role)).map((role) => roleTitles[role]);
  const who = lacking.length > 0 ? lacking.join(" and ") : `${QUORUM - given.length} more of its signers`;
  const message = `${who} must approve it: npm run golive -- release sign ${record.system} ${record.version} --stack ${stack} --role ROLE`;
  return [["release-approvals", message]];
}

function waivers({ checklist, judged }: Judging): Said {
  return judgeWaivers(checklist, judged).mistakes.map((mistake) => [
    "release-checklist",
    `the record's ${mistake}: mend or remove it`,
  ]);
}
