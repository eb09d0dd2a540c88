/** What the formats of coverage share. */
import type { Coverage } from "../fact";
import { Disbelieved } from "./disbelieved";

/** The finding. @throws {Disbelieved} where there is no line, as nothing was then measured. */
export function coverageOf(covered: number, total: number): Coverage {
  if (total === 0) throw new Disbelieved("covers 0 lines; expected the lines of the code that was tested");
  return { kind: "coverage", covered, total };
}
