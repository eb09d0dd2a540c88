/** The `golive` command. Each subcommand loads its own code when it is called, so that the others cost nothing. */
import { Command, InvalidArgumentError } from "commander";
import type { GateCommandOptions } from "./gate";
import type { TestOptions as PolicyTestOptions } from "./policy/test";
import { exportStack, operations, runOperation, type Operation } from "./pulumi";
import { releaseCommand } from "./release";
import { recoverCommand } from "./recover";
import { rollbackCommand, rolloutCommand } from "./rollout";
import type { ReviewOptions } from "./migrations";
import { report } from "./report";
import type { LintOptions as TrafficLintOptions } from "./traffic/lint";

const DEFAULT_STACK = "develop";

const summaries: Readonly<Record<Operation, string>> = {
  preview: "show what a stack would change, judged by the policy pack",
  up: "apply a stack, judged by the policy pack",
  refresh: "read the stack's resources back from the cluster",
  destroy: "delete everything that a stack holds",
};

const program = new Command("golive")
  .description("release engineering as a Pulumi program")
  // What comes after a subcommand is the subcommand's: `golive rollout` has options that its own subcommands have too.
  .enablePositionalOptions();

for (const operation of operations) {
  program
    .command(`${operation} [stack] [args...]`)
    .description(summaries[operation])
    // As Pulumi has it; passed on, it would run that stack with the file of another.
    .option("-s, --stack <name>", "the stack, another way")
    .allowUnknownOption()
    .action(async (first: string | undefined, args: string[], { stack }: { stack?: string }) => {
      const named = stack === undefined && first !== undefined && !first.startsWith("-");
      const rest = first === undefined || named ? args : [first, ...args];
      process.exitCode = await runOperation(operation, stack ?? (named ? first : DEFAULT_STACK), rest);
    });
}

program
  .command("engine")
  .description("show where each part of the Pulumi engine comes from")
  .option("--all", "make what the local control plane and the tests need as well")
  .action(async (options: { all?: boolean }) => (await import("./engine")).showEngine(options));

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
    await (await import("./render")).renderCommand(stack ?? DEFAULT_STACK, options.out);
  });

program
  .command("dashboards [stack]")
  .description("show a stack's Grafana dashboards on one page, with synthetic data")
  .option("--html <file>", "file of the page (default: out/dashboards/<stack>.html)")
  .option("--png <dir>", "take a picture of each dashboard, by Chromium")
  .action(async (stack: string | undefined, options: { html?: string; png?: string }) =>
    (await import("./dashboards")).dashboardsCommand(stack ?? DEFAULT_STACK, options),
  );

program
  .command("local [system]")
  .description("write and start what a system needs on a developer's machine (Docker Compose)")
  .option("--write-only", "write compose.yaml and .env.example, and start nothing")
  .option("--out <dir>", "folder to write to (default: out/local/<system>)")
  .option("-s, --stack <name>", "stack whose settings the application has", "staging")
  .action(
    async (system: string | undefined, options: { writeOnly?: boolean; out?: string; stack: string }) => {
      const { DEFAULT_SYSTEM, localCommand } = await import("./local");
      process.exitCode = await localCommand(system ?? DEFAULT_SYSTEM, options);
    },
  );

program
  .command("doctor [stack]")
  .description("check the tools, the cluster, the certificate and the registry that a stack needs")
  .option("--json", "print the readings as JSON")
  .action(async (stack: string | undefined, options: { json?: boolean }) => {
    process.exitCode = await (await import("./doctor")).doctorCommand(stack ?? DEFAULT_STACK, options);
  });

program
  .command("export [stack]")
  .description("write the stack's state to a file, to go back to: a restore point")
  .requiredOption("--out <file>", "file to write to")
  .action(async (stack: string | undefined, options: { out: string }) => {
    process.exitCode = await exportStack(stack ?? DEFAULT_STACK, options.out);
  });

program
  .command("version <stack> <system> <tag>")
  .description(
    "put a version into the stack file: v1.4.0, or v1.4.0@sha256:… where the file names digests and no record knows it",
  )
  .option("--of <workload>", "the one workload that is meant, where the system has several versions")
  .action(async (stack: string, system: string, tag: string, options: { of?: string }) =>
    (await import("./version")).versionCommand(stack, { system, tag, ...options }),
  );

const policy = program.command("policy").description("the rules of the policy pack, on files");

policy
  .command("list")
  .description("show each rule with its level on each stack and the requirements that it serves")
  .option(
    "--json",
    "print them as JSON, with what they check and the rules of others that they correspond to",
  )
  .action(async (options: { json?: boolean }) => (await import("./policy/list")).policyListCommand(options));

