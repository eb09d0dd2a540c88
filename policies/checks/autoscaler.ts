import { groupOf, type Subject } from "../subject";
import { sharesNamespace, type World } from "../world";
import { countOf } from "./scale";
import { some } from "./selector";
import { undecidedBy } from "./undecided";
import { undecidable, type Violation } from "./violation";

/** An autoscaler keeps at least `min` pods, and may reach what it keeps. */
export function checkAutoscaler(autoscaler: Subject, min: number): Violation[] {
  const [least, most] = [
    autoscaler.object.at("spec", "minReplicas"),
    autoscaler.object.at("spec", "maxReplicas"),
  ];
  const [fewest, highest] = [countOf(least, 1), countOf(most, Infinity)];
  if (fewest === undefined) return [undecidable(least)];
  if (highest === undefined) return [undecidable(most)];
  return [
    ...(fewest >= min
      ? []
      : [
          {
            path: least.path,
            found: least.absent ? "absent, which Kubernetes takes for 1" : least.shown(),
            allowed: `at least ${min}`,
            mend: "raise minReplicas, so that one pod may go while another serves",
          },
        ]),
    ...(highest >= Math.max(min, fewest)
      ? []
      : [
          {
            path: most.path,
            found: most.shown(),
            allowed: `at least ${Math.max(min, fewest)}`,
            mend: "raise maxReplicas to minReplicas or above",
          },
        ]),
  ];
}

/** What an autoscaler scales is there, in its own namespace. */
export function checkTarget(autoscaler: Subject, world: World): Violation[] {
  const target = autoscaler.object.at("spec", "scaleTargetRef");
  const unread = [target, ...["apiVersion", "kind", "name"].map((key) => target.at(key))].find(
    ({ unknown }) => unknown,
  );
  if (unread !== undefined) return [undecidable(unread)];
  const [apiVersion, kind, name] = ["apiVersion", "kind", "name"].map((key) => target.at(key).text() ?? "");
  const group = apiVersion === "" ? "apps" : groupOf(apiVersion ?? "");
  const found = world.ofKind(group, kind ?? "").filter((other) => other.name === name);
  const there = some(found.map((other) => sharesNamespace(autoscaler, other)));
  if (there === "yes") return [];
  if (there === "unknown") return [undecidedBy(target, `the namespace of ${kind ?? ""}/${name ?? ""}`)];
  return [
    {
      path: target.path,
      found: `${kind ?? ""}/${name ?? ""} of ${apiVersion === "" ? "apps/v1" : (apiVersion ?? "")}, which is not there`,
      allowed: "a workload of the same namespace, by apiVersion, kind and name",
      mend: "correct the target, or remove the autoscaler with the workload",
    },
  ];
}
