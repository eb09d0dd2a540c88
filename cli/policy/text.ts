/** The verdicts for a person: what does not pass, by file and object, and how many of each. */
import { grouped } from "./grouped";
import type { TestReport } from "./test";
import type { ObjectVerdict } from "./verdicts";

export function verdictText({ verdicts, errors, skipped, summary }: TestReport): string {
  const refused = verdicts.filter(({ verdict }) => verdict !== "pass");
  const objects = [...grouped(refused, ({ file, object }) => `${file}: ${object}`)];
  const { files, objects: judged, pass, fail, undecidable } = summary;
  return [
    ...objects.flatMap(([object, said]) => [object, ...said.flatMap(linesOf), ""]),
    ...errors.map(({ file, message }) => `${file} ${message}`),
    ...(skipped.length === 0 ? [] : [`left out, for they hold nothing to judge: ${skipped.join(", ")}`]),
    `${counted(judged, "object")} in ${counted(files, "file")}: ${pass} pass, ${fail} fail, ${undecidable} undecidable` +
      (errors.length === 0 ? "" : `; ${counted(errors.length, "error")}`),
  ].join("\n");
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

function linesOf({ rule, verdict, severity, level, message }: ObjectVerdict): string[] {
  const advice = level === "advisory" ? ", advisory" : "";
  return [
    `  ${rule}: ${verdict} (${severity}${advice})`,
    ...message.split("\n").map((line) => `    ${line}`),
  ];
}
