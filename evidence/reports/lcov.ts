/** Coverage as an lcov tracefile: c8, nyc, lcov, cargo-llvm-cov, Go's converters. */
import lcovParser from "@friedemannsommer/lcov-parser/sync";
import { coverageOf } from "./coverage";
import { Disbelieved } from "./disbelieved";
import type { Format } from "./format";
import { count, sum } from "./shared";

/**
 * Lines of each file, counted by their `DA` entries; a file that stands in several sections (one for each test) counts once.
 *
 * @see https://manpages.debian.org/geninfo.1
 */
export const lcov: Format<"coverage"> = {
  title: "lcov",
  kind: "coverage",
  recognise: ({ text }) => /^(TN|SF):/.test(text.trimStart()),
  read: ({ text }) => {
    if (!text.trimEnd().endsWith("end_of_record")) {
      throw new Disbelieved("is cut short: an lcov tracefile ends in end_of_record");
    }
    const files = new Map<string, Map<number, number>>();
    for (const { path, lines } of sectionsOf(text)) {
      const known = files.get(path) ?? new Map<number, number>();
      for (const { line, hit } of lines.details) known.set(line, (known.get(line) ?? 0) + hit);
      files.set(path, known);
      if (lines.instrumented > known.size) {
        throw new Disbelieved(
          `tells of ${lines.instrumented} lines of ${path} and has ${known.size}; expected an entry DA for each`,
        );
      }
    }
    const hits = [...files.values()].map((lines) => [...lines.values()]);
    const covered = sum(hits.map((file) => count(file, (hit) => hit > 0)));
    return { finding: coverageOf(covered, sum(hits.map((file) => file.length))), tool: "lcov" };
  },
};

function sectionsOf(text: string) {
  try {
    return lcovParser({ from: text });
  } catch {
    throw new Disbelieved("is malformed lcov");
  }
}
