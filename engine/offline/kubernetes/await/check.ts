// What a check of readiness is given and answers.
import type { Values } from "../../values";
import type { Api } from "../api";
import { bagsAt, namespaceOf, textAt, type GroupVersionKind, type KubernetesObject } from "../object";

/** The answer of a check. */
export interface Readiness {
  readonly ready: boolean;
  /** What is missing, as shown when time runs out. */
  readonly reasons: readonly string[];
  /** What is waited for, as shown while waiting. */
  readonly progress?: string;
  /** True where waiting longer cannot help. */
  readonly failed?: boolean;
}

/** Looks at a live object and its surroundings; `waited` is in milliseconds. */
export type Check = (live: KubernetesObject, api: Api, waited: number) => Readiness | Promise<Readiness>;

export const READY: Readiness = { ready: true, reasons: [] };

/** The condition of a type, where the status has one. */
export const condition = (object: KubernetesObject, type: string): Values | undefined =>
  bagsAt(object, "status", "conditions").find((one) => textAt(one, "type") === type);

export const isTrue = (one: Values | undefined): boolean => textAt(one, "status") === "True";

/** Objects of a kind in the same namespace that an owner made. */
export async function owned(
  api: Api,
  kind: GroupVersionKind,
  owner: KubernetesObject,
): Promise<readonly Values[]> {
  const found = await listBeside(api, kind, owner);
  const uid = textAt(owner, "metadata", "uid");
  return found.filter((one) =>
    bagsAt(one, "metadata", "ownerReferences").some((by) => textAt(by, "uid") === uid),
  );
}

/** Objects of a kind in the same namespace; none where they may not be listed. */
export async function listBeside(
  api: Api,
  kind: GroupVersionKind,
  beside: KubernetesObject,
  labelSelector = "",
): Promise<readonly Values[]> {
  const list = async () => api.list(await api.mapping(kind), namespaceOf(beside), labelSelector);
  return list().catch(() => []);
}

export const core = (kind: string): GroupVersionKind => ({ group: "", version: "v1", kind });
export const apps = (kind: string): GroupVersionKind => ({ group: "apps", version: "v1", kind });
