/** `golive:enova`: frontend and gateway by canary beside their old versions, chat all new (rows E1–E3, E5, E6, E12). */
import * as z from "zod";
import { canaryProblems, type CanaryProblem } from "../../components/traffic/canary-problems";
import { parsePhase } from "../../components/traffic/ladder";
import { canary } from "../canary";
import { alerting, alertingProblems } from "../alerting";
import { contacts } from "../contacts";
import { secretValue } from "../environment";
import { duration, mapping, whole } from "../fields";
import { objectives } from "../objectives";
import { rollout } from "../rollout";
import { evidence, evidenceProblems } from "../evidence";
import { oneWriterProblems, workloadProblems, type Given, type Problem } from "../rules";
import { router } from "../router";
import { urlPath, service, withRequests, workload } from "../service";

const release = (description: string) => mapping(workload, description).transform(withRequests);

/** Names of the Services that each host moves from and to. */
export const ENOVA_SERVICES = {
  frontend: { stable: "frontend-legacy", canary: "frontend" },
  gateway: { stable: "api-gateway-legacy", canary: "api-gateway" },
} as const;

/** Names of the Ingresses, as the document's `kubectl` commands have them. */
export const ENOVA_INGRESSES = { stable: "enova-legacy", canary: "enova-canary", complete: "enova" } as const;

const supabase = mapping(
  {
    SUPABASE_URL: secretValue,
    SUPABASE_SERVICE_ROLE_KEY: secretValue,
    SUPABASE_JWT_SECRET: secretValue,
  },
  "The three keys of the Secret supabase-credentials; the new services have them as variables.",
);

const hosts = mapping(
  { frontend: service.host, api: service.host },
  "Public DNS names of the frontend and of the gateway.",
);

const legacy = mapping(
  {
    retired: z
      .boolean({ error: () => "expected true or false" })
      .default(false)
      .meta({ title: "true or false" })
      .describe(
        "Whether the old versions are gone. Only at the phase complete: until then they are the way back.",
      ),
    frontend: release("The old frontend."),
    gateway: release("The old gateway."),
  },
  "The old versions.",
);

const stress = mapping(
  {
    users: whole(1, 10_000, "Users at once, and WebSocket connections.").default(100),
    duration: duration("Time for which they go on.").prefault("60s"),
  },
  "The stress test, once for each version. Not set: none.",
);

export const schema = mapping(
  {
    namespace: service.namespace,
    hosts,
    frontend: release("The new frontend."),
    gateway: release("The new gateway, Deployment api-gateway."),
    chat: mapping(
      { ...workload, path: urlPath("Path of the chat on the gateway's host.").prefault("/chat") },
      "The chat, which is all new.",
    ).transform(withRequests),
    legacy,
    canary,
    supabase,
    stress: stress.optional(),
    contacts,
    alerting: alerting.optional(),
    objectives: objectives("enova").optional(),
    rollout,
    evidence: evidence.optional(),
  },
  "ENOVA: frontend and gateway by canary, chat all new.",
);

/** What the ENOVA system is built from. */
export type EnovaSettings = z.output<typeof schema>;

function sound<Field extends z.ZodType>(field: Field) {
  return field.optional().catch(undefined);
}

const sides = { frontend: z.unknown().optional(), gateway: z.unknown().optional() };

const view = z.object({
  router: router.catch({ kind: "ingress-nginx", className: "nginx", namespace: "ingress-nginx" }),
  service: z.object({
    hosts: sound(hosts),
    canary: sound(canary),
    chat: sound(z.object({ path: sound(schema.shape.chat.in.shape.path) })),
    legacy: z.object({ ...sides, retired: z.unknown() }).catch({ retired: false }),
    rollout: sound(rollout),
    ...sides,
  }),
});

type View = z.output<typeof view>;
type Rule = (view: View) => readonly Problem[];

/** The canary as its component will be given it. */
const canaryIsReadable: Rule = ({ router: carrier, service: { canary: given, hosts: named } }) => {
  if (given === undefined) return [];
  const routes = [
    { host: named?.frontend ?? "frontend.example.com", ...backends(ENOVA_SERVICES.frontend) },
    { host: named?.api ?? "api.example.com", ...backends(ENOVA_SERVICES.gateway) },
  ];
  return canaryProblems({ ...given, routes, ingresses: ENOVA_INGRESSES, router: carrier }).map(placed);
};

