/** Renders a Helm chart without a cluster, as the program, the policy pack and `golive render` see it. */
import { CommandError, helm, run } from "./process";
import { type KubernetesObject, parseManifests } from "./manifest";
import { keepRendering, readRendering, renderingEntry } from "./rendering-cache";

export type { KubernetesObject } from "./manifest";

/** What is rendered: a chart's folder, the release's name and namespace, and its values. */
export interface Chart {
  /** Folder of the chart, absolute or from the working folder. */
  readonly chart: string;
  /** Name of the release. */
  readonly name: string;
  readonly namespace: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Kubernetes version that the chart is told. @default - helm's own */
  readonly kubeVersion?: string;
  /** Runs `helm lint --strict` as well. @default false */
  readonly lint?: boolean;
  /** Keeps what a lint found in order for later runs (`GOLIVE_RENDERINGS`); never where a value is secret. @default false */
  readonly keep?: boolean;
}

/** What a chart renders to: the objects, and helm's own text. */
export interface RenderedChart {
  readonly manifests: KubernetesObject[];
  readonly text: string;
}

/** A chart that does not render: says which, for which release, and helm's own reason. */
export class ChartError extends Error {
  constructor(
    readonly chart: string,
    readonly release: string,
    readonly reason: string,
  ) {
    super(`chart ${chart} does not render for release ${release}:\n${indent(reason)}`);
    this.name = "ChartError";
  }
}

const indent = (text: string) => text.replace(/^(?=.)/gm, "  ");

/** Lines by which helm frames its reason, and which tell the reader nothing. */
const NOISE = [
  /^Use --debug flag to render out invalid YAML$/,
  /^==> Linting/,
  /^\[INFO\]/,
  /chart\(s\) linted/,
  /^Error: \d+ chart\(s\)/,
];

function reasonOf(error: unknown): string {
  if (!(error instanceof CommandError)) return String(error);
  if (error.code === undefined) {
    return `helm cannot be started (${error.stderr}). Put Helm 3.14 or later on PATH, or set GOLIVE_HELM to it.`;
  }
  const lines = `${error.stderr}\n${error.stdout}`
    .split("\n")
    .map((line) => line.trimEnd().replace(/^Error: /, ""))
    .filter((line) => line !== "" && !NOISE.some((noise) => noise.test(line)));
  return lines.join("\n") || `helm ended with exit code ${error.code} and said nothing`;
}

async function helmOn(chart: Chart, args: readonly string[]): Promise<string> {
  const input = JSON.stringify(chart.values);
  try {
    return await run({ program: helm(), args: [...args, "--values", "-"], input });
  } catch (error) {
    throw new ChartError(chart.chart, chart.name, reasonOf(error));
  }
}

/**
 * Renders a chart by `helm template`, and lints it where asked. Needs the helm binary (`GOLIVE_HELM`, else PATH),
 * no cluster; several charts render at once. The same chart and values give the same bytes: what an earlier run
 * kept of them is not rendered again, nor linted. A failure is never kept.
 *
 * @throws {ChartError} when the chart, its values or helm itself is at fault (K9).
 */
export async function renderChart({ lint = false, keep = false, ...chart }: Chart): Promise<RenderedChart> {
  const entry = await renderingEntry(chart);
  const kept = entry === undefined ? undefined : await readRendering(entry);
  const text = kept ?? (await renderedText(chart, lint));
  if (kept === undefined && entry !== undefined && lint && keep) await keepRendering(entry, text);
  return { manifests: parseManifests(text), text };
}

async function renderedText(chart: Chart, lint: boolean): Promise<string> {
  const version = chart.kubeVersion === undefined ? [] : ["--kube-version", chart.kubeVersion];
  const place = ["--namespace", chart.namespace, ...version];
  const text = await helmOn(chart, ["template", chart.name, chart.chart, ...place]);
  if (lint) await helmOn(chart, ["lint", "--strict", "--quiet", chart.chart, ...place]);
  return text;
}
