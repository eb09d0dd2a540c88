/** The subcommands of `golive release`. Each loads its own code when it is called. */
import { Command, InvalidArgumentError } from "commander";
import { repositoryRoot } from "../engine/cache";
import { reportKinds, reportTitles } from "../evidence/report-kinds";

const root = repositoryRoot;

const KINDS = ["Kinds:", ...reportKinds.map((kind) => `  ${kind.padEnd(14)} ${reportTitles[kind]}`)].join(
  "\n",
);
const KEY = "file of the private key (default: by Sigstore, with a CI job's token)";

/** `golive release`. */
export function releaseCommand(): Command {
  const release = new Command("release").description(
    "release records: what speaks for a version, and who signed",
  );
  for (const add of [
    addNew,
    addAttest,
    addCheck,
    addReport,
    addKeys,
    addSign,
    addWaive,
    addComplete,
    addShow,
    addRegister,
  ]) {
    add(release);
  }
  return release;
}

function addNew(release: Command): void {
  release
    .command("new <system> <version>")
    .description("write a release record, with what git and the stack files know")
    .option("-s, --stack <name>", "stack that it is for, repeatable (default: all that have it)", several)
    .option("--repository <dir>", "working tree of the application (default: this checkout)")
    .option("--digest <repository=digest>", "digest of an image, repeatable", digest)
    .option("--previous <version>", "version before (default: of the latest record, else the tag before)")
    .action(
      async (
        system: string,
        version: string,
        given: {
          stack?: string[];
          repository?: string;
          digest?: Record<string, string>;
          previous?: string;
        },
      ) => {
        const { stack: stacks, digest: digests, ...rest } = given;
        (await import("./release/new")).newCommand({ root, system, version, stacks, digests, ...rest });
      },
    );
}

function addAttest(release: Command): void {
  release
    .command("attest <system> <version> <kind> [file]")
    .description("put a report into the record, where it is believed")
    .option("--name <name>", "tells several of a kind apart, such as unit (default: the kind)")
    .option("-s, --stack <name>", "the one stack that it is of (default: it holds on every stack)")
    .option("--prometheus <url>", "Prometheus to ask for alerts")
    .option("--alertmanager <url>", "Alertmanager to ask for alerts")
    .option("--job <name>", "Job of the stack's cluster, for backup and migration")
    .option("--repository <dir>", "working tree of the application, for git (default: this checkout)")
    .addHelpText(
      "after",
      `\n${KINDS}\n\nWithout a file, alerts, backup, migration, preflight, restore-point and git are read live.`,
    )
    .action(
      async (
        system: string,
        version: string,
        kind: string,
        file: string | undefined,
        given: {
          name?: string;
          stack?: string;
          prometheus?: string;
          alertmanager?: string;
          job?: string;
          repository?: string;
        },
      ) => (await import("./release/attest")).attestCommand({ root, system, version, kind, file, ...given }),
    );
}

function addCheck(release: Command): void {
  release
    .command("check <system> [version]")
    .description("the document's own checklist, each line with what it is met by, or what is missing")
    .requiredOption("-s, --stack <name>", "the stack")
    .option("--lang <language>", "es, the document's own text, or en (default: the stack file's)")
    .option("--json", "print it as JSON")
    .action(
      async (
        system: string,
        version: string | undefined,
        given: { stack: string; lang?: string; json?: boolean },
      ) => {
        await (await import("./release/check")).checkCommand({ root, system, version, ...given });
      },
    );
}

function addReport(release: Command): void {
  release
    .command("report [system] [version]")
    .description("the verdict as files: checklist, refusals, policies, phases, waves and resources")
    .requiredOption("-s, --stack <name>", "the stack")
    .option("--html <file>", "one self-contained page, to read and to print")
    .option("--markdown <file>", "for the pull request's comment")
    .option("--sarif <file>", "what is refused as SARIF, for the pull request")
    .option("--junit <file>", "every line and rule as JUnit XML, for a CI server")
    .option("--lang <language>", "es, the document's own text, or en (default: the stack file's)")
    .addHelpText("after", "\nWithout a system: the latest release of each whose record names the stack.")
    .action(
      async (
        system: string | undefined,
        version: string | undefined,
        given: {
          stack: string;
          html?: string;
          markdown?: string;
          sarif?: string;
          junit?: string;
          lang?: string;
        },
      ) => {
        await (await import("./release/report")).reportCommand({ root, system, version, ...given });
      },
    );
}

