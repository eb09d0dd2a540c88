/** Asks Alertmanager how many alerts fire. https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml */
import * as z from "zod";
import type { Answer } from "../rollout/reading";
import { get, parsed, type Endpoint, type Patience } from "./endpoint";

/** What is silenced or inhibited is left out by the query; this much of an alert is read. */
const alerts = z.array(z.object({ labels: z.record(z.string(), z.string()) }));

const MATCHER = /^([a-zA-Z_][a-zA-Z0-9_]*(?:=~|!~|!=|=)"(?:[^"\\]|\\.)*")(?:,\s*|$)/;

/** Matchers, each as the API takes it, of a list such as `severity="critical",namespace="shop"`; nothing of another text. */
export function matchersOf(query: string): readonly string[] | undefined {
  const matchers: string[] = [];
  let rest = query.trim();
  while (rest !== "") {
    const [whole, matcher] = MATCHER.exec(rest) ?? [];
    if (whole === undefined || matcher === undefined) return undefined;
    matchers.push(matcher);
    rest = rest.slice(whole.length);
  }
  return matchers.length === 0 ? undefined : matchers;
}

/** The number of alerts that match all matchers and fire, neither silenced nor inhibited. */
export async function askAlerts(endpoint: Endpoint, query: string, patience?: Patience): Promise<Answer> {
  const filter = matchersOf(query);
  if (filter === undefined) {
    const message = `${JSON.stringify(query)} is no list of matchers such as severity="critical"`;
    return { kind: "error", message };
  }
  const asked = { active: "true", silenced: "false", inhibited: "false", unprocessed: "true", filter };
  const response = await get(endpoint, "/api/v2/alerts", asked, patience);
  if (response.kind !== "response") return response;
  const read = parsed(endpoint, response, alerts);
  return read.kind === "parsed" ? { kind: "values", values: [read.value.length] } : read;
}
