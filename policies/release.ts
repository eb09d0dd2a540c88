import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

import { Field, isRecord } from "./checks/field";
import { undecidable, type Violation } from "./checks/violation";
import { renderedSubjects } from "./kubernetes";
import { redacted } from "./redact";
import type { Subject } from "./subject";

/** A chart and what it is rendered with: what `charts/render.ts` asks for. */
export interface ChartRequest {
  /** The chart's folder, absolute. */
  readonly chart: string;
  readonly name: string;
  readonly namespace: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Renders a chart without a cluster; rejects with one message where it does not render. */
export type RenderChart = (request: ChartRequest) => Promise<{ readonly manifests: readonly unknown[] }>;

/** The inputs of a `kubernetes:helm.sh/v3:Release`, as the engine shows them. */
export interface Release {
  /** The resource's name in the program. */
  readonly resource: string;
  readonly props: Readonly<Record<string, unknown>>;
}

/**
 * The objects that a Release would install: its chart rendered with its values. The plugin shows the engine only chart and values
 * (https://github.com/pulumi/pulumi-kubernetes/issues/1701), so that without this no rule would see a pod of a release. A release that cannot be
 * rendered is one subject, with the reasons in `unrendered` (K9).
 *
 * @param folders where a relative chart path may start, tried in order
 */
export async function releaseSubjects(
  release: Release,
  folders: readonly string[],
  render: RenderChart,
): Promise<Subject[]> {
  const inputs = Field.of(release.props);
  const name = inputs.at("name").text() ?? release.resource;
  const namespace = inputs.at("namespace").text();
  const place = namespace === undefined ? {} : { namespace };
  const rendered = await rendering(release, name, folders, render);
  return "refused" in rendered
    ? [{ group: "helm.sh", kind: "Release", name, ...place, object: inputs, unrendered: rendered.refused }]
    : rendered.objects.flatMap((object) => renderedSubjects(object, name, namespace));
}

type Rendering = { readonly objects: readonly unknown[] } | { readonly refused: readonly Violation[] };

async function rendering(
  { props }: Release,
  name: string,
  folders: readonly string[],
  render: RenderChart,
): Promise<Rendering> {
  const inputs = Field.of(props);
  const chart = chartFolder(inputs.at("chart").text() ?? "", folders);
  const unread = unreadInputs(inputs);
  if (unread.length > 0) return { refused: unread };
  if (chart === undefined) return { refused: [notAFolder(inputs.at("chart"))] };
  const values = isRecord(props["values"]) ? props["values"] : {};
  try {
    const namespace = inputs.at("namespace").text() ?? "default";
    return { objects: (await render({ chart, name, namespace, values })).manifests };
  } catch (error) {
    const unknown = unknownFields(inputs.at("values"));
    return {
      refused:
        unknown.length > 0
          ? unknown.map((field) => undecidable(field))
          : [broken(inputs.at("chart"), error, values)],
    };
  }
}

/** Inputs that change what is installed and that cannot be read here, with what may be there instead. */
const unreadable: Readonly<Record<string, string>> = {
  valueYamlFiles: "no values file, for what it sets would go unread",
  postrender: "no post-renderer, for what it changes would go unread",
};

function unreadInputs(inputs: Field): Violation[] {
  const unknown = ["chart", "values"].map((key) => inputs.at(key)).filter((field) => field.unknown);
  const refused = Object.entries(unreadable)
    .map(([key, allowed]) => ({ field: inputs.at(key), allowed }))
    .filter(({ field }) => field.unknown || (field.text() ?? "") !== "" || field.items().length > 0);
  return [
    ...unknown.map((field) => undecidable(field)),
    ...refused.map(({ field, allowed }) => ({
      path: field.path,
      found: field.shown(),
      allowed,
      mend: "set what it sets in values or in the chart",
    })),
  ];
}

function chartFolder(chart: string, folders: readonly string[]): string | undefined {
  return folders
    .map((folder) => resolve(folder, chart))
    .find((folder) => existsSync(join(folder, "Chart.yaml")));
}

function notAFolder(chart: Field): Violation {
  return {
    path: chart.path,
    found: `${chart.shown()}, where no chart's folder is`,
    allowed: "the folder of a chart in the repository, so that preview can render it",
    mend: "correct the path, or keep a copy of the chart in the repository",
  };
}

function broken(chart: Field, error: unknown, values: Readonly<Record<string, unknown>>): Violation {
  const reason = redacted(error instanceof Error ? error.message : String(error), values);
  return {
    path: chart.path,
    found: `${chart.shown()}, which does not render:\n${reason}\n`,
    allowed: "a chart that renders with the release's values",
    mend: "correct the chart or the values that the reason names",
  };
}

function unknownFields(field: Field): Field[] {
  if (field.unknown) return [field];
  return [...field.keys().map((key) => field.at(key)), ...field.items()].flatMap(unknownFields);
}
