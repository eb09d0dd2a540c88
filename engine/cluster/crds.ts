/** The custom resource definitions that the program uses: upstream's own files, pinned by checksum. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { cacheRoot, exists, makeWhole } from "../cache";
import { step } from "../progress";
import { ClusterError } from "./cluster-error";

const run = promisify(execFile);

interface Source {
  readonly module: string;
  /** Owner and name on GitHub. */
  readonly repository: string;
  readonly version: string;
  /** The module's hash, as a go.sum has it. */
  readonly sum: string;
  /** SHA-256 by path. */
  readonly files: Readonly<Record<string, string>>;
}

/** Each source is a Go module whose zip carries the files, and a GitHub repository with the same tag. */
export const sources: readonly Source[] = [
  {
    module: "github.com/prometheus-operator/prometheus-operator",
    repository: "prometheus-operator/prometheus-operator",
    version: "v0.85.0",
    sum: "h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=",
    files: {
      "example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml":
        "1dae27b7189b5ce7b9ab764656c18b4c75a45cde1e6f3af6a5e84c4317628919",
      "example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml":
        "8ce88c52c51209993511cae093089c9525f5552def88119e3f559123ee9d454b",
      "example/prometheus-operator-crd/monitoring.coreos.com_probes.yaml":
        "97e6e59020feb71055628ac40b14f817662bb98ca720f19a45e85ac009081cc8",
      "example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml":
        "98fd16c9ab79fba8dcd6ef62c957c98cd6546ab74ce0a4ecf09ddf2fda03020e",
      "example/prometheus-operator-crd/monitoring.coreos.com_alertmanagerconfigs.yaml":
        "7e34fd1f9abf3a2756eb53895f1ca6b291ce3cac929152c9e3919d8d7fb85ccf",
    },
  },
  {
    module: "github.com/grafana/grafana-operator/v5",
    repository: "grafana/grafana-operator",
    version: "v5.18.0",
    sum: "h1:ei7N2VfjsRjY8iprenH1IDV783WeV7CP5VNp//sB4hI=",
    files: {
      "config/crd/bases/grafana.integreatly.org_grafanadashboards.yaml":
        "a39cb4f4c7844e68a6b46af66b3198e5445bf9c40404b804c21ce062997dbf12",
    },
  },
  {
    module: "github.com/external-secrets/external-secrets",
    repository: "external-secrets/external-secrets",
    version: "v0.20.4",
    sum: "h1:HhNAjWfFEshhItphr28SGsHzf2bUP7uDAOVLg76uNAg=",
    files: {
      "config/crds/bases/external-secrets.io_externalsecrets.yaml":
        "7fb31305a2bb3f45460a8481c038f48c33fc39e19bbe4ca546d18ded12b4dbde",
      "config/crds/bases/external-secrets.io_secretstores.yaml":
        "c5fdf7e39c64fb3799d05c4ce62fca609778380a024be74659bda94a8dbcfed0",
      "config/crds/bases/external-secrets.io_clustersecretstores.yaml":
        "344d698f4372d1d4d1e858521b681044f184b46d31adb9ccfb8cd7da00e65be2",
    },
  },
  {
    module: "github.com/bitnami-labs/sealed-secrets",
    repository: "bitnami-labs/sealed-secrets",
    version: "v0.32.2",
    sum: "h1:YP3g8JLQqm482GbkaGLmO9AzelOsRaVSs41wv15CeB8=",
    files: {
      "helm/sealed-secrets/crds/bitnami.com_sealedsecrets.yaml":
        "fb33ba448b89c2c3252480664078b7f4bdf0949426e5280d07ca049c0dbdbfb7",
    },
  },
  {
    module: "sigs.k8s.io/gateway-api",
    repository: "kubernetes-sigs/gateway-api",
    version: "v1.6.3",
    sum: "h1:lKpJa5bGlraC/QeACvCpsHLdmO6y0iKfzVl6gzaFEYc=",
    files: {
      "config/crd/standard/gateway.networking.k8s.io_gatewayclasses.yaml":
        "d32070cb6930273a07c5ca183135712b1918cc140c6d9b6cef441cdf0e562345",
      "config/crd/standard/gateway.networking.k8s.io_gateways.yaml":
        "905c89d8fefaab9088bf9d0a8d47ebd7ec4e653a914d4bfaa575a7716f07a828",
      "config/crd/standard/gateway.networking.k8s.io_httproutes.yaml":
        "a89d17ff5ed060fa0eac015524f9252bb291f616412c13ac8cb952ed9c25c5ad",
    },
  },
  {
    module: "github.com/cert-manager/cert-manager",
    repository: "cert-manager/cert-manager",
    version: "v1.19.1",
    sum: "h1:Txh8L/nLWTDcb7ZnXuXbTe15BxQnLbLirXmbNk0fGgY=",
    files: {
      "deploy/crds/cert-manager.io_certificates.yaml":
        "7c99af3441710ffb4c0988c87a36a1448b293d4c99bf4e5ca8d3adbfc1f63b3e",
    },
  },
];

