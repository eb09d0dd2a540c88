/** Entries of a journal as they are read back. */
import { z } from "zod";
import type { Entry, Event } from "../../rollout/journal";
import type {
  ApprovalStep,
  Bound,
  ChangeStep,
  CodeBack,
  Patience,
  Plan,
  Post,
  Run,
  Scale,
  Setting,
  SoakStep,
  Update,
  VerificationStep,
} from "../../rollout/plan";
import type { CanaryTraffic, ClusterAccess, Place } from "../../rollout/place";
import type { Reading, RuleReading } from "../../rollout/reading";
import { SOURCES, UNITS, type Comparison, type Rule } from "../../rollout/rule";
import type { Finding, Verdict } from "../../rollout/verdict";
import { UserError } from "../user-error";
import type { Kept } from "./journal-store";

/**
 * A schema for each field of a type, the optional ones too: a field that one of the two lacks does not compile. What a later
 * golive has added to a mapping is left out.
 */
type Fields<T> = { readonly [Name in keyof T]-?: z.ZodType<T[Name]> };

const text = z.string();
const number = z.number();
const list = <Item extends z.ZodType>(item: Item) => z.array(item).readonly();
const texts = list(text);

const comparison = z.object({
  query: text,
  samples: text.optional(),
  most: number,
} satisfies Fields<Comparison>);

const limit = z.union(
  [z.object({ above: number }), z.object({ below: number }), z.object({ atLeast: number })],
  {
    error: () => "expected above, below or atLeast",
  },
);

const rule = z.object({
  id: text,
  title: text,
  source: z.enum(SOURCES),
  query: text,
  samples: text.optional(),
  minimumSamples: number,
  emptyIsZero: z.boolean().optional(),
  isShare: z.boolean().optional(),
  limit,
  unit: z.enum(UNITS),
  windowSeconds: number,
  onFail: z.enum(["roll back", "hold"]),
  failsInARow: number,
  stable: comparison.optional(),
  service: text.optional(),
  objective: text.optional(),
} satisfies Fields<Rule>);

const setting = z.object({
  path: text,
  value: z.union([text, number, z.boolean()]),
} satisfies Fields<Setting>);

const scope = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("system") }),
  z.object({ kind: z.literal("resources"), names: texts }),
  z.object({ kind: z.literal("nothing") }),
]);

const change = z.union(
  [
    z.object({ settings: list(setting), scope } satisfies Fields<Update>),
    z.object({ post: text } satisfies Fields<Post>),
    z.object({ namespace: text, scale: z.record(text, number) } satisfies Fields<Scale>),
    z.object({
      namespace: text,
      run: z.object({ name: text, spec: z.record(text, z.unknown()) } satisfies Fields<Run["run"]>),
    } satisfies Fields<Run>),
    z.object({ rollback: text } satisfies Fields<CodeBack>),
  ],
  { error: () => "expected settings with a scope, post, scale, run or rollback" },
);

const named = { id: text, title: text };
const judged = { ...named, intervalSeconds: number, rules: list(rule) };

const changeStep = z.object({
  ...named,
  kind: z.literal("change"),
  change,
  expectedSeconds: number,
  undo: change.optional(),
  percent: number.optional(),
  service: text.optional(),
  downtime: z.enum(["begins", "ends", "within"]).optional(),
  schema: z.object({ worksWith: texts, reverse: change.optional() }).optional(),
  backNeeds: text.optional(),
} satisfies Fields<ChangeStep>);

const soakStep = z.object({
  ...judged,
  kind: z.literal("soak"),
  seconds: number,
} satisfies Fields<SoakStep>);

const verificationStep = z.object({
  ...judged,
  kind: z.literal("verification"),
  patienceSeconds: number,
} satisfies Fields<VerificationStep>);

const approvalStep = z.object({
  ...named,
  kind: z.literal("approval"),
  roles: texts,
  quorum: number,
} satisfies Fields<ApprovalStep>);

const bound = z.object({
  stack: text,
  system: text,
  version: text,
  images: texts,
} satisfies Fields<Bound>);

const plan = z.object({
  bound,
  from: text,
  steps: list(z.discriminatedUnion("kind", [changeStep, soakStep, verificationStep, approvalStep])),
  back: texts,
  goBack: z.enum(["failed", "all"]),
  patience: z.object({ insufficientSeconds: number, brokenSeconds: number } satisfies Fields<Patience>),
  onFailure: z.literal("hold").optional(),
} satisfies Fields<Plan>);

