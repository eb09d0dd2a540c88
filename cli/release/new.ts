/** `golive release new`: writes a release record, with what git and the stack files know (rows K27, K13). */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import { RECORD_FILE, findRecords, loadRecord, recordFileName } from "../../evidence/records";
import { SettingsError } from "../../settings/mistakes";
import { UserError } from "../user-error";
import { git, recordFolder, releasesFolder, stackSettings, systemSettings, type Named } from "./checkout";

export interface Beginning extends Named {
  /** @default - those whose stack files have the system */
  readonly stacks?: readonly string[] | undefined;
  /** Working tree of the application. @default - the checkout */
  readonly repository?: string | undefined;
  /** Digests of the images, by repository. @default - those of the stack files */
  readonly digests?: Readonly<Record<string, string>> | undefined;
  /** @default - the version that the latest record has, else the tag before */
  readonly previous?: string | undefined;
}

/** An image as a stack file has it. */
interface FoundImage {
  readonly repository: string;
  readonly tag: string;
  readonly digest?: string | undefined;
}

/** What git knows of a build. */
interface Build {
  readonly commit: string;
  readonly branch: string;
  readonly at: string;
  readonly author: { readonly name: string; readonly account: string };
}

/**
 * Writes `releases/SYSTEM/VERSION/release.yaml`. Gives its path and what is still to be filled in by hand.
 *
 * @throws {UserError} where there is one already, no stack file has the system, or the working tree has no commit.
 */
export function newRecord(beginning: Beginning): { readonly file: string; readonly left: readonly string[] } {
  const { root, system, version, repository = root } = beginning;
  const folder = recordFolder(beginning);
  const file = path.join(folder, RECORD_FILE);
  if (existsSync(file))
    throw new UserError(`${recordFileName(folder)} is there already: edit it, or remove it first`);
  const stacks = stacksOf(beginning);
  const build = buildOf(repository);
  const previous = beginning.previous ?? previousOf(beginning, repository);
  const changes = changesOf(repository, previous);
  const images = imagesOf(beginning, stacks);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, recordText({ system, version, build, previous, changes, images, stacks }));
  return { file: recordFileName(folder), left: mistakesOf(folder) };
}

/** `golive release new SYSTEM VERSION`: writes the record, and says what to do next. */
export function newCommand(beginning: Beginning): void {
  const { file, left } = newRecord(beginning);
  const { system, version } = beginning;
  console.log(
    [
      `${file} is written. Next:`,
      ...left.map((line) => `  fill in: ${line}`),
      "  read it through: summary, changes, breaking, dependencies, account of the author",
      `  golive release attest ${system} ${version} KIND FILE   for each report`,
      `  golive release check ${system} ${version}              what the checklist still lacks`,
    ].join("\n"),
  );
}

function mistakesOf(folder: string): readonly string[] {
  try {
    loadRecord(folder);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.lines;
  }
}

function stacksOf({ root, system, stacks }: Beginning): readonly string[] {
  const known = readdirSync(root).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
  const having = (stacks ?? known.sort()).filter(
    (stack) => systemSettings(stackSettings(root, stack), system) !== undefined,
  );
  if (having.length > 0) return having;
  const where = stacks?.join(", ") ?? (known.join(", ") || "none");
  throw new UserError(`No stack file has golive:${system}; looked at: ${where}`);
}

/** The images of the version; where no image has it yet, every image with it, as the tags are written. */
function imagesOf(
  { root, system, version, digests = {} }: Beginning,
  stacks: readonly string[],
): readonly FoundImage[] {
  const found = stacks.flatMap((stack) => imagesIn(systemSettings(stackSettings(root, stack), system)));
  const released = found.filter(({ tag }) => sameVersion(tag, version));
  const images = released.length > 0 ? released : found.map((image) => withVersion(image, version));
  const each = new Map(images.map((image) => [image.repository, image]));
  return [...each.values()].map((image) => ({ ...image, digest: digests[image.repository] ?? image.digest }));
}

const bare = (version: string) => version.replace(/^v(?=\d)/, "");
const sameVersion = (a: string, b: string) => bare(a) === bare(b);

function withVersion({ repository, tag }: FoundImage, version: string): FoundImage {
  return { repository, tag: /^v\d/.test(tag) ? `v${bare(version)}` : version };
}

function imagesIn(node: unknown): readonly FoundImage[] {
  if (typeof node !== "object" || node === null) return [];
  const inner = Object.values(node).flatMap(imagesIn);
  if (!("repository" in node) || !("tag" in node)) return inner;
  const { repository, tag } = node;
  if (typeof repository !== "string" || typeof tag !== "string") return inner;
  const digest = "digest" in node && typeof node.digest === "string" ? node.digest : undefined;
  return [{ repository, tag, digest }];
}

