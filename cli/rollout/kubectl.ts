/** kubectl on the stack's cluster: any kind of login works, and what it refuses is told in its own words. */
import { spawn } from "node:child_process";
import { findTool } from "../../engine/acquire";
import type { ClusterAccess } from "../../rollout/place";

/** What kubectl could not do; `reason` is the API server's, such as `Conflict`, where it gave one. */
export class KubectlFailed extends Error {
  override readonly name = "KubectlFailed";
  readonly reason: string | undefined;

  constructor(args: readonly string[], stderr: string) {
    const said = stderr.trim().split("\n").pop() ?? "";
    super(`kubectl ${args.slice(0, 2).join(" ")}: ${said === "" ? "no answer" : said}`);
    this.reason = /\((\w+)\)/.exec(said)?.[1];
  }
}

/** Runs kubectl with these arguments, `input` as its standard input, and gives what it printed. Errors: {@link KubectlFailed}. */
export type Kubectl = (args: readonly string[], input?: string) => Promise<string>;

/** What one question may take: an API server that is away must not hold a rollout for minutes. */
const LIMIT_SECONDS = 10;

/** kubectl on a stack's cluster. */
export async function kubectlOf({ context, kubeconfig }: ClusterAccess): Promise<Kubectl> {
  const kubectl = await findTool("kubectl");
  const flags = [
    ...(context === undefined ? [] : [`--context=${context}`]),
    ...(kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`]),
    `--request-timeout=${LIMIT_SECONDS}s`,
  ];
  return (args, input) => run(kubectl, [...flags, ...args], args, input);
}

function run(
  kubectl: string,
  all: readonly string[],
  args: readonly string[],
  input: string | undefined,
): Promise<string> {
  const child = spawn(kubectl, all, { stdio: ["pipe", "pipe", "pipe"] });
  const out: string[] = [];
  const err: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => out.push(text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => err.push(text));
  // One that ended before it read its input says why on standard error.
  child.stdin.on("error", () => undefined).end(input ?? "");
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(out.join(""));
      else reject(new KubectlFailed(args, err.join("")));
    });
  });
}