const traffic = z.object({
  namespace: text,
  router: z.enum(["ingress-nginx", "gateway-api"]),
  stable: texts,
  fresh: texts,
} satisfies Fields<CanaryTraffic>);

const place = z.object({
  namespace: text,
  kubernetes: z.object({
    context: text.optional(),
    kubeconfig: text.optional(),
  } satisfies Fields<ClusterAccess>),
  traffic: traffic.optional(),
} satisfies Fields<Place>);

const reading = z.discriminatedUnion("kind", [
  z.object({
    kind: z.enum(["pass", "fail"]),
    value: number,
    samples: number.optional(),
    stable: number.optional(),
  } satisfies Fields<Extract<Reading, { readonly value: number }>>),
  z.object({
    kind: z.literal("insufficient"),
    side: z.enum(["new", "stable"]),
    samples: number,
    needed: number,
    secondsLeft: number.optional(),
    windowNeeded: number.optional(),
  } satisfies Fields<Extract<Reading, { readonly kind: "insufficient" }>>),
  z.object({
    kind: z.literal("broken"),
    cause: z.enum([
      "no series",
      "several series",
      "not a number",
      "error answer",
      "unreachable",
      "not asked",
    ]),
    message: text,
  } satisfies Fields<Extract<Reading, { readonly kind: "broken" }>>),
]);

const ruleReading = z.object({ rule: text, reading } satisfies Fields<RuleReading>);

const finding = z.object({
  rule: text,
  title: text,
  limit,
  unit: z.enum(UNITS),
  reading,
} satisfies Fields<Finding>);

const decidedBy = z.enum(["soak", "pass", "fail", "insufficient", "broken", "paused"]);

const verdict = z.object({
  kind: z.enum(["advance", "hold", "roll back"]),
  by: decidedBy,
  reason: text,
  findings: list(finding),
  services: texts,
  secondsLeft: number.optional(),
} satisfies Fields<Verdict>);

const cause = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("verdict"), step: text, by: decidedBy, services: texts }),
  z.object({ kind: z.literal("change failed"), step: text }),
  z.object({ kind: z.enum(["aborted", "asked"]), by: text }),
]);

/** One kind of event, with a schema of each of its fields. */
const event = <Kind extends Event["kind"], Shape extends Fields<Omit<EventOf<Kind>, "kind">>>(
  kind: Kind,
  fields: Shape,
) => z.object({ kind: z.literal(kind), ...fields });

type EventOf<Kind extends Event["kind"]> = Extract<Event, { readonly kind: Kind }>;

const step = { step: text };
const failure = { step: text, message: text };
const back = { step: text, also: texts.optional() };
const order = { by: text, reason: text };

const entry = z.object({
  sequence: number,
  at: z.iso.datetime(),
  rollout: text,
  bound,
  event: z.discriminatedUnion("kind", [
    event("started", { plan, by: text, override: text.optional(), place: place.optional() }),
    event("change begun", step),
    event("change done", step),
    event("change failed", failure),
    event("readings", { step: text, readings: list(ruleReading) }),
    event("verdict", { step: text, verdict }),
    event("paused", order),
    event("resumed", { by: text }),
    event("promoted", { step: text, ...order }),
    event("approved", { step: text, by: text, role: text, envelope: text.optional() }),
    event("aborted", order),
    event("rolling back", { cause, reason: text }),
    event("undo begun", back),
    event("undo done", back),
    event("undo failed", { ...back, message: text }),
    event("incident", { title: text, severity: text }),
    event("rolled back", {}),
    event("finished", {}),
  ]),
} satisfies Fields<Entry>);

/** The text of an entry. One that would not be read back does not compile. */
export const entryText = (given: Entry): string => JSON.stringify(given satisfies z.input<typeof entry>);

/** @throws {UserError} for what golive did not write, with its place and all that is wrong with it. */
export function parseEntry({ place, text: given }: Kept): Entry {
  const value = jsonIn(given);
  const parsed = entry.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${["entry", ...path].join(".")}: ${message}`,
  );
  const found = value === undefined ? "no JSON" : problems.join("; ");
  throw new UserError(
    `${place} is no entry of a journal as golive writes it (${found}): mend it from a backup, or move the rollout's journal away`,
  );
}

function jsonIn(given: string): unknown {
  try {
    return JSON.parse(given);
  } catch {
    return undefined;
  }
}