const backends = ({ stable, canary: next }: { readonly stable: string; readonly canary: string }) => ({
  stable: { service: stable, port: 80 },
  canary: { service: next, port: 80 },
});

/** Where the stack file says what the component calls otherwise. */
function placed({ path: [first, second], message }: CanaryProblem): Problem {
  if (first === "routes") return { path: ["hosts", second === 0 ? "frontend" : "api"], message };
  if (first === "by") return { path: second === "kind" ? ["canary", "cookie"] : ["canary"], message };
  return { path: ["canary", ...[first, second].flatMap((step) => step ?? [])], message };
}

const kindOf = ({ service: { canary: given } }: View) => {
  const phase = given && parsePhase(given.phase, given.ladder);
  return phase !== undefined && "value" in phase ? phase.value.kind : undefined;
};

const retiredWhenComplete: Rule = (seen) => {
  const kind = kindOf(seen);
  if (seen.service.legacy.retired !== true || kind === undefined || kind === "complete") return [];
  const message =
    "expected false until golive:enova.canary.phase is complete: the main Ingress still sends traffic to the old " +
    "versions, and they are the way back";
  return [{ path: ["legacy", "retired"], message }];
};

const noPods = z.looseObject({ replicas: z.literal(0), autoscaling: z.undefined().optional() });

/** Without a ready pod behind the main Ingress the controller answers 503 for all, at any weight of the canary. */
const eachSideServes: Rule = (seen) => {
  const kind = kindOf(seen);
  const { legacy: old, frontend, gateway } = seen.service;
  const serving = [
    ...(kind === "complete" ? [] : [{ path: ["legacy"], frontend: old.frontend, gateway: old.gateway }]),
    ...(kind === "weight" || kind === "complete" ? [{ path: [], frontend, gateway }] : []),
  ];
  return serving.flatMap(({ path, ...workloads }) =>
    Object.entries(workloads)
      .filter(([, given]) => noPods.safeParse(given).success)
      .map(([name]) => ({
        path: [...path, name, "replicas"],
        message: "expected at least 1 in this phase: without a ready pod the host answers 503",
      })),
  );
};

const chatHasItsPath: Rule = ({ service: { chat } }) =>
  chat?.path === "/"
    ? [
        {
          path: ["chat", "path"],
          message: "expected a path below /: the gateway's canary has the host's / (one canary a path)",
        },
      ]
    : [];

/** A controller releases the next version of one Deployment: the move from the old Deployments is golive's own. */
const strategyCanTakeOver: Rule = (seen) => {
  const strategy = seen.service.rollout?.strategy ?? "golive";
  if (strategy === "golive") return [];
  const path = ["rollout", "strategy"];
  const moved = kindOf(seen) === "complete" && seen.service.legacy.retired === true;
  return [
    ...(moved
      ? []
      : [
          {
            path,
            message: `expected golive until canary.phase is complete and legacy.retired is true: ${strategy} takes a Deployment over from its own version before`,
          },
        ]),
    ...(seen.router.kind === "gateway-api"
      ? [{ path, message: "expected golive on the Gateway API, where it weighs the HTTPRoutes itself" }]
      : []),
  ];
};

const RULES: readonly Rule[] = [
  canaryIsReadable,
  retiredWhenComplete,
  eachSideServes,
  chatHasItsPath,
  strategyCanTakeOver,
];

/** Every mistake between ENOVA's fields. */
export function problems(given: Given): readonly Problem[] {
  const seen = view.safeParse(given);
  const own = seen.success ? RULES.flatMap((rule) => rule(seen.data)) : [];
  const old = z.looseObject({ legacy: z.unknown() }).safeParse(given.service).data?.legacy;
  const before = workloadProblems({ ...given, system: `${given.system}.legacy`, service: old }, [
    "frontend",
    "gateway",
  ]).map((problem) => ({ ...problem, path: ["legacy", ...problem.path] }));
  const secret = oneWriterProblems(given, ["supabase"], Object.keys(supabase.shape));
  return [
    ...workloadProblems(given, ["frontend", "gateway", "chat"]),
    ...before,
    ...own,
    ...secret,
    ...alertingProblems(given),
    ...evidenceProblems(given),
  ];
}
