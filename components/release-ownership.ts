/** Looks whether a Helm release is as golive left it, and has the plugin put it right where it is not. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import {
  isFields,
  isKubernetesObject,
  type KubernetesObject,
  manifestKey,
  parseManifests,
} from "../charts/manifest";
import { CommandError, helm, kubectl, run } from "../charts/process";
import { known } from "./known-output";
import {
  type DeclaredRelease,
  describeDrift,
  judge,
  type LiveObject,
  type LiveRelease,
  type Verdict,
} from "./release-drift";

export { DESCRIPTION } from "./release-drift";

/** How helm and kubectl reach the cluster. */
export interface ClusterAccess {
  /** Path of a kubeconfig file. @default - KUBECONFIG of the environment, else ~/.kube/config */
  readonly kubeconfig?: string | undefined;
  /** Context of it. @default - its current one */
  readonly context?: string | undefined;
}

/** Where a release stands in the cluster. */
interface ReleasePlace {
  readonly name: string;
  readonly namespace: string;
}

/** A release as the component declares it; what its chart renders to may be known only at `up`. */
export interface OwnedRelease extends ReleasePlace {
  readonly declared: pulumi.Output<DeclaredRelease>;
}

/** Seconds that a look at the cluster may take: one that does not answer must not hold a preview up. */
const PATIENCE = 15;
/** Name under which the dry run applies; it never writes, so no object ever carries it. */
const FIELD_MANAGER = "golive-drift";

/**
 * Transforms for a `helm.v3.Release`. The plugin compares inputs alone: it sees neither a `helm rollback` nor a `kubectl
 * scale` by hand. This looks at the cluster, and where the release is not as declared it changes the release's description,
 * so that preview shows an update and `up` makes helm put every declared field back. Where it is as declared, the
 * description is left as it is and nothing is planned. While values are unknown nothing is planned either.
 *
 * Empty where there is nothing to look at: no cluster is configured, or no engine runs the program (mocks, `golive render`).
 */
export function undoDrift(
  component: pulumi.ComponentResource,
  release: OwnedRelease,
  cluster: ClusterAccess = {},
): pulumi.ResourceTransform[] {
  const looks = pulumi.runtime.getEngine() !== undefined && configured(cluster);
  return looks ? [transform(component, release, cluster)] : [];
}

function transform(
  component: pulumi.ComponentResource,
  release: OwnedRelease,
  cluster: ClusterAccess,
): pulumi.ResourceTransform {
  return async ({ props, opts }) => {
    const verdict = await look(component, release, cluster);
    switch (verdict.kind) {
      case "in-sync":
        return { props, opts: { ...opts, ignoreChanges: ["description"] } };
      case "changed":
        return { props: { ...props, description: verdict.description }, opts };
      case "drift":
        await pulumi.log.warn(describeDrift(release.name, verdict), component);
        return { props: { ...props, description: verdict.description }, opts };
    }
  };
}

async function look(
  component: pulumi.ComponentResource,
  release: OwnedRelease,
  cluster: ClusterAccess,
): Promise<Verdict> {
  const declared = await known(release.declared);
  if (declared === undefined) return { kind: "in-sync" };
  const unread = (what: string) => (error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
    if (NOT_THERE.test(error.stderr)) return undefined;
    return pulumi.log.warn(
      `${what} of release ${release.name} could not be looked for: ${lastLine(error.stderr)}`,
      component,
    );
  };
  const live = await readUnlocked(component, release, cluster).catch(unread("changes by hand"));
  if (live === undefined) return { kind: "in-sync" };
  const objects = await readObjects(release.namespace, live.manifests, cluster).catch(
    unread("edits of the objects"),
  );
  return judge(declared, { ...live, objects: objects ?? [] });
}

/** What helm says of a release that is not installed yet: nothing to look at. */
const NOT_THERE = /release: not found/;

/** Whether there is a cluster to look at. Helm and kubectl would else try localhost:8080, once for every release. */
function configured({ kubeconfig, context }: ClusterAccess): boolean {
  if (kubeconfig !== undefined || context !== undefined) return true;
  const { KUBECONFIG, KUBERNETES_SERVICE_HOST } = process.env;
  const files = KUBECONFIG ? KUBECONFIG.split(delimiter) : [join(homedir(), ".kube", "config")];
  return KUBERNETES_SERVICE_HOST !== undefined || files.some((file) => existsSync(file));
}

