/** What helm said of a chart before the release: `helm lint`, and `helm install` or `upgrade` with `--dry-run`. */
import { Disbelieved } from "./disbelieved";
import type { Format } from "./format";

/** One check for each chart; it fails by an error, and not by a warning. */
export const helmLint: Format<"preflight"> = {
  title: "helm lint",
  kind: "preflight",
  recognise: ({ text }) => /^==> Linting /m.test(text),
  read: ({ text }) => {
    const [, linted, failed] =
      /^(?:Error: )?(\d+) chart\(s\) linted, (\d+) chart\(s\) failed$/m.exec(text) ?? [];
    if (linted === undefined)
      throw new Disbelieved("is cut short: helm lint ends in how many charts it linted");
    const checks = text
      .split(/^==> Linting /m)
      .slice(1)
      .map(checkOf);
    if (checks.length !== Number(linted)) {
      throw new Disbelieved(`tells of ${linted} charts and has ${checks.length}; expected all of them`);
    }
    if (Number(failed) > 0 && checks.every(({ ok }) => ok)) {
      throw new Disbelieved(`tells of ${failed} charts that failed and has none; expected what was wrong`);
    }
    return { finding: { kind: "preflight", checks }, tool: "helm lint" };
  },
};

function checkOf(section: string) {
  const [chart = "", ...lines] = section.split(/\r?\n/);
  const errors = lines.filter((line) => line.startsWith("[ERROR]"));
  return { name: `helm lint ${chart}`, ok: errors.length === 0, reading: errors.join("; ") || "no error" };
}

/** The server's answer is not in it: only that helm rendered the chart and would have applied it. */
export const helmDryRun: Format<"preflight"> = {
  title: "helm --dry-run",
  kind: "preflight",
  recognise: ({ text }) => /^NAME: \S/m.test(text) && /^STATUS: /m.test(text),
  read: ({ text }) => {
    const value = (field: string) => new RegExp(`^${field}: (.+)$`, "m").exec(text)?.[1] ?? "";
    const status = value("STATUS");
    if (!/^pending-(?:install|upgrade)$/.test(status)) {
      throw new Disbelieved(`is of a release that is ${status}; expected what --dry-run says`);
    }
    const manifest = text.split(/^MANIFEST:$/m)[1] ?? "";
    const objects = manifest.match(/^kind: \S/gm)?.length ?? 0;
    if (objects === 0) throw new Disbelieved("renders 0 objects; expected the chart's manifest");
    const error = /^Error: .+$/m.exec(text)?.[0];
    const name = `dry run of ${value("NAME")} in ${value("NAMESPACE")}`;
    const reading = error ?? `${objects} objects, ${status}`;
    return {
      finding: { kind: "preflight", checks: [{ name, ok: error === undefined, reading }] },
      tool: "helm",
    };
  },
};
