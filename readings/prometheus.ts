/**
 * Asks Prometheus, or what speaks its API (Thanos, Mimir, VictoriaMetrics), and Loki, whose answers have the same form.
 * https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries
 * https://grafana.com/docs/loki/latest/reference/loki-http-api/#query-logs-at-a-single-point-in-time
 */
import * as z from "zod";
import type { Answer } from "../rollout/reading";
import { get, parsed, type Endpoint, type Patience } from "./endpoint";

const NUMBER = /^(?:NaN|[+-]?Inf|[+-]?\d+(?:\.\d*)?(?:e[+-]?\d+)?)$/;

/** Numbers come as texts, since JSON has no `NaN` and no `+Inf`. */
const sample = z
  .tuple([z.number(), z.string().regex(NUMBER)])
  .transform(([, text]) => Number(text.replace("Inf", "Infinity")));

const vector = z.object({ resultType: z.literal("vector"), result: z.array(z.object({ value: sample })) });
const scalar = z.object({ resultType: z.literal("scalar"), result: sample });

const answer = z.object({
  status: z.literal("success"),
  data: z
    .discriminatedUnion("resultType", [vector, scalar])
    .transform((data) =>
      data.resultType === "scalar" ? [data.result] : data.result.map(({ value }) => value),
    ),
});

const PATHS = { promql: "/api/v1/query", logql: "/loki/api/v1/query" } as const;

/** The values that a query has now, one a series. */
export async function askQuery(
  endpoint: Endpoint,
  language: keyof typeof PATHS,
  query: string,
  patience?: Patience,
): Promise<Answer> {
  const response = await get(endpoint, PATHS[language], { query }, patience);
  if (response.kind !== "response") return response;
  const read = parsed(endpoint, response, answer);
  return read.kind === "parsed" ? { kind: "values", values: read.value.data } : read;
}
