import type { Field } from "./field";
import { selects, some, type Match } from "./selector";
import { undecidable, type Violation } from "./violation";

/**
 * A pod is kept apart from others of its kind: a topology spread constraint or a pod anti-affinity over one of `keys`, whose selector picks the
 * pod's own labels. One that picks others, or nothing, keeps nothing apart.
 */
export function checkSpread(pod: Field, labels: Field, keys: readonly string[]): Violation[] {
  const spread = pod.at("topologySpreadConstraints");
  const apart = pod.at("affinity", "podAntiAffinity");
  const terms = [...spread.items(), ...termsOf(apart)];
  const matches = terms.map((term) => keepsApart(term, labels, keys));
  const unread = [spread, apart].find((field) => field.unknown);
  const verdict = some([...matches, ...(unread === undefined ? [] : (["unknown"] as const))]);
  if (verdict === "yes") return [];
  if (verdict === "unknown") return [undecidable(unread ?? terms[matches.indexOf("unknown")] ?? spread)];
  return [
    {
      path: spread.path,
      found:
        terms.length === 0
          ? "absent, and so is a podAntiAffinity"
          : "none that keeps the pod's own kind apart",
      allowed: `a topologySpreadConstraint or podAntiAffinity over ${keys.join(" or ")} whose labelSelector picks the pod's own labels`,
      mend: "add a topologySpreadConstraint with the labels of the workload's selector",
    },
  ];
}

/** The terms of an anti-affinity, required and preferred. */
function termsOf(apart: Field): Field[] {
  return [
    ...apart.at("requiredDuringSchedulingIgnoredDuringExecution").items(),
    ...apart
      .at("preferredDuringSchedulingIgnoredDuringExecution")
      .items()
      .map((preferred) => preferred.at("podAffinityTerm")),
  ];
}

/** A selector that is absent picks no pod, unlike one that is empty. */
function keepsApart(term: Field, labels: Field, keys: readonly string[]): Match {
  const [key, selector] = [term.at("topologyKey"), term.at("labelSelector")];
  if (selector.absent || (!key.unknown && !keys.includes(key.text() ?? ""))) return "no";
  return key.unknown ? "unknown" : selects(selector, labels);
}