/** Those of the controllers that may move a release's weights; a cluster has them where its test asks for them. */
export const strategySources: readonly Source[] = [
  {
    module: "github.com/fluxcd/flagger",
    repository: "fluxcd/flagger",
    version: "v1.44.0",
    sum: "h1:JAb2mE3AAO5Y/JkfHy6xbFDPDPk9lGvqXwmtztNbdhw=",
    files: {
      "artifacts/flagger/crd.yaml": "8d7ad05c2d1d242c0cd4c25c5fb3ad0f75f10706da588aeeb950fe2858134630",
    },
  },
  {
    module: "github.com/argoproj/argo-rollouts",
    repository: "argoproj/argo-rollouts",
    version: "v1.8.5",
    sum: "h1:x+WjkwgjV89sc/QJ0c0cBrz5HAcriWCoQn6ptOxoElU=",
    files: {
      "manifests/crds/rollout-crd.yaml": "1f1c5d67088ccf355d1e0681d58bbcaf46a9dd1bf7215769dcd3e6a62053d8aa",
      "manifests/crds/analysis-template-crd.yaml":
        "0571c500c4dffbd3693a4bf4063b11f5b9e28296972ccab2b1e461642257f697",
    },
  },
];

const definition = z.looseObject({
  kind: z.literal("CustomResourceDefinition"),
  metadata: z.looseObject({ name: z.string() }),
});
export type Definition = z.infer<typeof definition>;

const GITHUB_MS = 10_000;
const CRDS_FILE = "crds.json";

/**
 * The definitions, from golive's cache or fetched into it: from the Go module where there is Go, else from the
 * repository's files.
 * Errors: {@link ClusterError} where neither way led to files with the pinned checksums, with the reason of each.
 */
export async function customResourceDefinitions(from: readonly Source[] = sources): Promise<Definition[]> {
  const digest = createHash("sha256").update(JSON.stringify(from)).digest("hex").slice(0, 12);
  const folder = path.join(cacheRoot(), `crds-${digest}`);
  const file = path.join(folder, CRDS_FILE);
  if (!(await exists(file)))
    await step("fetching custom resource definitions", () =>
      makeWhole(folder, (target) => fetchInto(target, from)),
    );
  return z.array(definition).parse(JSON.parse(await readFile(file, "utf8")));
}

async function fetchInto(folder: string, from: readonly Source[]): Promise<void> {
  const texts = (await Promise.all(from.map(fetchSource))).flat();
  const definitions = texts.flatMap(documentsOf).map((one) => definition.parse(one));
  await writeFile(path.join(folder, CRDS_FILE), JSON.stringify(definitions));
}

/** Flagger's file holds several, in a form that Go reads and YAML forbids: quoted texts whose further lines are not indented. */
const UNINDENTED = /: '(?:[^'\n]|'')*(?:\n(?:[^'\n]|'')*)+'/g;

function documentsOf(text: string): readonly unknown[] {
  return parseAllDocuments(text.replace(UNINDENTED, (quoted) => quoted.replace(/\n\s*/g, " "))).flatMap(
    (document): readonly unknown[] => {
      const [fault] = document.errors;
      if (fault !== undefined)
        throw new Error(`a custom resource definition does not parse: ${fault.message}`);
      const value: unknown = document.toJS();
      return value === null ? [] : [value];
    },
  );
}

async function fetchSource(source: Source): Promise<string[]> {
  const failures: string[] = [];
  for (const way of [fromGoModule, fromGitHub]) {
    try {
      return await way(source);
    } catch (error) {
      failures.push(`  ${way.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const { module, version } = source;
  throw new ClusterError(
    `The custom resource definitions of ${module} ${version} could not be had:\n${failures.join("\n")}`,
  );
}

const downloaded = z.object({ Dir: z.string(), Sum: z.string() });

async function fromGoModule(source: Source): Promise<string[]> {
  const { module, version, sum, files } = source;
  const env = { ...process.env, GOFLAGS: "", GOWORK: "off" };
  const args = ["mod", "download", "-json", `${module}@${version}`];
  const { stdout } = await run("go", args, { cwd: tmpdir(), env });
  const { Dir, Sum } = downloaded.parse(JSON.parse(stdout));
  if (Sum !== sum) throw new Error(`the module's hash is ${Sum}, pinned is ${sum}`);
  return Promise.all(
    Object.entries(files).map(async ([file, expected]) =>
      checked(file, expected, await readFile(path.join(Dir, file))),
    ),
  );
}

function fromGitHub({ repository, version, files }: Source): Promise<string[]> {
  return Promise.all(
    Object.entries(files).map(async ([file, expected]) => {
      const url = `https://raw.githubusercontent.com/${repository}/${version}/${file}`;
      const response = await fetch(url, { signal: AbortSignal.timeout(GITHUB_MS) });
      if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
      return checked(file, expected, Buffer.from(await response.arrayBuffer()));
    }),
  );
}

function checked(file: string, expected: string, body: Buffer): string {
  const actual = createHash("sha256").update(body).digest("hex");
  if (actual !== expected) throw new Error(`${file}: SHA-256 is ${actual}, pinned is ${expected}`);
  return body.toString("utf8");
}