policy
  .command("test <files...>")
  .description(
    "judge manifests, helm template output, a Pulumi preview or a folder of them (- reads standard input)",
  )
  .option("--json", "print a verdict for each object and rule as JSON")
  .option("--config <file>", "parameters and levels, as Pulumi's --policy-pack-config takes them")
  .option("-s, --stack <name>", "judge as the pack does on this stack; without it every rule is mandatory")
  .option("--rule <id...>", "judge by these rules alone")
  .option("--sarif <file>", "write what does not pass as SARIF, for a pull request")
  .option("--junit <file>", "write all verdicts as JUnit XML, for a CI server")
  .action(async (files: string[], options: PolicyTestOptions) => {
    process.exitCode = await (await import("./policy/test")).policyTestCommand(files, options);
  });

program
  .command("traffic")
  .description("how requests reach the services")
  .command("lint [files...]")
  .description(
    "refuse the traps of canaries and weighted routes in manifests, helm template output or a Pulumi preview (- reads standard input)",
  )
  .option("--json", "print each finding as JSON")
  .option("--cluster", "judge with what the cluster of the kubeconfig holds, and that too")
  .option("--context <name>", "context of the kubeconfig, for --cluster")
  .action(async (files: string[], options: TrafficLintOptions) => {
    process.exitCode = await (await import("./traffic/lint")).trafficLintCommand(files, options);
  });

const alerts = program.command("alerts").description("the alerts of a stack, before it is there");

alerts
  .command("list [stack]")
  .description("show each alert with whom it calls")
  .option("--json", "print them as JSON, with their expressions")
  .action(async (stack: string | undefined, options: { json?: boolean }) =>
    (await import("./alerts")).listAlerts(stack ?? DEFAULT_STACK, options),
  );

alerts
  .command("simulate [stack]")
  .description("count whom the alerts call on four simulated days: steady, night, deploy, incident")
  .option("--json", "print the calls as JSON, for a later --against")
  .option("--against <file>", "compare with the JSON of before a change; more calls fail")
  .action(async (stack: string | undefined, options: { json?: boolean; against?: string }) => {
    process.exitCode = await (await import("./alerts")).simulateAlerts(stack ?? DEFAULT_STACK, options);
  });

program
  .command("gate [rules]")
  .description(
    "judge rules by what Prometheus, Loki and Alertmanager say now; exit code 0 advance, 2 hold, 3 roll back",
  )
  .option("--prometheus <url>", "address of Prometheus")
  .option("--loki <url>", "address of Loki")
  .option("--alertmanager <url>", "address of Alertmanager")
  .option("--system <name>", "judge by the rules of a stack's system, instead of a file's")
  .option("-s, --stack <name>", "the stack")
  .option("--service <name>", "the system's rules of this service alone")
  .option(
    "--interval <seconds>",
    "between two readings of what must fail several times in a row",
    seconds,
    10,
  )
  .option("--json", "print the verdict and each reading as JSON")
  .action(async (rules: string | undefined, options: GateCommandOptions) => {
    process.exitCode = await (await import("./gate")).gateCommand(rules, options);
  });

program
  .command("new")
  .description("write the beginnings of something")
  .command("system <name>")
  .description("write a working system: settings, composition, test, and its key in a stack file")
  .option("-s, --stack <name>", "the stack that is to hold it", DEFAULT_STACK)
  .action(async (name: string, { stack }: { stack: string }) =>
    (await import("./new-system")).newSystemCommand(name, stack),
  );

program
  .command("migrations")
  .description("the SQL of the migrations that a stack file names")
  .command("review [system]")
  .description(
    "show what each migration locks, destroys or breaks, with the line and the safe way; exit code 1 on errors",
  )
  .option("-s, --stack <name>", "the stack", DEFAULT_STACK)
  .option("--json", "print each finding as JSON")
  .action(async (system: string | undefined, options: ReviewOptions) => {
    process.exitCode = await (await import("./migrations")).reviewCommand(system, options);
  });

program.addCommand(releaseCommand());
program.addCommand(rolloutCommand());
program.addCommand(rollbackCommand());
program.addCommand(recoverCommand());

function seconds(value: string): number {
  const parsed = Number(value);
  if (value.trim() !== "" && parsed > 0 && Number.isFinite(parsed)) return parsed;
  throw new InvalidArgumentError("expected seconds, more than 0");
}

// What a program under `render` throws where nobody waits for it arrives here alone.
process.on("unhandledRejection", (error) => {
  console.error(report(error));
  process.exit(1);
});

// Whoever reads only the beginning, as `| head` does, has read enough.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

program.parseAsync().catch((error: unknown) => {
  console.error(report(error));
  process.exitCode = 1;
});
