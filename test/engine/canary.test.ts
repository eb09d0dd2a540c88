import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { repositoryRoot } from "../../engine/cache";
import type { Cluster } from "../../engine/cluster/cluster";
import { startMoto, type Moto } from "../../engine/moto";
import { filledPage, type WalkedStep } from "../support/canary-page";
import { kubectl, sharedCluster } from "../support/cluster";
import { answer, modelIngress, type ModelIngress } from "../support/ingress-nginx";
import { ObjectWatch, type WatchEvent } from "../support/object-watch";
import { TestProject, type PlannedStep } from "../support/project";

const FILE = "Pulumi.staging.yaml";
const PAGE = path.join(repositoryRoot, "docs", "canary.md");
const NAMESPACE = "enova-staging";
const WEIGHT = "nginx.ingress.kubernetes.io/canary-weight";
const OLD = new Set(["frontend-legacy", "api-gateway-legacy"]);
const HOSTS = ["staging.enova.com", "staging-api.enova.com"];

/** The stack file without the other systems, and without the stress test, which is another test's. */
const enovaAlone = (text: string) =>
  text
    .replace(/^ {2}golive:(?!aws|ceiling|router|secretStore|enova)\w+:.*\n(?: {4}.*\n|\n)*/gm, "")
    .replace(/^ {4}stress:.*\n/m, "");

const phased = (phase: string) => (text: string) =>
  text.replace(/phase: \S+/, `phase: ${/^\d/.test(phase) ? `"${phase}"` : phase}`);
const retired = (is: boolean) => (text: string) => text.replace(/retired: \S+/, `retired: ${is}`);
const routed = (router: string) => (text: string) =>
  text.replace(/golive:router:.*\n(?: {4}.*\n)*/, `golive:router: ${router}\n`);

/** `update Ingress enova-canary metadata.annotations["…"]` */
const planLine = ({ op, type, name, diff }: PlannedStep) =>
  [op, type.split(":").at(-1), name, ...(op === "update" ? diff : [])].join(" ");

/** `ADDED Ingress enova-canary, weight 10` */
function eventLine({ type, object: { kind, metadata } }: WatchEvent): string {
  const weight = metadata.annotations[WEIGHT];
  return `${type} ${kind} ${metadata.name}${weight === undefined ? "" : `, weight ${weight}`}`;
}

const SHARE = ["api-gateway-canary", "frontend-canary"];
const shared = (op: string) => SHARE.map((name) => `${op} Service enova-${name}`);
const sharedSeen = (type: string) => SHARE.map((name) => `${type} Service ${name}`);
const WEIGHS = `update Ingress enova-canary metadata.annotations["${WEIGHT}"]`;

/** Of docs/canary.md: the Ingresses of ENOVA, and nothing else. */
const EMERGENCY = ["--target", "**Ingress::enova-*", "--target-dependents", "--refresh=false"];

/** Phases, and what the frontend's route then says. */
const GATEWAY_WALK = [
  ["legacy", "frontend-legacy 1,"],
  ["10", "frontend-legacy 90,frontend 10,"],
  ["50", "frontend-legacy 50,frontend 50,"],
  ["100", "frontend-legacy 0,frontend 100,"],
  ["complete", "frontend 1,"],
  ["rollback", "frontend-legacy 1,"],
] as const;

interface Step extends WalkedStep {
  /** Rows of the requirements. */
  readonly ids: string;
  /** Percent of the requests on the new version before and after. */
  readonly percents: readonly [number, number];
}

/** ENOVA's ladder, and the way back. Each step begins where the one before ended. */
const WALK: readonly Step[] = [
  {
    ids: "E1 E3",
    from: "legacy",
    to: "10",
    percents: [0, 10],
    plan: [...shared("create"), "create Ingress enova-canary"],
    seen: [...sharedSeen("ADDED"), "ADDED Ingress enova-canary, weight 10"],
  },
  {
    ids: "E1 E3",
    from: "10",
    to: "50",
    percents: [10, 50],
    plan: [WEIGHS],
    seen: ["MODIFIED Ingress enova-canary, weight 50"],
  },
  {
    ids: "E1 E5",
    from: "50",
    to: "rollback",
    percents: [50, 0],
    plan: ["delete Ingress enova-canary", ...shared("delete")],
    seen: ["DELETED Ingress enova-canary, weight 50", ...sharedSeen("DELETED")],
  },
  {
    ids: "E1 E3",
    from: "rollback",
    to: "10",
    percents: [0, 10],
    plan: [...shared("create"), "create Ingress enova-canary"],
    seen: [...sharedSeen("ADDED"), "ADDED Ingress enova-canary, weight 10"],
  },
  {
    ids: "E1 E3",
    from: "10",
    to: "50",
    percents: [10, 50],
    plan: [WEIGHS],
    seen: ["MODIFIED Ingress enova-canary, weight 50"],
  },
  {
    ids: "E1 E3",
    from: "50",
    to: "100",
    percents: [50, 100],
    plan: [WEIGHS],
    seen: ["MODIFIED Ingress enova-canary, weight 100"],
  },
  {
    ids: "E1 E3",
    from: "100",
    to: "complete",
    percents: [100, 100],
    plan: [
      "create Ingress enova-complete",
      "delete Ingress enova-stable",
      "delete Ingress enova-canary",
      ...shared("delete"),
    ],
    seen: [
      "ADDED Ingress enova",
      "DELETED Ingress enova-legacy",
      "DELETED Ingress enova-canary, weight 100",
      ...sharedSeen("DELETED"),
    ],
  },
  {
    ids: "E1 E5",
    from: "complete",
    to: "50",
    percents: [100, 50],
    plan: [
      ...shared("create"),
      "create Ingress enova-canary",
      "create Ingress enova-stable",
      "delete Ingress enova-complete",
    ],
    seen: [
      ...sharedSeen("ADDED"),
      "ADDED Ingress enova-canary, weight 50",
      "ADDED Ingress enova-legacy",
      "DELETED Ingress enova",
    ],
  },
];

