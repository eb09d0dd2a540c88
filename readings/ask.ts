/** Asks everything that a rule needs. */
import type { Answer, Answers } from "../rollout/reading";
import type { Rule } from "../rollout/rule";
import { askAlerts } from "./alertmanager";
import type { Endpoint, Patience } from "./endpoint";
import { askHealth } from "./health";
import { askQuery } from "./prometheus";
import type { ApiName, Sources } from "./sources";

type Ask = (query: string) => Promise<Answer>;

/** Every answer to a rule, all asked at once. Never throws: what cannot be had is an answer that says so. */
export async function ask(rule: Rule, sources: Sources, patience?: Patience): Promise<Answers> {
  const one = asker(rule.source, sources, patience);
  const asked = (query: string | undefined) => (query === undefined ? undefined : one(query));
  const [value, samples, stable, stableSamples] = await Promise.all([
    one(rule.query),
    asked(rule.samples),
    asked(rule.stable?.query),
    asked(rule.stable?.samples),
  ]);
  return {
    value,
    ...(samples === undefined ? {} : { samples }),
    ...(stable === undefined ? {} : { stable }),
    ...(stableSamples === undefined ? {} : { stableSamples }),
  };
}

function asker(source: Rule["source"], sources: Sources, patience: Patience | undefined): Ask {
  switch (source) {
    case "prometheus":
      return known(source, sources, (endpoint, query) => askQuery(endpoint, "promql", query, patience));
    case "loki":
      return known(source, sources, (endpoint, query) => askQuery(endpoint, "logql", query, patience));
    case "alertmanager":
      return known(source, sources, (endpoint, query) => askAlerts(endpoint, query, patience));
    case "health":
      return (query) => askHealth(query, patience);
  }
}

function known(
  name: ApiName,
  sources: Sources,
  asking: (endpoint: Endpoint, query: string) => Promise<Answer>,
): Ask {
  const endpoint = sources[name];
  if (endpoint !== undefined) return (query) => asking(endpoint, query);
  const message = `no address of ${name} is given`;
  return () => Promise.resolve({ kind: "unreachable", message });
}
