// What a release's fields are on Helm's command line.
// Facts: pulumi-kubernetes provider/pkg/provider/helm_release.go helmCreate, helmUpdate, Delete.
import type { Values } from "../../values";
import { numberAt, textAt } from "../object";
import type { ChartReference } from "./chart";
import { DEFAULT_TIMEOUT } from "./fields";

/** The file of values that a command finds beside it. */
export const VALUES_FILE = "values.json";

/** A flag for each field that is true. */
type Switches = readonly (readonly [field: string, flag: string])[];

const BOTH: Switches = [
  ["dependencyUpdate", "--dependency-update"],
  ["renderSubchartNotes", "--render-subchart-notes"],
  ["disableOpenapiValidation", "--disable-openapi-validation"],
  ["atomic", "--atomic"],
];

const INSTALL: Switches = [
  ...BOTH,
  ["createNamespace", "--create-namespace"],
  ["disableWebhooks", "--no-hooks"],
  ["replace", "--replace"],
  ["skipCrds", "--skip-crds"],
];

const UPGRADE: Switches = [
  ...BOTH,
  ["cleanupOnFail", "--cleanup-on-fail"],
  // Not a slip: Pulumi's plugin takes this field, not disableWebhooks, when it upgrades.
  ["disableCRDHooks", "--no-hooks"],
  ["forceUpdate", "--force"],
  ["resetValues", "--reset-values"],
  ["reuseValues", "--reuse-values"],
];

/** `helm install`. */
export const installArguments = (fields: Values, chart: ChartReference): string[] => [
  "install",
  ...shared(fields, chart, INSTALL),
];

/** `helm upgrade`. */
export const upgradeArguments = (fields: Values, chart: ChartReference): string[] => [
  "upgrade",
  ...shared(fields, chart, UPGRADE),
  "--history-max",
  String(numberAt(fields, "maxHistory") ?? 0),
];

/** `helm uninstall`. */
export const uninstallArguments = (fields: Values): string[] => [
  "uninstall",
  textAt(fields, "name"),
  ...place(fields),
  ...(fields["atomic"] === true || fields["skipAwait"] !== true ? ["--wait"] : []),
];

function shared(fields: Values, { chart, flags }: ChartReference, switches: Switches): string[] {
  const waits = fields["skipAwait"] !== true;
  return [
    textAt(fields, "name"),
    chart,
    ...place(fields),
    ...flags,
    "--values",
    `{${VALUES_FILE}}`,
    ...(waits ? ["--wait"] : []),
    ...(waits && fields["waitForJobs"] === true ? ["--wait-for-jobs"] : []),
    ...switches.flatMap(([field, name]) => (fields[field] === true ? [name] : [])),
    ...texts(fields, "description", "--description"),
    ...texts(fields, "postrender", "--post-renderer"),
  ];
}

const texts = (fields: Values, field: string, flag: string): string[] =>
  textAt(fields, field) === "" ? [] : [flag, textAt(fields, field)];

const place = (fields: Values): string[] => [
  "--namespace",
  textAt(fields, "namespace"),
  "--timeout",
  `${numberAt(fields, "timeout") || DEFAULT_TIMEOUT}s`,
];