/** Services of the share come and go together: their order among themselves is nobody's. */
function settled(lines: readonly string[]): string[] {
  const runs: string[][] = [];
  for (const line of lines) {
    const last = runs.at(-1);
    const goesOn = line.includes(" Service ") && last?.[0]?.includes(" Service ") === true;
    if (goesOn) last.push(line);
    else runs.push([line]);
  }
  return runs.flatMap((run) => run.sort());
}

const isIngress = ({ object }: WatchEvent) => object.kind === "Ingress";

/** The Ingresses after an event, from the oldest to the newest. */
function applied(ingresses: readonly ModelIngress[], { type, object }: WatchEvent): readonly ModelIngress[] {
  const { name, annotations } = object.metadata;
  if (type === "DELETED") return ingresses.filter((ingress) => ingress.name !== name);
  const told = modelIngress.parse({ name, annotations, spec: object.spec });
  const isThere = ingresses.some((ingress) => ingress.name === name);
  return isThere
    ? ingresses.map((ingress) => (ingress.name === name ? told : ingress))
    : [...ingresses, told];
}

/** Percent of a host's requests on the new version; fails where nobody ready answers. */
function percentNew(ingresses: readonly ModelIngress[], ready: ReadonlySet<string>, host: string): number {
  const answered = answer({ ingresses, ready }, { host, path: "/" });
  assert.ok(typeof answered === "object", `${host} answers ${JSON.stringify(answered)}`);
  return Object.entries(answered).reduce((sum, [service, share]) => sum + (OLD.has(service) ? 0 : share), 0);
}

const slices = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        labels: z.record(z.string(), z.string()),
        resourceVersion: z.coerce.number(),
      }),
      endpoints: z.array(z.object({ conditions: z.object({ ready: z.boolean() }) })).default([]),
    }),
  ),
});

