/** Where a system's traces, metrics and logs go: one field that a system adds where its document asks for it. */
import * as z from "zod";
import { parseEndpoint } from "./endpoint";
import { secretValue } from "./environment";
import { mapping, text, whole } from "./fields";
import { service } from "./service";

const TARGETS = ["jaeger", "loki", "newRelic"] as const;
const REGIONS = ["us", "eu"] as const;

const endpoint = (description: string) => text(parseEndpoint, { title: "address of a service", description });

/** `telemetry` of a system: a collector of its namespace, and what it sends on. */
export const telemetry = mapping(
  {
    jaeger: endpoint(
      "Jaeger's OTLP receiver, for traces: port 4317 is spoken to by gRPC, any other by HTTP. Not set: none.",
    ).optional(),
    loki: endpoint(
      "Loki's OTLP endpoint, for logs, e.g. http://loki.observability.svc:3100/otlp. Not set: none.",
    ).optional(),
    newRelic: mapping(
      {
        region: z
          .enum(REGIONS, { error: () => `expected one of ${REGIONS.join(", ")}` })
          .default("us")
          .describe("Region of the New Relic account."),
        licenceKey: secretValue,
      },
      "New Relic, for metrics and traces. Not set: none.",
    ).optional(),
    replicas: whole(1, 10, "Pods of the collector.").default(1),
    limits: service.limits.prefault({ cpu: "200m", memory: "256Mi" }),
  },
  `The collector of the namespace, and where it sends to: at least one of ${TARGETS.join(", ")}.`,
).superRefine((given, context) => {
  if (TARGETS.some((target) => given[target] !== undefined)) return;
  context.addIssue(`expected at least one of ${TARGETS.join(", ")}: else nothing is sent`);
});

/** What a collector is declared from. */
export type TelemetrySettings = z.output<typeof telemetry>;
