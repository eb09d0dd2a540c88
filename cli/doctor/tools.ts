/** The programs that people and golive need: which, from which version on (row L4). */
import semver from "semver";
import { versionIn } from "../../engine/acquire";
import { tools } from "../../engine/tools";
import { fail, ok, skipped, warn, type Reading } from "./finding";
import type { Probes } from "./probes";

interface Needed {
  readonly title: string;
  readonly program: string;
  readonly versionArgs: readonly string[];
  readonly atLeast: string;
  /** What to do where it is missing or too old. */
  readonly mend: string;
  /** What its absence means, where golive can do without. */
  readonly absent?: (mend: string) => Reading;
}

const NODE_AT_LEAST = "20.19.0";

export const neededTools: readonly Needed[] = [
  {
    title: "Helm",
    program: "helm",
    ...tools.helm.onPath,
    mend: "install Helm 3.14 or later: https://helm.sh/docs/intro/install/",
  },
  {
    title: "kubectl",
    program: "kubectl",
    ...tools.kubectl.onPath,
    mend: "install kubectl 1.30 or later: https://kubernetes.io/docs/tasks/tools/",
  },
  {
    title: "Docker",
    program: "docker",
    versionArgs: ["--version"],
    atLeast: "24.0.0",
    mend: "install Docker 24 or later: https://docs.docker.com/engine/install/",
    absent: () => skipped("not installed; needed only where images are built"),
  },
  {
    title: "Pulumi engine",
    program: "pulumi",
    ...tools.pulumi.onPath,
    mend: "upgrade Pulumi: https://www.pulumi.com/docs/install/",
    absent: () =>
      warn("not on this machine yet", "`npm run preview` downloads it, or builds it with Go (about 4 min)"),
  },
];

export function judgeNode(version: string): Reading {
  const mend = `install Node.js ${NODE_AT_LEAST} or later: https://nodejs.org/`;
  return semver.gte(version, NODE_AT_LEAST)
    ? ok(version)
    : fail(`${version}; ${NODE_AT_LEAST} is needed`, mend);
}

export async function judgeTool(needed: Needed, probes: Probes): Promise<Reading> {
  const { program, versionArgs, atLeast, mend, absent } = needed;
  const found = await probes.program(program);
  if (found === undefined) return absent?.(mend) ?? fail("not found on PATH or in golive's cache", mend);
  const outcome = await probes.run(found.path, versionArgs);
  const where = `${found.from}: ${found.path}`;
  if ("failure" in outcome) return fail(`${where} does not run: ${outcome.failure}`, mend);
  const version = versionIn(outcome.text);
  if (version === undefined) return fail(`${where} does not tell its version`, mend);
  return semver.gte(version, atLeast)
    ? ok(`${version} (${where})`)
    : fail(`${version} (${where}); ${atLeast} is needed`, mend);
}
