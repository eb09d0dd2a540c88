// Helm releases. Facts: pulumi-kubernetes provider/pkg/provider/helm_release.go.
import {
  InitializationFailed,
  type CheckRequest,
  type CheckResult,
  type CreateRequest,
  type CreateResult,
  type DeleteRequest,
  type DiffRequest,
  type DiffResult,
  type ReadRequest,
  type ReadResult,
  type UpdateRequest,
} from "../../provider";
import { holdsUnknown, isValues, reveal, revealAll, Secret, type Values } from "../../values";
import { uniqueName } from "../autoname";
import { detailedDiff, replacedPaths, withoutIgnored } from "../diff";
import { splitId, textAt, withoutAt } from "../object";
import { annotateSecrets } from "../secrets";
import type { Session } from "../session";
import { locateChart } from "./chart";
import { completeFields, mergeValues, withDefaults } from "./fields";
import { helm, HelmError, type Helm } from "./helm";
import { installArguments, uninstallArguments, upgradeArguments, VALUES_FILE } from "./arguments";
import { findRelease, type LiveRelease } from "./live";

const INPUTS = "__inputs";

/** The inputs to go on with: every field, values files merged, the chart found (not rendered). */
export function checkRelease(request: CheckRequest, { cluster }: Session): CheckResult {
  const named = withName(request);
  const inputs = withDefaults(named, cluster.namespace);
  if (holdsUnknown(inputs)) return { inputs };
  const fields = completeFields(inputs);
  const marked = annotateSecrets(fields, request.newInputs);
  try {
    locateChart(fields);
    return { inputs: marked };
  } catch (error) {
    const reason = `${textOf(error)}; check the chart name and repository configuration.`;
    return { inputs: marked, failures: [{ property: "chart", reason }] };
  }
}

function withName({ newInputs, oldInputs, name, randomSeed, autonaming }: CheckRequest): Values {
  const given = reveal(newInputs["name"]);
  if (given !== undefined && given !== null && given !== "") return newInputs;
  const old = textAt(revealAll(oldInputs ?? {}), "name");
  return { ...newInputs, name: old || (autonaming?.proposedName ?? uniqueName(`${name}-`, randomSeed)) };
}

/** What the update would do: old inputs against new ones. What the cluster holds is not looked at. */
export function diffRelease(request: DiffRequest): DiffResult {
  const outputs = revealAll(request.oldOutputs);
  const oldInputs = inputsOf(outputs);
  const next = revealAll(request.newInputs);
  const all = detailedDiff({ old: outputs, next, oldInputs }, oldInputs, ["name", "namespace"]);
  const found = withoutIgnored(all, request.ignoreChanges);
  const diff = Object.fromEntries(
    Object.entries(found).map(([path, { kind }]) => [path, { kind, inputDiff: true }]),
  );
  return { changes: Object.keys(diff).length > 0, replaces: replacedPaths(diff), detailedDiff: diff };
}

function inputsOf(outputs: Values): Values {
  const inputs = outputs[INPUTS];
  return isValues(inputs) ? inputs : {};
}

/** Installs a release; a preview says what is known without Helm. */
export async function createRelease(request: CreateRequest, session: Session): Promise<CreateResult> {
  const { newInputs, urn } = request;
  if (request.preview) return { id: "", outputs: checkpoint(newInputs, {}) };
  const to = connect(session, "create");
  const fields = revealAll(newInputs);
  const id = `${textAt(fields, "namespace")}/${textAt(fields, "name")}`;
  try {
    await helm(to, installArguments(fields, locateChart(fields)), valuesFile(fields));
    return { id, outputs: checkpoint(newInputs, outputsOf(await mustFind(to, fields))) };
  } catch (error) {
    const left = await find(to, fields).catch(() => undefined);
    if (left === undefined || !(error instanceof HelmError)) throw error;
    const name = textAt(fields, "name");
    const advice = "Use the `helm` command to investigate the error, correct it, then retry.";
    session.context.log(
      "warning",
      `Helm release "${name}" was created but has a failed status. ${advice} Reason: ${error.message}`,
      urn,
    );
    const reason = `Helm release "${id}" was created, but failed to initialize completely. Use Helm CLI to investigate.: ${notAvailable(id, error)}`;
    throw new InitializationFailed(id, checkpoint(newInputs, outputsOf(left)), {}, [reason]);
  }
}

const notAvailable = (id: string, error: Error): string =>
  `failed to become available within allocated timeout. Error: Helm Release ${id}: ${error.message}`;

