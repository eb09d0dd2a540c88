import type { PolicyName } from "../../../policies/names";
import { passes, refuses, under, type Case, type RuleParameters } from "../case";
import { deployment, inDeployment, pod } from "./good";
import { tweak } from "./tweak";

const positions = { containers: "app", initContainers: "prepare" } as const;

interface Tweak {
  readonly title: string;
  readonly path: readonly string[];
  readonly to: unknown;
}

interface Wrong extends Tweak {
  readonly says: RegExp;
  readonly parameters?: RuleParameters;
}

const wrong = (
  title: string,
  path: string,
  to: unknown,
  says: RegExp,
  parameters?: RuleParameters,
): Wrong => ({
  title,
  path: path === "" ? [] : path.split("."),
  to,
  says,
  ...(parameters === undefined ? {} : { parameters }),
});

const missing: readonly Wrong[] = [
  wrong("no resources at all", "", undefined, /limits\.cpu is absent/),
  wrong("no limits", "limits", undefined, /limits\.(cpu|memory) is absent/),
  wrong("no CPU limit", "limits.cpu", undefined, /limits\.cpu is absent; allowed: a quantity of cpu/),
  wrong("no memory limit", "limits.memory", undefined, /limits\.memory is absent/),
  wrong("no requests", "requests", undefined, /requests\.(cpu|memory) is absent/),
  wrong("no CPU request", "requests.cpu", undefined, /requests\.cpu is absent/),
  wrong("no memory request", "requests.memory", undefined, /requests\.memory is absent/),
  wrong("a limit of zero, which is none", "limits.cpu", "0", /limits\.cpu is "0"; .*more than zero/),
  wrong("a limit of zero thousandths", "limits.cpu", "0m", /limits\.cpu is "0m"; .*more than zero/),
  wrong("a limit of zero with an exponent", "limits.memory", "0e9", /limits\.memory is "0e9"/),
  wrong("a limit below zero", "limits.memory", "-1Gi", /limits\.memory is "-1Gi"/),
  wrong("a request of zero", "requests.memory", 0, /requests\.memory is "0"/),
];

const ratio = { "resource-range": { ratio: 2 } };
const minimum = { "resource-range": { minimum: { cpu: "200m", memory: "200Mi" } } };

const outOfRange: readonly Wrong[] = [
  wrong(
    "a CPU limit above the ceiling",
    "limits.cpu",
    "501m",
    /is "501m"; allowed: at most 500m \(ceiling\.cpu\)/,
  ),
  wrong(
    "a CPU limit above the ceiling in another unit",
    "limits.cpu",
    0.6,
    /is "0\.6"; allowed: at most 500m/,
  ),
  wrong(
    "a CPU limit above the ceiling as an exponent",
    "limits.cpu",
    "1e0",
    /is "1e0"; allowed: at most 500m/,
  ),
  wrong("a memory limit above the ceiling", "limits.memory", "1Gi", /is "1Gi"; allowed: at most 512Mi/),
  wrong("a memory limit above the ceiling in bytes", "limits.memory", "536870913", /at most 512Mi/),
  wrong("a memory limit above the ceiling in millions", "limits.memory", "537M", /at most 512Mi/),
  wrong(
    "a CPU request above the limit",
    "requests.cpu",
    "0.3",
    /requests\.cpu is "0\.3"; allowed: at most the limit, "200m"/,
  ),
  wrong("a memory request above the limit", "requests.memory", "210M", /requests\.memory is "210M"/),
  wrong(
    "thousandths of a byte",
    "limits.memory",
    "512000m",
    /limits\.memory is "512000m"; allowed: bytes, such as 200Mi/,
  ),
  wrong(
    "a memory limit without a unit",
    "limits.memory",
    200,
    /limits\.memory is "200"; allowed: at least 1Mi/,
  ),
  wrong(
    "mebibytes of CPU",
    "limits.cpu",
    "200Mi",
    /limits\.cpu is "200Mi"; allowed: cores or thousandths of one/,
  ),
  wrong(
    "less than a thousandth of a core",
    "requests.cpu",
    "0.0005",
    /requests\.cpu is "0\.0005"; allowed: at least 1m/,
  ),
  wrong(
    "a limit above the ratio",
    "limits.cpu",
    "201m",
    /is "201m"; allowed: at most 2 times the request, "100m" \(ratio\)/,
    ratio,
  ),
  wrong(
    "a limit below the minimum",
    "limits.cpu",
    "199m",
    /is "199m"; allowed: at least 200m \(minimum\.cpu\)/,
    minimum,
  ),
];

