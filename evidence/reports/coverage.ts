/** What the formats of coverage share. */
import type { Coverage } from "../fact";
import { Disbelieved } from "./disbelieved";

/** The finding. @throws {Disbelieved} where there is no line, as nothing was then measured. */
export function coverageOf(covered: number, total: number): Coverage {
  if (total === 0) throw new Disbelieved("covers 0 lines; expected the lines of the code that was tested");
  return { kind: "coverage", covered, total };
}

/** Whether more than a percentage of the lines is covered: by counts, so that 80 % is not more than 80 %. */
export function exceeds({ covered, total }: Pick<Coverage, "covered" | "total">, percent: number): boolean {
  return covered * 100 > percent * total;
}
