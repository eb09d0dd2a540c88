/** `golive render`: all that a stack would hold, as plain files, without an engine, a cluster or an account. */
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { formatManifest, isFields, isKubernetesObject, type KubernetesObject } from "../charts/manifest";
import { renderChart } from "../charts/render";
import { findTool } from "../engine/acquire";
import { repositoryRoot } from "../engine/cache";
import { readStackFile } from "../settings";
import { declareSystems } from "../systems";
import { declareProviders } from "../systems/providers";
import { releasesOf } from "../systems/releases";
import { record, type Registration, shortType } from "./recorder";
import { releasesFolder } from "./release/checkout";
import { stackFile } from "./stacks";
import { UserError } from "./user-error";

export interface RenderOptions {
  /** Name of the stack, e.g. `develop`. */
  readonly stack: string;
  /** Folder that takes the files; what it held of an earlier rendering is replaced. */
  readonly out: string;
}

/** What was written. */
export interface Rendering {
  /** Paths below `out`, in order. */
  readonly files: readonly string[];
  /** Fields whose value is secret, and so not written: `Secret/token stringData.TOKEN`. */
  readonly secrets: readonly string[];
}

/** A file to be: its path below `out`, and its text. */
interface File {
  readonly path: string;
  readonly text: string;
}

/** The file that lists the others; a folder that holds it is one of ours. */
const CONTENTS = "contents.json";

/**
 * Writes every Kubernetes object as `<namespace>/<kind>-<name>.yaml` (those without a namespace below `cluster/`), with
 * charts rendered, and every AWS resource as `aws/<type>-<name>.json`. The same stack file gives the same bytes.
 * What only an account knows stays as `${Type.name.property}`; a secret is never written, and is listed in `contents.json`.
 *
 * @throws {SettingsError} when the stack file is wrong; {@link UserError} when there is none, and when `out` holds
 * files that are not a rendering or cannot be a folder.
 */
export async function renderStack({ stack, out }: RenderOptions): Promise<Rendering> {
  const settings = readStackFile(await stackFile(stack));
  const releases = await releasesOf(settings, { folder: releasesFolder(repositoryRoot) });
  const registrations = await record(stack, () =>
    declareSystems(settings, () => ({ providers: declareProviders(settings) }), releases),
  );
  const files = (await Promise.all(registrations.map(filesOf))).flat().sort(byPath);
  const rendering = { files: files.map(({ path }) => path), secrets: registrations.flatMap(secretsOf) };
  refuseTwins(rendering.files);
  const contents = { path: CONTENTS, text: json({ stack, ...rendering }) };
  await replace(out, [...files, contents]);
  return rendering;
}

/** `golive render STACK --out DIR`: writes the files and says what was written. */
export async function renderCommand(stack: string, out: string): Promise<void> {
  process.env.GOLIVE_HELM = await findTool("helm");
  const { files, secrets } = await renderStack({ stack, out });
  const left =
    secrets.length === 0 ? "" : `; ${secrets.length} secret fields left out, listed in ${CONTENTS}`;
  console.log(`${files.length} files of stack ${stack} in ${out}${left}`);
}

/** Two objects in one file would be one object less. */
function refuseTwins(paths: readonly string[]): void {
  const twin = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twin !== undefined) throw new UserError(`two resources of the stack would both be ${twin}: rename one`);
}

const byPath = (a: File, b: File) => (a.path < b.path ? -1 : Number(a.path > b.path));

const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;

const secretsOf = ({ type, name, secrets }: Registration) =>
  secrets.map((path) => `${shortType(type)}/${name} ${path}`);

/** Type of a Helm release. */
export const RELEASE = "kubernetes:helm.sh/v3:Release";

/** Components and providers hold nothing of their own. */
async function filesOf(registration: Registration): Promise<File[]> {
  const { type, name, inputs } = registration;
  if (type === RELEASE) return (await releaseObjects(registration)).map(manifestFile);
  if (type.startsWith("kubernetes:")) return [inputs].filter(isKubernetesObject).map(manifestFile);
  return type.startsWith("aws:")
    ? [{ path: `aws/${shortType(type)}-${name}.json`, text: json({ type, ...inputs }) }]
    : [];
}

/** The objects that the chart of a release renders. */
export async function releaseObjects({ name: resource, inputs }: Registration): Promise<KubernetesObject[]> {
  const { chart, name, namespace, values } = inputs;
  if (!isText(chart) || !isText(name) || !isText(namespace)) {
    throw new Error(`release ${resource} has no chart, name or namespace`);
  }
  const { manifests } = await renderChart({ chart, name, namespace, values: isFields(values) ? values : {} });
  return manifests;
}

const isText = (value: unknown): value is string => typeof value === "string";

function manifestFile(manifest: KubernetesObject): File {
  const { kind, metadata } = manifest;
  const path = `${metadata.namespace ?? "cluster"}/${kind}-${metadata.name}.yaml`;
  return { path, text: formatManifest(withoutPulumi(manifest)) };
}

/** Annotations that speak to Pulumi say nothing to another tool. */
function withoutPulumi(manifest: KubernetesObject): KubernetesObject {
  const { annotations, ...metadata } = manifest.metadata;
  const kept = Object.entries(annotations ?? {}).filter(([key]) => !key.startsWith("pulumi.com/"));
  return {
    ...manifest,
    metadata: kept.length === 0 ? metadata : { ...metadata, annotations: Object.fromEntries(kept) },
  };
}

async function replace(out: string, files: readonly File[]): Promise<void> {
  const held = await heldBy(out);
  if (held.length > 0 && !held.includes(CONTENTS)) {
    throw new UserError(`${out} holds files that are not a rendering: name an empty folder`);
  }
  await Promise.all(held.map((name) => rm(join(out, name), { recursive: true })));
  for (const { path, text } of files) {
    const target = join(out, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
}

/** What the folder holds, which is made where it is not there. */
async function heldBy(out: string): Promise<string[]> {
  try {
    await mkdir(out, { recursive: true });
    return await readdir(out);
  } catch (error) {
    throw new UserError(
      `${out} cannot be a folder to write to: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