async function readRevision(release: ReleasePlace, cluster: ClusterAccess): Promise<Revision> {
  return revisionOf(await run(helmStatus(release, cluster)));
}

/** Seconds after which a revision that is still pending is taken for one whose helm was killed. */
const PENDING_SECONDS = 20;

/**
 * The newest revision; before an `up` one that a killed helm left pending is ended first, for helm would refuse every
 * further change. Pulumi's own lock keeps another golive away; a person's helm has {@link PENDING_SECONDS} to end.
 */
async function readUnlocked(
  component: pulumi.ComponentResource,
  release: ReleasePlace,
  cluster: ClusterAccess,
): Promise<Revision | undefined> {
  const revision = await readRevision(release, cluster);
  if (pulumi.runtime.isDryRun() || !isPending(revision)) return revision;
  await delay(Math.max(0, revision.since + PENDING_SECONDS * 1000 - Date.now()));
  const later = await readRevision(release, cluster);
  if (!isPending(later)) return later;
  await pulumi.log.warn(
    `release ${release.name}: revision ${later.revision} was left ${later.status} by a helm that was killed; ending it`,
    component,
  );
  const verb = later.status === "pending-install" ? "uninstall" : "rollback";
  await run({ program: helm(), args: [verb, release.name, ...helmPlace(release, cluster)] });
  return verb === "uninstall" ? undefined : readRevision(release, cluster);
}

const isPending = ({ status }: Revision) => status.startsWith("pending-");

const lastLine = (text: string) => text.trim().split("\n").at(-1) ?? "";

const option = (name: string, value: string | undefined) => (value === undefined ? [] : [name, value]);

const helmPlace = ({ namespace }: ReleasePlace, { kubeconfig, context }: ClusterAccess) => [
  ...["--namespace", namespace],
  ...option("--kubeconfig", kubeconfig),
  ...option("--kube-context", context),
];

const helmStatus = (release: ReleasePlace, cluster: ClusterAccess) => ({
  program: helm(),
  args: ["status", release.name, "--output", "json", ...helmPlace(release, cluster)],
  seconds: PATIENCE,
});

/** A revision as helm keeps it, without a look at its objects. */
type Revision = Omit<LiveRelease, "objects"> & {
  /** When it was begun, in milliseconds since 1970. */
  readonly since: number;
};

function revisionOf(json: string): Revision {
  const release: unknown = JSON.parse(json);
  if (!isFields(release) || !isFields(release.info))
    throw new Error("helm status: what it printed is no release");
  return {
    revision: Number(release.version),
    status: String(release.info.status),
    description: String(release.info.description),
    since: Date.parse(String(release.info.last_deployed)),
    values: release.config ?? {},
    manifests: parseManifests(String(release.manifest)),
  };
}

/** What is there of a revision's objects, beside what a forced apply of its manifest would make of each (a dry run). */
async function readObjects(
  namespace: string,
  manifests: readonly KubernetesObject[],
  { kubeconfig, context }: ClusterAccess,
): Promise<LiveObject[]> {
  const kubectlOn = async (verb: readonly string[]) => {
    const output = await run({
      program: kubectl(),
      args: [
        ...verb,
        ...[
          "--namespace",
          namespace,
          "--filename",
          "-",
          "--output",
          "json",
          `--request-timeout=${PATIENCE}s`,
        ],
        ...option("--kubeconfig", kubeconfig),
        ...option("--context", context),
      ],
      input: JSON.stringify({ apiVersion: "v1", kind: "List", items: manifests }),
      seconds: PATIENCE,
    });
    return objectsOf(output);
  };
  const [restored, found] = await Promise.all([
    kubectlOn([
      "apply",
      "--server-side",
      "--dry-run=server",
      "--force-conflicts",
      `--field-manager=${FIELD_MANAGER}`,
    ]),
    kubectlOn(["get", "--ignore-not-found"]),
  ]);
  const there = new Map(found.map((object) => [manifestKey(object), object]));
  return restored.map((object) => ({ found: there.get(manifestKey(object)), restored: object }));
}

/** kubectl prints one object as itself, several as a List, and none as nothing. */
function objectsOf(output: string): KubernetesObject[] {
  if (output.trim() === "") return [];
  const printed: unknown = JSON.parse(output);
  const items: unknown[] = isFields(printed) && Array.isArray(printed.items) ? printed.items : [printed];
  return items.filter(isKubernetesObject);
}
