import type { Field } from "./field";
import { undecidable, type Violation } from "./violation";

/** Where a rule of a role may hold a wildcard, with what it should hold. */
const lists: Readonly<Record<string, string>> = {
  verbs: "verbs by name, such as get, list and watch",
  resources: "resources by name, such as pods",
  apiGroups: 'API groups by name, such as apps, or "" for the core group',
  nonResourceURLs: "paths by name, such as /metrics",
};

/** A role grants what it names: no `*` among verbs, resources, groups and paths, nor a selector that gathers every ClusterRole. */
export function checkRole(role: Field): Violation[] {
  const rules = role.at("rules");
  if (rules.unknown) return [undecidable(rules)];
  const gathered = role.at("aggregationRule", "clusterRoleSelectors");
  if (gathered.unknown) return [undecidable(gathered)];
  return [
    ...rules.items().flatMap(checkRule),
    ...gathered.items().flatMap((selector) => (gathersAll(selector) ? [refusedSelector(selector)] : [])),
  ];
}

function checkRule(rule: Field): Violation[] {
  if (rule.unknown) return [undecidable(rule)];
  return Object.entries(lists).flatMap(([key, allowed]) => {
    const list = rule.at(key);
    return [list, ...list.items()].flatMap((entry) => {
      if (entry.unknown) return [undecidable(entry)];
      return isWild(key, entry.text() ?? "") ? [refusedEntry(entry, allowed)] : [];
    });
  });
}

/** A path may end in `*` below a name, such as `/metrics/*`; elsewhere `*` stands for what nobody named, `pods/*` included. */
function isWild(key: string, text: string): boolean {
  return key === "nonResourceURLs" ? /^\/?\*$/.test(text) : text.includes("*");
}

function refusedEntry(entry: Field, allowed: string): Violation {
  return { path: entry.path, found: entry.shown(), allowed, mend: "name what the role is for" };
}

function gathersAll(selector: Field): boolean {
  return ["matchLabels", "matchExpressions"].every(
    (key) =>
      selector.at(key).keys().length === 0 &&
      selector.at(key).items().length === 0 &&
      !selector.at(key).unknown,
  );
}

function refusedSelector(selector: Field): Violation {
  return {
    path: selector.path,
    found: "empty, which gathers every ClusterRole",
    allowed: "a selector with labels",
    mend: "name the label of the roles to gather",
  };
}
