/** The place of a release, as `golive doctor --json` found it. */
import * as z from "zod";
import { Disbelieved } from "./disbelieved";
import type { Format } from "./format";
import { has, instant, parsed } from "./shared";

const report = z.object({
  stack: z.string(),
  at: instant,
  findings: z.array(
    z.object({
      check: z.string(),
      reading: z.string(),
      verdict: z.enum(["ok", "warn", "fail", "skipped"]),
    }),
  ),
});

/** A check is as it should be where it is `ok`, or warns of what is not wrong yet. One that was skipped has shown nothing. */
export const doctor: Format<"preflight"> = {
  title: "golive doctor --json",
  kind: "preflight",
  recognise: ({ json }) => has(json, "stack", "findings"),
  read: ({ json }) => {
    const { stack, at, findings } = parsed(report, json, "golive doctor --json");
    if (findings.length === 0) throw new Disbelieved("has 0 checks; expected what was looked at");
    if (findings.every(({ verdict }) => verdict === "skipped")) {
      throw new Disbelieved("has skipped every check; expected some that were made");
    }
    const checks = findings.map(({ check, reading, verdict }) => ({
      name: check,
      ok: verdict === "ok" || verdict === "warn",
      reading: verdict === "skipped" ? `skipped: ${reading}` : reading,
    }));
    return { finding: { kind: "preflight", stack, checks }, tool: "golive doctor", at };
  },
};
