/** An alert of a system that says nothing, for tests of where alerts go. */
import type { AlertLabels, AlertRule } from "../../observability/rules/rule";
import type { Watched } from "../../observability/watched";

export const alertOf = (
  { namespace, system }: Watched,
  labels: Partial<AlertLabels> & Pick<AlertLabels, "severity">,
  given: Partial<AlertRule> = {},
): AlertRule => ({
  kind: "alert",
  name: "Tried",
  expression: { text: "vector(1)", labels: [] },
  for: "5m",
  labels: { namespace, system, service: "api", ...labels },
  summary: "It is tried.",
  description: "It is {{ $value }}.",
  signal: "errorRatio",
  subject: { kind: "namespace", namespace },
  proof: { cases: [] },
  ...given,
});
