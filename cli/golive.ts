/** The `golive` command. Each subcommand loads its own code when it is called, so that the others cost nothing. */
import { Command } from "commander";
import { operations, runOperation, type Operation } from "./pulumi";

const DEFAULT_STACK = "develop";

const summaries: Readonly<Record<Operation, string>> = {
  preview: "show what a stack would change, judged by the policy pack",
  up: "apply a stack, judged by the policy pack",
  refresh: "read the stack's resources back from the cluster",
  destroy: "delete everything that a stack holds",
};

const program = new Command("golive").description("release engineering as a Pulumi program");

for (const operation of operations) {
  program
    .command(`${operation} [stack] [args...]`)
    .description(summaries[operation])
    .allowUnknownOption()
    .action(async (stack: string | undefined, args: string[]) => {
      const named = stack !== undefined && !stack.startsWith("-");
      const rest = stack === undefined || named ? args : [stack, ...args];
      process.exitCode = await runOperation(operation, named ? stack : DEFAULT_STACK, rest);
    });
}

program
  .command("engine")
  .description("show where each part of the Pulumi engine comes from")
  .action(async () => (await import("./engine")).showEngine());

program
  .command("cluster [stack]")
  .description("run a local control plane (real API server, played nodes and AWS) until Ctrl-C")
  .action(async (stack: string | undefined) =>
    (await import("./cluster")).clusterCommand(stack ?? DEFAULT_STACK),
  );

program
  .command("render [stack]")
  .description("write all that a stack would hold as plain files, without a cluster")
  .requiredOption("--out <dir>", "folder to write to")
  .action(async (stack: string | undefined, options: { out: string }) => {
    process.env.GOLIVE_HELM = await (await import("../engine/acquire")).findTool("helm");
    const { files, secrets } = await (
      await import("./render")
    ).renderStack({ stack: stack ?? DEFAULT_STACK, ...options });
    const left =
      secrets.length > 0 ? `; ${secrets.length} secret fields left out, listed in contents.json` : "";
    console.log(`${files.length} files in ${options.out}${left}`);
  });

program
  .command("doctor [stack]")
  .description("check the tools, the cluster, the certificate and the registry that a stack needs")
  .option("--json", "print the readings as JSON")
  .action(async (stack: string | undefined, options: { json?: boolean }) => {
    process.exitCode = await (await import("./doctor")).doctorCommand(stack ?? DEFAULT_STACK, options);
  });

program.parseAsync().catch(async (error: unknown) => {
  const { isUserMistake } = await import("./report");
  console.error(error instanceof Error ? (isUserMistake(error) ? error.message : error.stack) : error);
  process.exitCode = 1;
});
