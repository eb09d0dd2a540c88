import { named, type Subject } from "../subject";
import { namespaceOf, sharesNamespace, type World } from "../world";
import type { Field } from "./field";
import { every, some, type Match } from "./selector";
import { undecidedBy } from "./undecided";
import { undecidable, type Violation } from "./violation";

const rbac = "rbac.authorization.k8s.io";

/** The field that names a pod's ServiceAccount; `serviceAccount` is its older name. */
function accountField(pod: Field): Field {
  const [name, older] = [pod.at("serviceAccountName"), pod.at("serviceAccount")];
  return name.absent && !older.absent ? older : name;
}

/** A pod runs as a ServiceAccount of its own, unless it mounts no token: then it is nobody to the API. */
export function checkAccount(pod: Field): Violation[] {
  const [field, mounts] = [accountField(pod), pod.at("automountServiceAccountToken")];
  if (mounts.text() === "false") return [];
  if (field.unknown) return [undecidable(field)];
  const name = field.text() ?? "";
  if (name !== "" && name !== "default") return [];
  return [
    {
      path: field.path,
      found: field.absent ? 'absent, which Kubernetes takes for "default"' : field.shown(),
      allowed: "a ServiceAccount of the workload's own",
      mend: "declare a ServiceAccount for the workload and name it here, or set automountServiceAccountToken: false",
    },
  ];
}

/**
 * A pod mounts the API's token only where its ServiceAccount is bound to some role. What the pod says goes before what its ServiceAccount says,
 * as in Kubernetes.
 */
export function checkToken(pod: Field, subject: Subject, world: World): Violation[] {
  const [mounts, account] = [pod.at("automountServiceAccountToken"), accountField(pod)];
  if (mounts.unknown) return [undecidable(mounts)];
  if (mounts.text() === "false") return [];
  if (account.unknown) return [undecidable(account)];
  const name = account.text() ?? "default";
  const refused = mounts.absent ? refusedByAccount(name, subject, world) : "no";
  const settled = some([refused, isBound(name, subject, world)]);
  if (settled === "yes") return [];
  if (settled === "unknown") return [undecidedBy(mounts, `ServiceAccount/${name} or a binding of it`)];
  return [
    {
      path: mounts.path,
      found: mounts.absent ? "absent, which Kubernetes takes for true" : mounts.shown(),
      allowed: `false, or a role bound to ServiceAccount/${name}`,
      mend: "set automountServiceAccountToken: false on the pod or its ServiceAccount",
    },
  ];
}

/** Whether the pod's ServiceAccount says that no token is mounted. */
function refusedByAccount(name: string, subject: Subject, world: World): Match {
  const accounts = world.beside(subject, "core", "ServiceAccount").filter((account) => account.name === name);
  return some(
    accounts.map((account) => {
      const mounts = account.object.at("automountServiceAccountToken");
      const says: Match = mounts.unknown ? "unknown" : mounts.text() === "false" ? "yes" : "no";
      return every([sharesNamespace(account, subject), says]);
    }),
  );
}

/** Whether some role is bound to a ServiceAccount, in its namespace, in another or in the whole cluster. */
function isBound(name: string, subject: Subject, world: World): Match {
  const bindings = [...world.ofKind(rbac, "RoleBinding"), ...world.ofKind(rbac, "ClusterRoleBinding")];
  const place = namespaceOf(subject);
  return some(
    bindings.flatMap((binding) => {
      const subjects = binding.object.at("subjects");
      if (subjects.unknown) return ["unknown"] as const;
      return subjects
        .items()
        .map((bound) =>
          every([
            is(bound.at("kind"), "ServiceAccount"),
            is(bound.at("name"), name),
            place === undefined ? "unknown" : is(bound.at("namespace"), place, namespaceOf(binding)),
          ]),
        );
    }),
  );
}

function is(field: Field, expected: string, byDefault?: string): Match {
  if (field.unknown) return "unknown";
  return (field.text() ?? byDefault) === expected ? "yes" : "no";
}

/** No binding makes anybody an administrator of the whole cluster. */
export function checkBinding(binding: Subject): Violation[] {
  const role = binding.object.at("roleRef", "name");
  if (role.unknown) return [undecidable(role)];
  if (role.text() !== "cluster-admin") return [];
  return [
    {
      path: role.path,
      found: role.shown(),
      allowed: `a role of what the subjects of ${named(binding)} need`,
      mend: "bind a Role of the namespace, or a ClusterRole with named verbs and resources",
    },
  ];
}
