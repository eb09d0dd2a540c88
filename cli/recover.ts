/** `golive recover`: what a command can do of the documents' recoveries (row L19). Each loads its own code when it is called. */
import { Command } from "commander";
import type { SecretsOptions } from "./recover/secrets";
import type { WorkerOptions } from "./recover/worker";
import { ended, withSources } from "./rollout";

export function recoverCommand(): Command {
  const recover = new Command("recover").description("do what a command can do of a recovery");
  onSystem(recover, "secrets", "say where each secret comes back from, read the store again, and rotate")
    .option("--rotate <names>", "those that golive makes, by commas, or all")
    .action((system: string, options: SecretsOptions) =>
      ended(async () => (await import("./recover/secrets")).recoverSecrets(system, options)),
    );
  withSources(
    onSystem(recover, "worker", "start a worker anew, give it more pods, and watch its queue").option(
      "--replicas <pods>",
      "pods that it gets, for good",
    ),
  ).action((system: string, options: WorkerOptions) =>
    ended(async () => (await import("./recover/worker")).recoverWorker(system, options)),
  );
  return recover;
}

const onSystem = (recover: Command, name: string, about: string): Command =>
  recover
    .command(name)
    .description(about)
    .argument("<system>", "key of the system in the stack file")
    .requiredOption("-s, --stack <name>", "the stack");
