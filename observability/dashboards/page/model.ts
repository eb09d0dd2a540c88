/** What a page reads of a dashboard's JSON: what Grafana would draw. */
import * as z from "zod";

const step = z.object({ value: z.number().nullable(), color: z.string() });

const VIEWS = ["timeseries", "stat", "table", "state-timeline", "piechart", "logs"] as const;

const grid = z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() });

const panel = z.object({
  type: z.enum(VIEWS),
  id: z.number(),
  title: z.string(),
  description: z.string(),
  gridPos: grid,
  fieldConfig: z.object({
    defaults: z.object({
      unit: z.string(),
      thresholds: z.object({ steps: z.array(step) }),
      custom: z
        .object({
          axisSoftMax: z.number().optional(),
          thresholdsStyle: z.object({ mode: z.string() }).optional(),
        })
        .optional(),
    }),
  }),
  targets: z.array(z.object({ expr: z.string(), legendFormat: z.string() })),
});

const row = z.object({ type: z.literal("row"), id: z.number(), title: z.string(), gridPos: grid });

const dashboard = z.object({
  uid: z.string(),
  title: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
  time: z.object({ from: z.string() }),
  panels: z.array(z.discriminatedUnion("type", [row, panel])),
  templating: z.object({ list: z.array(z.object({ name: z.string(), label: z.string() })) }),
});

export type PanelModel = z.output<typeof panel>;
export type RowModel = z.output<typeof row>;
export type DashboardModel = z.output<typeof dashboard>;
export type View = (typeof VIEWS)[number];

/** The dashboard's file, read. Errors: one that no page can show. */
export const readDashboard = (json: string): DashboardModel => dashboard.parse(JSON.parse(json));