describe("ENOVA's canary on staging", () => {
  const walked: WalkedStep[] = [];
  let project: TestProject;
  let cluster: Cluster;
  let moto: Moto;
  let watches: readonly ObjectWatch[] = [];
  let ingresses: readonly ModelIngress[] = [];
  let last: readonly WatchEvent[] = [];

  before(async () => {
    [cluster, moto] = await Promise.all([sharedCluster(), startMoto({ accountId: "111122223333" })]);
    project = await TestProject.create("staging", {
      KUBECONFIG: cluster.kubeconfig,
      AWS_ENDPOINT_URL: moto.url,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
    await project.edit(FILE, (text) => phased("legacy")(enovaAlone(text)));
    await up();
    const start = (kind: string) => ObjectWatch.start(cluster, kind, NAMESPACE);
    watches = await Promise.all(["ingresses", "services"].map(start));
    ingresses = (await changes()).filter(isIngress).reduce(applied, ingresses);
  });

  after(async () => {
    await Promise.all(watches.map((watch) => watch.stop()));
    // Other tests of the run bring the same namespace to the shared cluster.
    const { code, output } = await project.run("destroy", "--yes", "--skip-preview");
    await project.remove();
    await moto.stop();
    assert.equal(code, 0, output);
  });

  const up = async (...args: string[]): Promise<void> => {
    const all = ["up", "--yes", "--skip-preview", "--policy-pack", "policies", ...args];
    const { code, output } = await project.run(...all);
    assert.equal(code, 0, output);
  };

  const planned = async (): Promise<string[]> => settled((await project.plan()).steps.map(planLine));

  /** What both watches tell, in the API server's one order. */
  const changes = async (): Promise<readonly WatchEvent[]> => {
    const told = await Promise.all(watches.map((watch) => watch.changes()));
    const version = ({ object }: WatchEvent) => object.metadata.resourceVersion;
    return told.flat().sort((a, b) => version(a) - version(b));
  };

  /** Services with a ready pod, each with the API server's version at which it last changed. */
  const readyServices = async (): Promise<ReadonlyMap<string, number>> => {
    const listed = await kubectl(cluster, ["get", "endpointslices", "-n", NAMESPACE, "-o", "json"]);
    const ready = slices
      .parse(JSON.parse(listed))
      .items.filter(({ endpoints }) => endpoints.some(({ conditions }) => conditions.ready));
    return new Map(
      ready.map(({ metadata: { labels, resourceVersion } }) => [
        labels["kubernetes.io/service-name"] ?? "",
        resourceVersion,
      ]),
    );
  };

  /** Takes a step; at each moment that the API server tells of, ingress-nginx would have found a ready Service for each host. */
  const step = async (percents: readonly number[]): Promise<readonly WatchEvent[]> => {
    const before = await readyServices();
    await up();
    const ready = new Set([...before.keys(), ...(await readyServices()).keys()]);
    const events = await changes();
    for (const event of events) {
      if (isIngress(event)) ingresses = applied(ingresses, event);
      else if (event.type === "DELETED") ready.delete(event.object.metadata.name);
      for (const host of HOSTS) {
        const percent = percentNew(ingresses, ready, host);
        assert.ok(percents.includes(percent), `${percent} % of ${host} after ${eventLine(event)}`);
      }
    }
    for (const host of HOSTS) assert.equal(percentNew(ingresses, ready, host), percents.at(-1));
    return events;
  };

  for (const { ids, from, to, percents, plan, seen } of WALK) {
    it(`${ids} ${from} → ${to}: the planned steps, in an order that leaves no host without its share`, async () => {
      await project.edit(FILE, phased(to));
      const steps = await planned();
      assert.deepEqual(steps, plan);
      const events = await step(percents);
      const lines = settled(events.map(eventLine));
      walked.push({ from, to, plan: steps, seen: lines });
      assert.deepEqual(lines, seen);
      last = events;
    });
  }

  it("E1 D12 a step that is taken leaves nothing to do", () => up("--expect-no-changes"));

  it("E1 the share's Services had ready pods before its Ingress was there", async () => {
    const ready = await readyServices();
    const share = last.find(
      ({ type, object }) => type === "ADDED" && object.metadata.name === "enova-canary",
    );
    const declared = share?.object.metadata.resourceVersion ?? 0;
    for (const name of SHARE) assert.ok((ready.get(name) ?? Infinity) < declared, name);
  });

  it("E5 goes back at once by its Ingresses alone, though AWS does not answer and other changes wait", async () => {
    const before = await project.edit(FILE, (text) =>
      phased("rollback")(text).replace(/v2\.0\.0/g, "v2.0.1"),
    );
    const unreachable = { AWS_ENDPOINT_URL: "http://127.0.0.1:1" };
    const { code, output } = await project.runWith(
      unreachable,
      "up",
      "--yes",
      "--skip-preview",
      ...EMERGENCY,
    );
    assert.equal(code, 0, output);
    const events = await changes();
    assert.deepEqual(events.map(eventLine), ["DELETED Ingress enova-canary, weight 50"]);
    ingresses = events.reduce(applied, ingresses);
    for (const host of HOSTS) assert.equal(percentNew(ingresses, OLD, host), 0);
    await project.edit(FILE, () => phased("10")(before));
    await step([0, 10]);
    await project.edit(FILE, () => before);
    await step([10, 50]);
  });

  it("E3 the old versions are refused to go before the canary is complete, and go after the traffic when it is", async () => {
    const { output } = await project.with(FILE, retired(true), () => project.run("preview"));
    assert.match(output, /golive:enova\.legacy\.retired: found true; expected false until .* is complete/);
    await project.edit(FILE, phased("100"));
    await step([50, 100]);
    await project.edit(FILE, (text) => phased("complete")(retired(true)(text)));
    await step([100]);
    const ready = await readyServices();
    assert.deepEqual(
      [...OLD].filter((name) => ready.has(name)),
      [],
    );
  });

  it("E1 E3 docs/canary.md shows what a run plans and does (mend: GOLIVE_WRITE=1 npm run test:engine)", async () => {
    const page = await readFile(PAGE, "utf8");
    const filled = filledPage(page, walked);
    if (process.env.GOLIVE_WRITE === "1") await writeFile(PAGE, filled);
    else assert.equal(page, filled);
  });

  it("E1 E3 E5 on the Gateway API each step changes the weights of the hosts' routes in place", async () => {
    const router = "{ kind: gateway-api, gateway: { name: public, namespace: gateway-system } }";
    await project.edit(FILE, (text) => phased("legacy")(retired(false)(routed(router)(text))));
    await up();
    for (const [phase, weights] of GATEWAY_WALK) {
      if (phase !== "legacy") {
        await project.edit(FILE, phased(phase));
        const steps = (await project.plan()).steps.map(({ op, type, name }) =>
          [op, type.split(":").at(-1), name].join(" "),
        );
        assert.deepEqual(steps.sort(), HOSTS.map((host) => `update HTTPRoute enova-${host}`).sort());
        await up();
      }
      const path = "{range .spec.rules[0].backendRefs[*]}{.name} {.weight},{end}";
      const read = ["get", "httproute", HOSTS[0] ?? "", "-n", NAMESPACE, "-o", `jsonpath=${path}`];
      assert.equal(await kubectl(cluster, read), weights, phase);
    }
  });
});
