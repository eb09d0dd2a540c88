// The fields of a Helm release as Pulumi's plugin keeps them: each with its zero value where the program set none.
// Facts: pulumi-kubernetes provider/pkg/provider/helm_release.go Release, decodeRelease, setDefaults, mergeMaps.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { homedir } from "node:os";
import { parse } from "yaml";
import { z } from "zod";
import { entries, isList, isValues, revealAll, type Value, type Values } from "../../values";

/** Seconds that Helm waits by default. */
export const DEFAULT_TIMEOUT = 300;

const ZERO: Values = {
  allowNullValues: false,
  atomic: false,
  chart: "",
  cleanupOnFail: false,
  createNamespace: false,
  dependencyUpdate: false,
  description: "",
  devel: false,
  disableCRDHooks: false,
  disableOpenapiValidation: false,
  disableWebhooks: false,
  forceUpdate: false,
  keyring: "",
  lint: false,
  name: "",
  namespace: "",
  postrender: "",
  recreatePods: false,
  renderSubchartNotes: false,
  replace: false,
  resetValues: false,
  reuseValues: false,
  skipAwait: false,
  skipCrds: false,
  timeout: 0,
  values: {},
  verify: false,
  version: "",
  waitForJobs: false,
};

/** Fields that stay absent where the program did not set them. */
const OPTIONAL = ["maxHistory", "repositoryOpts"];

/** Inputs with the defaults that depend on nothing else. */
export function withDefaults(inputs: Values, namespace: string): Values {
  const placed = isEmpty(inputs["namespace"]) ? { ...inputs, namespace } : inputs;
  const waits = placed["skipAwait"] !== true && placed["timeout"] === undefined;
  const timed = waits ? { ...placed, timeout: DEFAULT_TIMEOUT } : placed;
  const needsKeyring = timed["verify"] === true && isEmpty(timed["keyring"]);
  return needsKeyring ? { ...timed, keyring: path.join(homedir(), ".gnupg", "pubring.gpg") } : timed;
}

const isEmpty = (value: Value | undefined): boolean => value === undefined || value === null || value === "";

/** Every field, the values files merged into `values`. The bag may hold secrets and no unknowns. */
export function completeFields(inputs: Values): Values {
  const opened = revealAll(inputs);
  const files = opened["valueYamlFiles"];
  const own = opened["values"];
  const values = [...(isList(files) ? files.map(assetValues) : []), isValues(own) ? own : {}];
  const kept = [...Object.keys(ZERO), ...OPTIONAL].flatMap((key): [string, Value][] => {
    const value = opened[key] ?? ZERO[key];
    return value === undefined ? [] : [[key, value]];
  });
  const nulls = opened["allowNullValues"] === true;
  const merged = values.map((one) => (nulls ? one : withoutNulls(one))).reduce(mergeValues, {});
  return { ...Object.fromEntries(kept), values: merged };
}

/** The later wins; bags are merged, lists replaced. */
export function mergeValues(base: Values, over: Values): Values {
  const result: Record<string, Value> = Object.fromEntries(entries(base));
  for (const [key, value] of entries(over)) {
    const old = result[key];
    result[key] = isValues(old) && isValues(value) ? mergeValues(old, value) : value;
  }
  return result;
}

function withoutNulls(values: Values): Values {
  return Object.fromEntries(
    entries(values).flatMap(([key, value]): [string, Value][] =>
      value === null ? [] : [[key, isValues(value) ? withoutNulls(value) : value]],
    ),
  );
}

const asset = z.looseObject({
  text: z.string().optional(),
  path: z.string().optional(),
  uri: z.string().optional(),
});

/** The values in a file or text that the program passes as an asset. */
function assetValues(value: Value): Values {
  const given = asset.safeParse(value);
  if (!given.success) throw new Error("unsupported type for 'valueYamlFiles' arg: an asset is expected");
  const { text, path: file, uri } = given.data;
  if (text === undefined && file === undefined) {
    throw new Error(
      `golive's offline stand-in does not fetch values files: ${uri ?? "the asset has no text and no path"}`,
    );
  }
  if (text === undefined && !existsSync(file ?? ""))
    throw new Error(`failed to open asset file '${file ?? ""}': no such file`);
  const parsed: unknown = parse(text ?? readFileSync(file ?? "", "utf8"));
  return isValues(parsed) ? parsed : {};
}