function buildOf(repository: string): Build {
  const [commit, at, name, email] =
    git(repository, "log", "-1", "--format=%H%n%cI%n%an%n%ae")?.split("\n") ?? [];
  if (commit === undefined || at === undefined || name === undefined || email === undefined) {
    throw new UserError(
      `${repository} is no working tree of git with a commit: name the application's by --repository`,
    );
  }
  const branch = git(repository, "symbolic-ref", "--short", "HEAD") ?? "HEAD";
  return { commit, branch, at, author: { name, account: accountOf(email) } };
}

// GitHub's own addresses name the account: 12345+account@users.noreply.github.com.
const accountOf = (email: string) => email.replace(/@.*$/, "").replace(/^\d+\+/, "");

function previousOf({ root, system, version }: Named, repository: string): string | undefined {
  const records = findRecords(releasesFolder(root), system)
    .filter((folder) => path.basename(folder) !== version)
    .flatMap((folder) => {
      const { at } = loadRecord(folder).record;
      return [{ version: path.basename(folder), at: Date.parse(at) }];
    })
    .sort((a, b) => b.at - a.at);
  return records[0]?.version ?? git(repository, "describe", "--tags", "--abbrev=0", "HEAD^");
}

/** Subjects of the commits since the version before; of the last one, where that is no tag. */
function changesOf(repository: string, previous: string | undefined): readonly string[] {
  const tag = [previous, `v${previous ?? ""}`].find(
    (name) =>
      name !== undefined &&
      git(repository, "rev-parse", "--verify", "--quiet", `refs/tags/${name}`) !== undefined,
  );
  const range = tag === undefined ? ["-1"] : ["--no-merges", "--reverse", `${tag}..HEAD`];
  const subjects = git(repository, "log", "--format=%s", ...range)?.split("\n") ?? [];
  return subjects.filter((subject) => subject.trim() !== "");
}

// https://www.conventionalcommits.org/en/v1.0.0/: feat!: …
const isBreaking = (subject: string) => /^[a-z]+(?:\([^)]*\))?!:/.test(subject);

interface Parts {
  readonly system: string;
  readonly version: string;
  readonly build: Build;
  readonly previous: string | undefined;
  readonly changes: readonly string[];
  readonly images: readonly FoundImage[];
  readonly stacks: readonly string[];
}

function recordText({ system, version, build, previous, changes, images, stacks }: Parts): string {
  const { commit, branch, at, author } = build;
  return [
    "# yaml-language-server: $schema=../../../schema/release.schema.json",
    `system: ${written(system)}`,
    `version: ${written(version)}`,
    `summary: ${written(`${system} ${version}`)} # what the release is for, in a sentence`,
    `author: { name: ${written(author.name)}, account: ${written(author.account)} } # account of the forge: who may not approve`,
    `commit: ${commit}`,
    `branch: ${written(branch)}`,
    `at: ${written(at)} # when the images were built; this is the commit's time`,
    `previous: ${written(previous ?? null)}`,
    "images: # those that the release leaves as they are do not belong here",
    ...images.flatMap(imageLines),
    "changes:",
    ...changes.map((change) => `  - ${written(change)}`),
    `breaking:${listLines(changes.filter(isBreaking))} # what its users have to do`,
    "dependencies: [] # such as: fastify 5.1.0 → 5.2.0",
    "reports: [] # filled by: golive release attest SYSTEM VERSION KIND FILE",
    "stacks:",
    ...stacks.flatMap((stack) => stackLines(stack, previous)),
    "",
  ].join("\n");
}

function imageLines({ repository, tag, digest = "" }: FoundImage): readonly string[] {
  const help = `aws ecr describe-images --repository-name ${repository} --image-ids imageTag=${tag} --query imageDetails[0].imageDigest`;
  return [
    `  - repository: ${written(repository)}`,
    `    tag: ${written(tag)}`,
    `    digest: ${written(digest)}${digest === "" ? ` # ${help}` : ""}`,
  ];
}

function stackLines(stack: string, previous: string | undefined): readonly string[] {
  const back = `    rollback: { to: ${written(previous ?? "")}, plan: rollback-plan } # plan: name of a report of kind document`;
  return [
    `  ${written(stack)}:`,
    `    reports: [] # golive release attest … --stack ${stack}`,
    ...(previous === undefined ? [] : [back]),
    "    waivers: [] # golive release waive",
  ];
}

const listLines = (items: readonly string[]) =>
  items.length === 0 ? " []" : ["", ...items.map((item) => `  - ${written(item)}`)].join("\n");

/** A scalar of YAML, on one line. */
const written = (value: string | null) => stringify(value, { lineWidth: 0 }).trimEnd();