/** Upgrades a release in place. */
export async function updateRelease(request: UpdateRequest, session: Session): Promise<Values> {
  const { newInputs } = request;
  if (request.preview) return checkpoint(newInputs, {});
  const to = connect(session, "update");
  const fields = revealAll(newInputs);
  const chart = locateChart(fields);
  if (fields["lint"] === true) await lint(to, fields, chart.chart);
  const before = await find(to, fields);
  try {
    await helm(to, upgradeArguments(fields, chart), valuesFile(fields));
    return checkpoint(newInputs, outputsOf(await mustFind(to, fields)));
  } catch (error) {
    const after = await find(to, fields).catch(() => undefined);
    const tried = after !== undefined && after.revision > (before?.revision ?? 0);
    if (!tried || !(error instanceof HelmError)) throw error;
    const id = `${after.namespace}/${after.name}`;
    const reason =
      `Helm release "${id}" failed to initialize completely. Use Helm CLI to investigate.: ` +
      `error running update: ${notAvailable(id, error)}`;
    throw new InitializationFailed(id, checkpoint(newInputs, outputsOf(after)), {}, [reason]);
  }
}

async function lint(to: Helm, fields: Values, chart: string): Promise<void> {
  await helm(to, ["lint", chart, "--values", `{${VALUES_FILE}}`], valuesFile(fields)).catch(
    (error: unknown) => {
      throw new Error(`malformed chart or values: \n\t${textOf(error)}`);
    },
  );
}

/** What Helm has of a release; its inputs stay the program's, so that a hand-made revision is no difference. */
export async function readRelease(request: ReadRequest, session: Session): Promise<ReadResult | undefined> {
  const old = revealAll(request.oldOutputs);
  const isNew = Object.keys(old).length === 0;
  const { namespace, name } = isNew
    ? splitId(request.id)
    : { namespace: textAt(old, "namespace"), name: textAt(old, "name") };
  const live = await findRelease(connect(session, "read"), namespace, name);
  if (live === undefined) return undefined;
  const { [INPUTS]: kept, ...fields } = old;
  const known = isNew ? imported(live) : fields;
  const given = known["values"];
  const values = mergeValues(isValues(given) ? given : {}, live.config);
  const inputs = {
    ...withoutAt(known, "status"),
    version: live.chartVersion,
    resourceNames: live.resourceNames,
    values,
  };
  const program = isValues(kept) ? kept : withDefaults(inputs, namespace);
  const mark = (bag: Values): Values =>
    annotateSecrets(annotateSecrets(bag, request.oldInputs), request.oldOutputs);
  return {
    id: request.id,
    outputs: checkpointOf(mark({ ...inputs, status: live.status }), program),
    inputs: mark(inputs),
  };
}

const imported = (live: LiveRelease): Values =>
  completeFields({
    name: live.name,
    namespace: live.namespace,
    chart: live.chart,
    version: live.chartVersion,
  });

/** Uninstalls a release; one that is gone already is no error. */
export async function deleteRelease(request: DeleteRequest, session: Session): Promise<void> {
  const { cluster, context } = session;
  if (cluster.api === undefined) {
    throw new Error(
      `can't delete Helm Release with unreachable cluster. Reason: ${JSON.stringify(cluster.unreachable)}`,
    );
  }
  const output = await helm(
    connect(session, "delete"),
    uninstallArguments(revealAll(request.oldOutputs)),
  ).catch((error: unknown) => {
    if (error instanceof HelmError && error.message.includes("release: not found")) return "";
    throw error;
  });
  const [, information = ""] = output.trim().split(/^release ".*" uninstalled$/m);
  if (information.trim() !== "") {
    context.log(
      "warning",
      `Helm uninstall returned information: ${JSON.stringify(information.trim())}`,
      request.urn,
    );
  }
}

function connect({ cluster, settings, context }: Session, verb: string): Helm {
  if (cluster.api === undefined || cluster.connection === undefined) {
    throw new Error(`can't ${verb} Helm Release with unreachable cluster: ${cluster.unreachable}`);
  }
  return { connection: cluster.connection, settings: settings.helm, signal: context.signal };
}

const find = (to: Helm, fields: Values): Promise<LiveRelease | undefined> =>
  findRelease(to, textAt(fields, "namespace"), textAt(fields, "name"));

async function mustFind(to: Helm, fields: Values): Promise<LiveRelease> {
  const found = await find(to, fields);
  if (found === undefined)
    throw new Error(`release "${textAt(fields, "name")}" is not there after Helm made it`);
  return found;
}

const valuesFile = (fields: Values): Record<string, string> => ({
  [VALUES_FILE]: JSON.stringify(fields["values"]),
});

const outputsOf = ({ chartVersion, resourceNames, status }: LiveRelease): Values => ({
  version: chartVersion,
  resourceNames,
  status,
});

const checkpoint = (inputs: Values, found: Values): Values =>
  checkpointOf(annotateSecrets({ ...inputs, ...found }, inputs), inputs);

const checkpointOf = (outputs: Values, inputs: Values): Values => ({
  ...outputs,
  [INPUTS]: new Secret(revealAll(inputs)),
});

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
