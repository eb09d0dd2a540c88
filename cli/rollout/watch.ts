/** `golive rollout watch`: looks at a release again at the hours of its document, and says how it went (rows G12, S9). */
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { repositoryRoot } from "../../engine/cache";
import { majorIncidents, watchOf, type Watch } from "../../observability/objectives/gate";
import { gate } from "../../readings/gate";
import { askQuery } from "../../readings/prometheus";
import { sourcesAt, type Sources } from "../../readings/sources";
import type { State } from "../../rollout/state";
import { UserError } from "../user-error";
import { EXIT } from "./exit-codes";
import { latestOf } from "./journal";
import { rulesOf } from "./plan-of";
import { openSession, type Session } from "./session";
import { addressesOf, type RolloutOptions } from "./start";
import { checkOf } from "./verify";

export interface WatchOptions extends RolloutOptions {
  /** Hours after the release, such as `1,4,12,24`. @default - the document's */
  readonly hours?: string;
}

/** Of a system whose document names no hours. */
const USUAL: Watch = { rows: ["G12"], hours: [1, 4, 12, 24], quiet: "24h" };

const HOUR_MS = 3_600_000;

const look = z.object({
  hour: z.number(),
  at: z.string(),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), found: z.string() })),
});
type Look = z.infer<typeof look>;

/** Waits for each hour, looks, and at the last one writes the report. What was looked at before is not again. */
export async function watchCommand(system: string, options: WatchOptions): Promise<number> {
  const session = await openSession(options.stack, system);
  const state = await released(session);
  const watch = watchFor(system, options.hours);
  const folder = path.join(repositoryRoot, "out", "rollouts", session.stack, state.rollout);
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, "watch.jsonl");
  const looks = await looksIn(file);
  const since = state.ended?.at ?? state.at;
  for (const hour of watch.hours.filter((one) => looks.every((seen) => seen.hour !== one))) {
    const due = since + hour * HOUR_MS;
    if (due > Date.now()) {
      console.log(`hour ${hour} is due at ${new Date(due).toISOString()}`);
      await delay(due - Date.now());
    }
    const seen = await lookAt(session, options, hour);
    await appendFile(file, `${JSON.stringify(seen)}\n`);
    looks.push(seen);
    console.log(linesOf(seen).join("\n"));
  }
  const incidents = await incidentsOf(session, sourcesAt(addressesOf(session, options)), watch);
  const report = reportOf(state, looks, incidents);
  await writeFile(path.join(folder, "watch.md"), report.text);
  console.log(
    `${report.verdict}; the report is ${path.relative(process.cwd(), path.join(folder, "watch.md"))}`,
  );
  return report.isGood ? EXIT.done : EXIT.stuck;
}

async function released(session: Session): Promise<State> {
  const { system, stack } = session;
  const state = (await latestOf(session))?.state;
  if (state?.ended?.outcome === "released") return state;
  throw new UserError(
    `expected a rollout of ${system} on ${stack} that has released; there is none to be watched`,
  );
}

function watchFor(system: string, hours: string | undefined): Watch {
  const watch = watchOf(system) ?? USUAL;
  if (hours === undefined) return watch;
  const given = hours.split(",").map(Number);
  if (given.every((hour) => hour > 0)) return { ...watch, hours: given };
  throw new UserError(`--hours ${hours}: expected numbers such as 1,4,12,24`);
}

async function looksIn(file: string): Promise<Look[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => look.parse(JSON.parse(line)));
}

async function lookAt(session: Session, options: WatchOptions, hour: number): Promise<Look> {
  const { settings, system } = session;
  const addresses = addressesOf(session, options);
  const rollout = settings.systems[system]?.rollout;
  if (rollout === undefined) throw new UserError(`${system} has no settings of a rollout`);
  const verdict = await gate(rulesOf(settings, system, rollout, addresses), sourcesAt(addresses));
  return { hour, at: new Date().toISOString(), checks: verdict.findings.map(checkOf) };
}

const linesOf = ({ hour, checks }: Look): readonly string[] => [
  `hour ${hour}:`,
  ...checks.map(({ name, ok, found }) => `  ${ok ? "ok  " : "FAIL"} ${name}: ${found}`),
];

/** Critical alerts since; undefined where nobody could be asked, which is no success. */
async function incidentsOf(
  { system, namespace }: Session,
  { prometheus }: Sources,
  watch: Watch,
): Promise<number | undefined> {
  if (prometheus === undefined) return undefined;
  const answer = await askQuery(prometheus, "promql", majorIncidents({ system, namespace }, watch).text);
  return answer.kind === "values" ? answer.values.length : undefined;
}

/** Markdown for people, and whether the release has succeeded. */
export function reportOf(
  { bound, rollout, ended, at }: State,
  looks: readonly Look[],
  incidents: number | undefined,
): { readonly text: string; readonly verdict: string; readonly isGood: boolean } {
  const bad = looks.flatMap(({ checks }) => checks.filter(({ ok }) => !ok));
  const isGood = bad.length === 0 && incidents === 0;
  const told =
    incidents === undefined
      ? "nobody could say whether a critical alert fired"
      : `${incidents} critical alert(s) fired`;
  const verdict = isGood
    ? "success: every reading was good, and no critical alert fired"
    : `no success yet: ${bad.length} reading(s) were not good, ${told}`;
  const text = [
    `# ${bound.system} ${bound.version} on ${bound.stack}, watched`,
    `Rollout ${rollout}, released ${new Date(ended?.at ?? at).toISOString()}. ${verdict}.`,
    ...looks.map((seen) =>
      [
        `## Hour ${seen.hour} (${seen.at})`,
        "",
        "| reading | found | |",
        "| --- | --- | --- |",
        ...seen.checks.map(({ name, found, ok }) => `| ${name} | ${found} | ${ok ? "ok" : "not good"} |`),
      ].join("\n"),
    ),
    "",
  ].join("\n\n");
  return { text, verdict, isGood };
}
