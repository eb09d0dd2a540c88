/** `npm run test:policies`: of each rule, how many cases it refused and let through as it should, and where it was wrong. */
import Table from "cli-table3";
import { scoresOf } from "./policy/scores";

async function main(): Promise<void> {
  const scores = await scoresOf();
  const table = new Table({
    head: ["policy", "refused", "let through", "wrong"],
    colAligns: ["left", "right", "right", "right"],
    style: { head: [], border: [] },
  });
  for (const { rule, refused, passed, wrong } of scores) table.push([rule, refused, passed, wrong.length]);
  console.log(table.toString());
  const wrong = scores.flatMap(({ rule, wrong: titles }) => titles.map((title) => `${rule}: ${title}`));
  for (const line of wrong) console.log(`wrong: ${line}`);
  const right = scores.reduce((sum, { refused, passed }) => sum + refused + passed, 0);
  console.log(`${scores.length} policies: ${right} passed, ${wrong.length} failed`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}

void main();
