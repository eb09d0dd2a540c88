/**
 * Which rows of the requirements each component serves, by system: the last column of docs/systems.md. Pure.
 * A test asks that every resource has some, and that each is a row of docs/requirements.md.
 */

/** Ids of rows by system; `others` for the systems that are not named. */
type Ids = Readonly<Record<string, readonly string[]>>;

/** What a component is for. */
export interface Duty {
  /** What it is, in a word or two. */
  readonly what: string;
  readonly ids: Ids;
}

const duty = (what: string, ids: Readonly<Record<string, string>>): Duty => ({
  what,
  ids: Object.fromEntries(Object.entries(ids).map(([system, rows]) => [system, rows.split(" ")])),
});

/** Component to duty. What a system declares without a component stands under the system's own class. */
export const DUTIES: Readonly<Record<string, Duty>> = {
  ApplicationSecret: duty("secret values", { enova: "E2" }),
  CanaryIngress: duty("share of the traffic", { enova: "E1 E3 E5" }),
  ContainerRepository: duty("image repository", { others: "K3" }),
  K6Job: duty("smoke or load test", { enova: "E6" }),
  LoadBalancerIngress: duty("public entrance", { others: "K2 K8 K19" }),
  Namespace: duty("namespace and its limits", { others: "K1" }),
  ServiceIngress: duty("public entrance", { enova: "E1", others: "K8" }),
  ServiceRelease: duty("service", { kometa: "K2 K4 K5 K6 K7 K9", others: "K9" }),
};

/** The rows that a component serves in a system; none where nobody said. */
export function idsOf(component: string, system: string): readonly string[] {
  const ids = DUTIES[component]?.ids;
  return ids?.[system] ?? ids?.["others"] ?? [];
}
