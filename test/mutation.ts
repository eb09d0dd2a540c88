/** `npm run mutation [alert …]`: each mistake that each alert's proof does and does not tell from it. */
import { scoresOf, tableOf } from "./support/mutation";
import { promtool } from "./support/promtool";

async function main(only: readonly string[]): Promise<void> {
  const scores = await scoresOf(await promtool(), only);
  console.log(tableOf(scores));
  for (const { name, survivors } of scores)
    for (const change of survivors) console.log(`${name} survives: ${change}`);
}

void main(process.argv.slice(2));