const right: readonly (Tweak & { readonly parameters?: RuleParameters })[] = [
  { title: "a CPU limit at the ceiling in another unit", path: ["limits", "cpu"], to: 0.5 },
  { title: "a memory limit at the ceiling in bytes", path: ["limits", "memory"], to: "536870912" },
  { title: "a CPU request equal to the limit in another unit", path: ["requests", "cpu"], to: "0.2" },
  {
    title: "a memory request equal to the limit in another unit",
    path: ["requests", "memory"],
    to: "204800Ki",
  },
  { title: "a limit at the ratio", path: ["limits", "cpu"], to: "0.2", parameters: ratio },
  { title: "a limit at the minimum", path: ["limits", "memory"], to: "200Mi", parameters: minimum },
];

const at = (position: string, path: readonly (string | number)[]) => [
  ...inDeployment,
  position,
  0,
  "resources",
  ...path,
];

/** Each tweak on a container and on an init container. */
const refusedIn = (policy: PolicyName, all: readonly Wrong[]): Case[] =>
  Object.entries(positions).flatMap(([position, container]) =>
    all.map(({ title, path, to, says, parameters = {} }) =>
      under(
        parameters,
        refuses(
          `${position} with ${title}`,
          tweak(deployment(), at(position, path), to),
          policy,
          new RegExp(
            `^Deployment/kometa-develop in namespace kometa-develop: container "${container}", spec.template.spec.${position}.*${says.source}`,
          ),
        ),
      ),
    ),
  );

const [app] = pod.containers;
const beside = (resources: unknown) =>
  tweak(deployment(), [...inDeployment, "containers"], [app, { ...app, name: "second", resources }]);

export const resourceCases: readonly Case[] = [
  ...refusedIn("container-resources", missing),
  passes("a second container with resources of its own", beside(app?.resources)),
  refuses(
    "limits on the first container alone",
    beside(undefined),
    "container-resources",
    /container "second", spec\.template\.spec\.containers\[1\]\.resources\.limits\.cpu is absent/,
  ),
];

export const rangeCases: readonly Case[] = [
  ...refusedIn("resource-range", outOfRange),
  ...Object.keys(positions).flatMap((position) =>
    right.map(({ title, path, to, parameters = {} }) =>
      under(parameters, passes(`${position} with ${title}`, tweak(deployment(), at(position, path), to))),
    ),
  ),
];

const storage = { "ephemeral-storage": {} };
const withStorage = ["containers", "initContainers"].reduce(
  (resource, position) =>
    ["limits", "requests"].reduce(
      (each, part) => tweak(each, at(position, [part, "ephemeral-storage"]), "1Gi"),
      resource,
    ),
  deployment(),
);

export const storageCases: readonly Case[] = [
  under(storage, passes("limits and requests of ephemeral storage", withStorage)),
  ...Object.keys(positions).flatMap((position) =>
    ["limits", "requests"].flatMap((part) =>
      [undefined, "0"].map((to) =>
        under(
          storage,
          refuses(
            `${position} with ${part} of ephemeral storage ${String(to)}`,
            tweak(withStorage, at(position, [part, "ephemeral-storage"]), to),
            "ephemeral-storage",
            new RegExp(
              `${position}\\[0\\]\\.resources\\.${part}\\.ephemeral-storage is ("0"|absent); allowed: a quantity`,
            ),
          ),
        ),
      ),
    ),
  ),
];
