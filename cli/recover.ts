/** `golive recover`: what a command can do of the documents' recoveries (row L19). Each loads its own code when it is called. */
import { Command } from "commander";
import type { DatabaseOptions } from "./recover/database";
import type { SecretsOptions } from "./recover/secrets";
import type { WorkerOptions } from "./recover/worker";
import { ended, withSources } from "./rollout";
import type { ControlOptions } from "./rollout/control";

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
  onSystem(
    recover,
    "database",
    "schema and data back, in the documents' order; again: goes on where it stands",
  )
    .requiredOption("--reason <text>", "why")
    .option("--reverse <version>", "take the version's migrations back")
    .option("--restore <dump>", "put a dump back, or the latest that was made before a version's migration")
    .option("--code", "code and traffic of the latest rollout go back first, as golive rollback takes them")
    .option("--stop", "no pods of what writes to it meanwhile")
    .option("--by <name>", "who says so (default: the user of this machine)")
    .option("--dry-run", "print the plan with its times, and change nothing")
    .option("--json", "print the journal as JSON lines")
    .action((system: string, options: DatabaseOptions) =>
      ended(async () => (await import("./recover/database")).recoverDatabase(system, options)),
    );
  onSystem(recover, "approve", "say that what only a person can do is done")
    .requiredOption("--role <role>", "role that approves")
    .requiredOption("--by <name>", "who answers for it")
    .option("--key <file>", "private key that signs it, where the stack file names signers")
    .action((system: string, options: ControlOptions) => ended(() => told("approve", system, options)));
  onSystem(recover, "abort", "end a recovery that stands still: writers and users are let back")
    .requiredOption("--reason <text>", "why")
    .option("--by <name>", "who says so (default: the user of this machine)")
    .action((system: string, options: ControlOptions) => ended(() => told("abort", system, options)));
  return recover;
}

const told = async (word: "approve" | "abort", system: string, options: ControlOptions): Promise<number> =>
  (await import("./rollout/control")).controlCommand(word, system, options, "recoveries");

const onSystem = (recover: Command, name: string, about: string): Command =>
  recover
    .command(name)
    .description(about)
    .argument("<system>", "key of the system in the stack file")
    .requiredOption("-s, --stack <name>", "the stack");
