// Which chart a release means. Facts: pulumi-kubernetes provider/pkg/provider/helm_release.go locateChart, localChart.
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { refuseUnlessLoopback } from "../../loopback";
import { isValues, type Values } from "../../values";
import { textAt } from "../object";

/** A chart as Helm's command line takes it. */
export interface ChartReference {
  /** A path, a name in a repository, or an OCI address. */
  readonly chart: string;
  readonly flags: readonly string[];
}

/** Finds a chart, without rendering it. Throws in Pulumi's words where there is none. */
export function locateChart(fields: Values): ChartReference {
  const named = nameInRepository(fields);
  const flags = [
    ...flag("--version", textAt(fields, "version").trim()),
    ...(fields["devel"] === true ? ["--devel"] : []),
    ...(fields["verify"] === true ? ["--verify", ...flag("--keyring", textAt(fields, "keyring"))] : []),
  ];
  if (named.url === "") {
    const local = localChart(named.name);
    if (local !== undefined) return { chart: local, flags };
    if (path.isAbsolute(named.name) || named.name.startsWith("."))
      throw new Error(`path "${named.name}" not found`);
  }
  refuseRemote(named);
  return { chart: named.name, flags: [...flags, ...repositoryFlags(fields, named.url)] };
}

const flag = (name: string, value: string): string[] => (value === "" ? [] : [name, value]);

interface Named {
  readonly url: string;
  readonly name: string;
}

function nameInRepository(fields: Values): Named {
  const name = textAt(fields, "chart").trim();
  const repository = textAt(fields, "repositoryOpts", "repo");
  if (name.startsWith("oci://") || repository === "") return { url: "", name };
  if (URL.canParse(repository)) return { url: repository, name };
  return { url: "", name: name.includes("/") ? name : `${repository}/${name}` };
}

/** A folder counts only with a Chart.yaml; without one the name may be of a repository. */
function localChart(name: string): string | undefined {
  if (!existsSync(name)) return undefined;
  if (!statSync(name).isDirectory()) return path.resolve(name);
  const file = path.join(name, "Chart.yaml");
  if (!existsSync(file)) return undefined;
  validate(readFileSync(file, "utf8"));
  return path.resolve(name);
}

/** As Helm says it when it loads a chart. */
function validate(text: string): void {
  const parsed: unknown = parse(text);
  const metadata = isValues(parsed) ? parsed : {};
  for (const field of ["apiVersion", "name", "version"]) {
    if (textAt(metadata, field) === "") throw new Error(`validation: chart.metadata.${field} is required`);
  }
  const type = textAt(metadata, "type");
  if (type !== "" && type !== "application") throw new Error(`${type} charts are not installable`);
}

function refuseRemote({ url, name }: Named): void {
  const address = url || (name.startsWith("oci://") ? name : "");
  if (address !== "") refuseUnlessLoopback(address, `the chart repository of "${name}"`);
}

function repositoryFlags(fields: Values, url: string): string[] {
  const option = (name: string): string => textAt(fields, "repositoryOpts", name);
  return [
    ...flag("--repo", url),
    ...flag("--username", option("username")),
    ...flag("--password", option("password")),
    ...flag("--ca-file", option("caFile")),
    ...flag("--cert-file", option("certFile")),
    ...flag("--key-file", option("keyFile")),
  ];
}
