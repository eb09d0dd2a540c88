import { passes, refuses, type Case } from "../case";
import { deployment, inDeployment } from "./good";
import { tweak } from "./tweak";

const policy = "container-resources";
const positions = { containers: "app", initContainers: "prepare" } as const;

interface Tweak {
  readonly title: string;
  readonly path: readonly string[];
  readonly to: unknown;
  readonly says: RegExp;
}

const wrong: readonly Tweak[] = [
  { title: "no resources at all", path: [], to: undefined, says: /limits\.cpu is absent/ },
  { title: "no limits", path: ["limits"], to: undefined, says: /limits\.(cpu|memory) is absent/ },
  {
    title: "no CPU limit",
    path: ["limits", "cpu"],
    to: undefined,
    says: /limits\.cpu is absent; allowed: a quantity of cpu/,
  },
  { title: "no memory limit", path: ["limits", "memory"], to: undefined, says: /limits\.memory is absent/ },
  { title: "no requests", path: ["requests"], to: undefined, says: /requests\.(cpu|memory) is absent/ },
  { title: "no CPU request", path: ["requests", "cpu"], to: undefined, says: /requests\.cpu is absent/ },
  {
    title: "no memory request",
    path: ["requests", "memory"],
    to: undefined,
    says: /requests\.memory is absent/,
  },
  {
    title: "a limit of zero, which is none",
    path: ["limits", "cpu"],
    to: "0",
    says: /limits\.cpu is "0"; .*more than zero/,
  },
  { title: "a request of zero", path: ["requests", "memory"], to: 0, says: /requests\.memory is "0"/ },
  {
    title: "a limit that is no quantity",
    path: ["limits", "memory"],
    to: "200MB",
    says: /limits\.memory is "200MB"/,
  },
  {
    title: "a CPU limit above the ceiling",
    path: ["limits", "cpu"],
    to: "501m",
    says: /is "501m"; allowed: at most 500m \(golive:ceiling\.cpu\)/,
  },
  {
    title: "a CPU limit above the ceiling in another unit",
    path: ["limits", "cpu"],
    to: 0.6,
    says: /is "0\.6"; allowed: at most 500m/,
  },
  {
    title: "a memory limit above the ceiling",
    path: ["limits", "memory"],
    to: "1Gi",
    says: /is "1Gi"; allowed: at most 512Mi/,
  },
  {
    title: "a memory limit above the ceiling in decimal bytes",
    path: ["limits", "memory"],
    to: "536870913",
    says: /at most 512Mi/,
  },
  {
    title: "a CPU request above the limit",
    path: ["requests", "cpu"],
    to: "0.3",
    says: /requests\.cpu is "0\.3"; allowed: at most the limit, "200m"/,
  },
  {
    title: "a memory request above the limit",
    path: ["requests", "memory"],
    to: "210M",
    says: /requests\.memory is "210M"/,
  },
];

const right: readonly Omit<Tweak, "says">[] = [
  { title: "a CPU limit at the ceiling in another unit", path: ["limits", "cpu"], to: 0.5 },
  { title: "a memory limit at the ceiling in bytes", path: ["limits", "memory"], to: "536870912" },
  { title: "a CPU request equal to the limit in another unit", path: ["requests", "cpu"], to: "0.2" },
  {
    title: "a memory request equal to the limit in another unit",
    path: ["requests", "memory"],
    to: "204800Ki",
  },
];

function at(position: string, path: readonly string[]) {
  return [...inDeployment, position, 0, "resources", ...path];
}

/** Each tweak on a container and on an init container. */
export const resourceCases: readonly Case[] = Object.entries(positions).flatMap(([position, container]) => [
  ...wrong.map(({ title, path, to, says }) =>
    refuses(
      `${position} with ${title}`,
      tweak(deployment(), at(position, path), to),
      policy,
      new RegExp(
        `^Deployment/kometa-develop in namespace kometa-develop: container "${container}", spec.template.spec.${position}.*${says.source}`,
      ),
    ),
  ),
  ...right.map(({ title, path, to }) =>
    passes(`${position} with ${title}`, tweak(deployment(), at(position, path), to)),
  ),
]);
