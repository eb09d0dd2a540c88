/** The subcommands of `golive rollout`, and `golive rollback`. Each loads its own code when it is called. */
import { Command } from "commander";
import type { DatabaseOptions } from "./recover/database";
import type { ControlOptions, Word } from "./rollout/control";
import { Ended } from "./rollout/exit-codes";
import type { RolloutOptions } from "./rollout/start";
import type { WatchOptions } from "./rollout/watch";
import { UserError } from "./user-error";

const EXIT_CODES = `
Exit codes: 0 released or done, 1 a mistake, 2 rolled back, 3 stands still: a person must look, 4 refused to begin,
5 another process runs it, 130 interrupted: the same command takes it up`;

const SOURCES = [
  ["--prometheus <url>", "Prometheus to ask (default: the stack file's)"],
  ["--loki <url>", "Loki to ask (default: the stack file's)"],
  ["--alertmanager <url>", "Alertmanager to ask (default: the stack file's)"],
] as const;

/** `golive rollout`. */
export function rolloutCommand(): Command {
  const rollout = new Command("rollout")
    .description("walk a release through its steps, and back at once where readings say so")
    .argument("[system]", "key of the system in the stack file")
    // What comes after a subcommand is the subcommand's.
    .enablePositionalOptions()
    .option("-s, --stack <name>", "the stack")
    .option("--to <version>", "version to release (default: the stack file's)")
    .option("--dry-run", "print the plan with its times, and change nothing")
    .option("--json", "print the journal as JSON lines")
    .option("--reason <text>", "why it begins outside the release window")
    .option("--by <name>", "who runs it (default: the user of this machine)");
  withSources(rollout).addHelpText("after", EXIT_CODES);
  rollout.action(async (system: string | undefined, options: Partial<RolloutOptions>) => {
    const { stack } = options;
    if (system === undefined || stack === undefined) {
      throw new UserError("golive rollout SYSTEM --stack NAME: which system of which stack?");
    }
    await ended(async () => (await import("./rollout/start")).rolloutCommand(system, { ...options, stack }));
  });
  for (const control of CONTROLS) rollout.addCommand(controlCommand(control));
  rollout.addCommand(showCommand("status", "where the latest rollout stands"));
  rollout.addCommand(showCommand("history", "every rollout, with its start, end, downtime and final state"));
  rollout.addCommand(verifyCommand());
  rollout.addCommand(watchCommand());
  rollout.addCommand(rollbackCommand());
  return rollout;
}

interface Control {
  readonly word: Word;
  readonly about: string;
  readonly options: readonly (readonly [flags: string, about: string, isRequired: boolean])[];
}

const BY = ["--by <name>", "who says so (default: the user of this machine)", false] as const;
const NAMED = ["--by <name>", "who answers for it", true] as const;
const REASON = ["--reason <text>", "why", true] as const;

const CONTROLS: readonly Control[] = [
  { word: "pause", about: "hold where it stands; nothing is taken back", options: [REASON, BY] },
  { word: "resume", about: "go on after a pause", options: [BY] },
  { word: "promote", about: "past the readings of the present step", options: [REASON, NAMED] },
  {
    word: "approve",
    about: "say yes where a step asks for it",
    options: [
      ["--role <role>", "role that approves", true],
      NAMED,
      ["--key <file>", "private key of the role's signer in the stack file (default: by Sigstore)", false],
    ],
  },
  { word: "abort", about: "end it and go back", options: [REASON, BY] },
];

const onSystem = (command: Command): Command =>
  command
    .argument("<system>", "key of the system in the stack file")
    .requiredOption("-s, --stack <name>", "the stack");

function controlCommand({ word, about, options }: Control): Command {
  const command = onSystem(new Command(word).description(about));
  for (const [flags, text, isRequired] of options) {
    if (isRequired) command.requiredOption(flags, text);
    else command.option(flags, text);
  }
  return command.action((system: string, given: ControlOptions) =>
    ended(async () => (await import("./rollout/control")).controlCommand(word, system, given)),
  );
}

function showCommand(name: "status" | "history", about: string): Command {
  return onSystem(new Command(name).description(about))
    .option("--json", "print it as JSON")
    .action((system: string, given: { stack: string; json?: boolean }) =>
      ended(async () => {
        const show = await import("./rollout/show");
        return name === "status" ? show.statusCommand(system, given) : show.historyCommand(system, given);
      }),
    );
}

/** `golive rollback`, as the documents ask for it. */
export function rollbackCommand(): Command {
  const command = onSystem(
    new Command("rollback").description("all traffic back to the version before, at once"),
  )
    .option("--reason <text>", "why", "asked for")
    .option("--by <name>", "who says so (default: the user of this machine)")
    .option("--reverse <version>", "then its migrations too (golive recover database)")
    .option(
      "--restore <dump>",
      "then the data: a dump, or the latest that was made before a version's migration",
    )
    .option("--stop", "no pods of what writes to the database meanwhile")
    .option("--json", "print the journal as JSON lines");
  return withSources(command).action((system: string, given: RolloutOptions & DatabaseOptions) =>
    ended(async () =>
      given.reverse === undefined && given.restore === undefined && given.stop === undefined
        ? (await import("./rollout/rollback")).rollbackCommand(system, given)
        : (await import("./recover/database")).recoverDatabase(system, { ...given, code: true }),
    ),
  );
}

function verifyCommand(): Command {
  const command = onSystem(
    new Command("verify").description("whether what runs now is well: traffic, pods, readings"),
  );
  return withSources(command.option("--json", "print the checks as JSON")).action(
    (system: string, given: RolloutOptions) =>
      ended(async () => (await import("./rollout/verify")).verifyCommand(system, given)),
  );
}

function watchCommand(): Command {
  const command = onSystem(
    new Command("watch").description("look at a release again at hours after it, and report"),
  ).option("--hours <list>", "hours after the release, such as 1,4,12,24 (default: the document's)");
  return withSources(command).action((system: string, given: WatchOptions) =>
    ended(async () => (await import("./rollout/watch")).watchCommand(system, given)),
  );
}

export function withSources(command: Command): Command {
  for (const [flags, about] of SOURCES) command.option(flags, about);
  return command;
}

/** Runs a command to its exit code. */
export async function ended(work: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work();
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.exitCode;
  }
}