function addKeys(release: Command): void {
  release
    .command("keys")
    .description("make the pair of keys that a person signs with")
    .requiredOption("--out <file>", "file of the private key, which only its owner may read")
    .action(async ({ out }: { out: string }) => (await import("./release/keys")).keysCommand(out));
}

function addSign(release: Command): void {
  release
    .command("sign <system> <version>")
    .description("approve a version for a stack, as a role")
    .requiredOption("-s, --stack <name>", "the stack")
    .requiredOption("--role <role>", "role that approves")
    .option("--key <file>", KEY)
    .option("--days <number>", "days for which it holds", number, 14)
    .option(
      "--line <id>",
      "line of the checklist that is signed, repeatable (default: all of the role)",
      several,
    )
    .action(
      async (
        system: string,
        version: string,
        given: { stack: string; role: string; key?: string; days: number; line?: string[]; due: string },
      ) => {
        const { line: lines, ...rest } = given;
        await (await import("./release/sign")).signCommand({ root, system, version, lines, ...rest });
      },
    );
}

function addWaive(release: Command): void {
  release
    .command("waive <system> <version> <line>")
    .description("let the release go without a line of its checklist on a stack, for a while")
    .requiredOption("-s, --stack <name>", "the stack")
    .requiredOption("--reason <text>", "why")
    .requiredOption("--by <role>", "role that answers for it")
    .requiredOption("--until <date>", "last day on which it holds, such as 2026-12-31")
    .action(
      async (
        system: string,
        version: string,
        line: string,
        given: { stack: string; reason: string; by: string; until: string },
      ) => (await import("./release/waive")).waiveCommand({ root, system, version, line, ...given }),
    );
}

function addComplete(release: Command): void {
  release
    .command("complete <system> <version>")
    .description("sign how a release ended on a stack")
    .requiredOption("-s, --stack <name>", "the stack")
    .requiredOption("--role <role>", "devops or release-manager")
    .requiredOption("--start <time>", "when it began, such as 2026-11-24T08:30:00Z")
    .requiredOption("--state <state>", "succeeded or rolled-back")
    .option("--end <time>", "when it ended (default: now)")
    .option("--downtime <seconds>", "time for which the system did not answer", number, 0)
    .option("--incident <text>", "an incident, repeatable", several)
    .option("--key <file>", KEY)
    .action(
      async (
        system: string,
        version: string,
        given: {
          stack: string;
          role: string;
          start: string;
          state: string;
          end?: string;
          downtime: number;
          incident?: string[];
          key?: string;
        },
      ) => {
        const { incident: incidents = [], ...rest } = given;
        await (
          await import("./release/complete")
        ).completeCommand({ root, system, version, incidents, ...rest });
      },
    );
}

function addShow(release: Command): void {
  release
    .command("show <system> [version]")
    .description("show a record, what its reports say, who signed, and who waived what")
    .option("--json", "print it as JSON")
    .action(async (system: string, version: string | undefined, given: { json?: boolean }) =>
      (await import("./release/show")).showCommand(root, system, version, given),
    );
}

function addRegister(release: Command): void {
  release
    .command("register [system]")
    .description("the version register in Markdown, out of the records")
    .option("--write <file>", "file to write it to, such as docs/releases.md")
    .action(async (system: string | undefined, given: { write?: string }) =>
      (await import("./release/register")).registerCommand(root, system, given),
    );
}

const several = (value: string, before: readonly string[] = []) => [...before, value];

function number(value: string): number {
  const parsed = Number(value);
  if (value.trim() !== "" && Number.isFinite(parsed) && parsed >= 0) return parsed;
  throw new InvalidArgumentError("expected a number of 0 or more");
}

function digest(value: string, before: Readonly<Record<string, string>> = {}) {
  const [repository = "", given] = value.split("=");
  if (given === undefined) throw new InvalidArgumentError("expected REPOSITORY=sha256:…");
  return { ...before, [repository]: given };
}
