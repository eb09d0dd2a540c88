import type { Subject } from "../subject";
import { sharesNamespace, type World } from "../world";
import { workloadsOf } from "../workloads";
import type { Field } from "./field";
import { every, selects, some } from "./selector";
import { undecidedBy } from "./undecided";
import { undecidable, type Violation } from "./violation";

/** A Service is reached inside the cluster alone, unless it is among `exposed`, as `namespace/name`. */
export function checkService(
  { object, namespace = "default", name }: Subject,
  exposed: readonly string[],
): Violation[] {
  if (exposed.includes(`${namespace}/${name}`)) return [];
  const [type, addresses] = [object.at("spec", "type"), object.at("spec", "externalIPs")];
  const open = addresses.items().length > 0 ? [{ field: addresses, allowed: "absent" }] : [];
  const reached = ["NodePort", "LoadBalancer"].includes(type.text() ?? "");
  const refused = [...(reached ? [{ field: type, allowed: "ClusterIP, behind an Ingress" }] : []), ...open];
  return [
    ...[type, addresses].filter(({ unknown }) => unknown).map((field) => undecidable(field)),
    ...refused.map(({ field, allowed }) => ({
      path: field.path,
      found: field.shown(),
      allowed,
      mend: "serve it by an Ingress, or name the Service in the rule's `exposed`, in review",
    })),
  ];
}

/** The pods of a workload are selected by a NetworkPolicy of their namespace; one without a selector selects them all. */
export function checkSelected(workload: Subject, world: World): Violation[] {
  const policies = world.beside(workload, "networking.k8s.io", "NetworkPolicy");
  return workloadsOf(workload).flatMap(({ pod, metadata }) => {
    const labels = metadata.at("labels");
    const selected = some(
      policies.map((policy) =>
        every([sharesNamespace(policy, workload), selects(policy.object.at("spec", "podSelector"), labels)]),
      ),
    );
    if (selected === "yes") return [];
    return [selected === "unknown" ? undecidedBy(labels, "a NetworkPolicy") : unselected(labels, pod)];
  });
}

function unselected(labels: Field, pod: Field): Violation {
  return {
    path: labels.absent ? pod.path : labels.path,
    found: "selected by no NetworkPolicy of the namespace",
    allowed: "pods that one NetworkPolicy selects",
    mend: "declare a NetworkPolicy that denies by default (podSelector: {}), and what the service needs beside it",
  };
}
