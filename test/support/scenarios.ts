/** The table that `npm run test:rollout` prints once all of its files are through: a line a scenario. */
import Table from "cli-table3";

/** A line of the table. */
export interface Scenario {
  readonly scenario: string;
  readonly verdicts: string;
  /** What serves at the end. */
  readonly state: string;
  /** From the decision to go back. @default - it did not go back */
  readonly safe?: string;
}

const rows: Scenario[] = [];

/** Adds a line. */
export const scenario = (row: Scenario): void => {
  rows.push(row);
};

// A root hook: mocha runs all files in this process.
after(() => {
  const table = new Table({
    head: ["scenario", "verdicts", "at the end", "time to safe"],
    style: { head: [], border: [] },
  });
  table.push(...rows.map(({ scenario: name, verdicts, state, safe = "" }) => [name, verdicts, state, safe]));
  console.log(table.toString());
});
