import { named, type Subject } from "../subject";
import { sharesNamespace, type World } from "../world";
import { workloadsOf } from "../workloads";
import type { Field } from "./field";
import { leastOf, type Least } from "./scale";
import { every, selects, some, type Match } from "./selector";
import { undecidedBy } from "./undecided";
import { undecidable, type Violation } from "./violation";

/** Whether a budget selects the pods of a workload; one without a selector selects none. */
function covers(budget: Subject, workload: Subject): Match {
  const selector = budget.object.at("spec", "selector");
  if (selector.absent) return "no";
  const pods = workloadsOf(workload).map(({ metadata }) => selects(selector, metadata.at("labels")));
  return every([sharesNamespace(budget, workload), some(pods)]);
}

/** A workload of more than one pod has a budget that selects them. */
export function checkBudgetPresent(workload: Subject, world: World): Violation[] {
  const least = leastOf(workload, world);
  if (least.pods !== undefined && least.pods < 2) return [];
  const budgets = world
    .beside(workload, "policy", "PodDisruptionBudget")
    .map((budget) => ({ budget, matches: covers(budget, workload) }));
  if (budgets.some(({ matches }) => matches === "yes")) return [];
  const { field, pods } = least;
  const unsure = budgets.find(({ matches }) => matches === "unknown");
  const labels = workload.object.at("spec", "template", "metadata", "labels");
  if (unsure !== undefined) return [undecidedBy(labels, named(unsure.budget))];
  if (pods === undefined)
    return [least.scaler === undefined ? undecidable(field) : undecidedBy(labels, named(least.scaler))];
  return [
    {
      path: labels.path,
      found: "selected by no PodDisruptionBudget of the namespace",
      allowed: "labels that one PodDisruptionBudget selects",
      mend: "declare a PodDisruptionBudget with maxUnavailable: 1 whose selector is the workload's own",
    },
  ];
}

const percentage = /^(\d+)%$/;

/** How many of some pods a number or percentage means, rounded up as Kubernetes does; undefined where it is neither. */
function share(text: string, of: number): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  const match = percentage.exec(text);
  return match === null ? undefined : Math.ceil((Number(match[1]) * of) / 100);
}

/** A budget says by one of its two fields how many pods may go, and lets at least one go. */
export function checkBudget(budget: Subject, world: World): Violation[] {
  const spec = budget.object.at("spec");
  const [least, most] = [spec.at("minAvailable"), spec.at("maxUnavailable")];
  if (least.absent && most.absent) return [refused(least, "absent, and maxUnavailable as well")];
  if (!least.absent && !most.absent) return [refused(most, `${most.shown()} beside minAvailable`)];
  return least.absent ? checkMost(most) : checkLeast(least, budget, world);
}

function checkMost(most: Field): Violation[] {
  if (most.unknown) return [undecidable(most)];
  const pods = share(most.text() ?? "", 100);
  return pods === undefined || pods === 0 ? [refused(most, most.shown())] : [];
}

function checkLeast(least: Field, budget: Subject, world: World): Violation[] {
  if (least.unknown) return [undecidable(least)];
  const text = least.text() ?? "";
  const whole = percentage.exec(text);
  if (share(text, 1) === undefined) return [refused(least, least.shown())];
  if (whole !== null && Number(whole[1]) >= 100) return [refused(least, `${least.shown()}, every pod`)];
  const kept = keptBy(budget, world);
  const unsure = kept.find(({ pods }) => pods === undefined);
  if (unsure !== undefined) return [undecidedBy(least, unsure.name)];
  const pods = kept.reduce((sum, { pods: count = 0 }) => sum + count, 0);
  if (kept.length === 0 || pods === 0 || (share(text, pods) ?? 0) < pods) return [];
  const names = kept.map(({ name }) => name).join(" and ");
  return [
    refused(least, `${least.shown()} of the ${pods} ${pods === 1 ? "pod" : "pods"} that ${names} keeps`),
  ];
}

const counted: readonly (readonly [group: string, kind: string])[] = [
  ["apps", "Deployment"],
  ["apps", "StatefulSet"],
  ["apps", "ReplicaSet"],
  ["core", "ReplicationController"],
];

type Kept = Pick<Least, "pods"> & { readonly name: string };

/** The workloads that a budget selects, each with the pods that it keeps; a DaemonSet keeps as many as there are nodes, and is not counted. */
function keptBy(budget: Subject, world: World): Kept[] {
  return counted.flatMap(([group, kind]) =>
    world.beside(budget, group, kind).flatMap((workload): Kept[] => {
      const matches = covers(budget, workload);
      if (matches === "no") return [];
      const { pods, scaler } = leastOf(workload, world);
      return [{ name: named(scaler ?? workload), pods: matches === "yes" ? pods : undefined }];
    }),
  );
}

function refused(field: Field, found: string): Violation {
  return {
    path: field.path,
    found,
    allowed: "one of minAvailable and maxUnavailable, that lets at least one pod go",
    mend: "set maxUnavailable: 1 alone, or keep more pods than minAvailable",
  };
}
