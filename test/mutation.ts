/** `npm run mutation`: each mistake that each alert's proof does and does not tell from it, alerts of one shape once. */
import Table from "cli-table3";
import type { AlertRule } from "../observability/rules/rule";
import { inParallel, mutationOf } from "./support/proof";
import { promtool } from "./support/promtool";
import { STACKS, watchedRules } from "./support/watched-stacks";

/** Alerts that differ in names of hosts and services alone are proved alike. */
const shapeOf = ({ name, expression, for: wait }: AlertRule): string =>
  [name, expression.text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""'), wait].join("\n");

async function main(only: readonly string[]): Promise<void> {
  const own = await promtool();
  const every = STACKS.flatMap(watchedRules).flatMap(({ watched, alerts, recordings }) =>
    alerts.map((alert) => ({ watched, alert, recordings })),
  );
  const shapes = new Map(every.map((each) => [shapeOf(each.alert), each]));
  const asked = [...shapes.values()].filter(({ alert }) => only.length === 0 || only.includes(alert.name));
  const found = await inParallel(asked, async ({ watched, alert, recordings }) => ({
    watched,
    ...(await mutationOf(own, alert, recordings)),
  }));
  const table = new Table({
    head: ["system", "alert", "mutants", "killed", "alive"],
    style: { head: [], border: [] },
  });
  for (const { watched, alert, mutants, survivors } of found) {
    const alive = survivors.map(({ change }) => change.slice(0, 60)).join("\n");
    table.push([watched.system, alert.name, mutants.length, mutants.length - survivors.length, alive]);
  }
  console.log(table.toString());
  const wrong = found.flatMap((each) =>
    each.wrong.map((name) => `${each.watched.system} ${each.alert.name}: ${name}`),
  );
  for (const line of wrong) console.error(`the alert itself does not hold: ${line}`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}

void main(process.argv.slice(2));
