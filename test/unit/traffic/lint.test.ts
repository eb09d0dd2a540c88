import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { kubernetesSubjects } from "../../../policies/kubernetes";
import { TRAPS } from "../../../policies/checks/traps";
import { trafficPage, trafficPageFile } from "../../../policies/traffic-docs";
import { lintTraffic } from "../../../policies/traffic-lint";
import {
  canaryIngress,
  canaryServiceName,
  canaryServiceSpec,
  httpRoutes,
  mainIngress,
} from "../../../components/traffic/canary";
import type { Phase } from "../../../components/traffic/ladder";
import type { Subject } from "../../../policies/subject";
import { lintInputs, lintText } from "../../../cli/traffic/lint";
import { liveObjects } from "../../../cli/traffic/live";
import { answer, type Answer, type ModelIngress } from "../../support/ingress-nginx";

const NGINX = "nginx.ingress.kubernetes.io";
const HOSTS = ["a", "b"];
const OLD = ["old-a", "old-b"];
const SERVICES = [...OLD, "new-a", "new-b"];

/** The model's objects as the API server holds them; the first was made first. */
function subjectsOf(ingresses: readonly ModelIngress[], ready: readonly string[]): readonly Subject[] {
  const known = (apiVersion: string, kind: string, name: string, body: object) =>
    kubernetesSubjects({ apiVersion, kind, ...body }, { apiVersion, kind, name });
  const at = (age: number) => new Date(Date.UTC(2026, 10, 28, 0, age)).toISOString();
  return [
    ...ingresses.flatMap(({ name, annotations, spec }, age) =>
      known("networking.k8s.io/v1", "Ingress", name, {
        metadata: { name, namespace: "shop", annotations, creationTimestamp: at(age) },
        spec: { ingressClassName: "nginx", ...spec },
      }),
    ),
    ...SERVICES.flatMap((name) =>
      known("discovery.k8s.io/v1", "EndpointSlice", `${name}-1`, {
        metadata: { name: `${name}-1`, namespace: "shop", labels: { "kubernetes.io/service-name": name } },
        endpoints: ready.includes(name) ? [{ addresses: ["10.0.0.1"], conditions: { ready: true } }] : [],
      }),
    ),
  ];
}

interface Place {
  readonly host: string;
  readonly service: string;
  readonly path?: string;
  readonly pathType?: string;
}

const ingress = (
  name: string,
  places: readonly Place[],
  annotations: Readonly<Record<string, string>> = {},
): ModelIngress => ({
  name,
  annotations: Object.fromEntries(
    Object.entries(annotations).map(([key, value]) => [`${NGINX}/${key}`, value]),
  ),
  spec: {
    rules: places.map(({ host, service, path = "/", pathType = "Prefix" }) => ({
      host,
      http: { paths: [{ path, pathType, backend: { service: { name: service, port: { number: 80 } } } }] },
    })),
  },
});

/** Weight as it is written, and as it is meant. */
const weights = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.integer({ min: 0, max: 100 }).map((percent) => ({ text: String(percent), percent })),
  },
  fc.constantFrom(
    { text: "50%", percent: 50 },
    { text: "0.5", percent: 50 },
    { text: " 50", percent: 50 },
    { text: "-1", percent: 0 },
    { text: "150", percent: 150 },
  ),
);
const totals = fc.constantFrom(undefined, undefined, undefined, 10, 100, 200);
const marks = fc.constantFrom("true", "true", "true", "True", "1", "yes", "false");
const host = fc.constantFrom(...HOSTS);
/** The model takes an Exact path for a Prefix: only canaries have one, beside mains that have none. */
const place = (...pathTypes: readonly string[]) =>
  fc.record({ host, service: fc.constantFrom(...SERVICES), pathType: fc.constantFrom(...pathTypes) });

interface Drawn {
  readonly ingress: ModelIngress;
  /** Percent that its author means; undefined for a main one. */
  readonly meant?: number;
}

const main = fc
  .tuple(fc.uniqueArray(place("Prefix"), { minLength: 1, maxLength: 2, selector: (one) => one.host }))
  .map(([places]): Drawn => ({ ingress: ingress("", places) }));

const canary = fc
  .tuple(
    fc.uniqueArray(place("Prefix", "Prefix", "Exact"), {
      minLength: 1,
      maxLength: 2,
      selector: (one) => one.host,
    }),
    weights,
    totals,
    marks,
  )
  .map(([places, weight, total, mark]): Drawn => {
    // Of a total of 10 its author takes 5 for a half.
    const percent = Math.min((weight.percent * 100) / (total ?? 100), 100);
    return {
      meant: percent,
      ingress: ingress("", places, {
        canary: mark,
        "canary-weight": weight.text,
        ...(total === undefined ? {} : { "canary-weight-total": String(total) }),
      }),
    };
  });

/** As somebody would declare it who knows the traps; half of the cases, so that the linter passes some. */
const sound = fc
  .tuple(fc.subarray([0, 1], { minLength: 1 }), fc.integer({ min: 0, max: 100 }), fc.boolean())
  .map(([which, percent, older]): readonly Drawn[] => {
    const hosts = which.map((index) => ({
      host: HOSTS[index] ?? "",
      old: OLD[index] ?? "",
      now: `new-${HOSTS[index] ?? ""}`,
    }));
    const mainOne = {
      ingress: ingress(
        "",
        hosts.map(({ host, old }) => ({ host, service: old })),
      ),
    };
    const share = {
      meant: percent,
      ingress: ingress(
        "",
        hosts.map(({ host, now }) => ({ host, service: now })),
        {
          canary: "true",
          "canary-weight": String(percent),
        },
      ),
    };
    return older ? [share, mainOne] : [mainOne, share];
  });

interface Cluster {
  readonly drawn: readonly Drawn[];
  readonly ready: readonly string[];
}

const clusters: fc.Arbitrary<Cluster> = fc.record({
  drawn: fc.oneof(sound, fc.array(fc.oneof(main, canary), { minLength: 1, maxLength: 4 })),
  ready: fc.oneof({ weight: 3, arbitrary: fc.constant(SERVICES) }, fc.subarray(SERVICES)),
});

const isReadTrue = (text: string | undefined) => /^(1|t|T|TRUE|true|True)$/.test(text ?? "");

/** What the authors of the canaries mean: each host's main Service but for the share of its canary. */
function meant(drawn: readonly Drawn[]): ReadonlyMap<string, Answer> {
  const asked = new Map<string, Answer>();
  const placesOf = (one: ModelIngress) =>
    one.spec.rules.flatMap(({ host: name, http }) =>
      http.paths.map(({ backend }) => ({ host: name, service: backend.service.name })),
    );
  const mains = drawn.filter((one) => one.meant === undefined);
  for (const { ingress: one } of mains)
    for (const { host: name, service } of placesOf(one))
      if (!asked.has(name)) asked.set(name, { [service]: 100 });
  for (const { ingress: one, meant: percent = 0 } of drawn.filter((each) => each.meant !== undefined))
    for (const { host: name, service } of placesOf(one)) {
      const [old] = Object.keys(asked.get(name) ?? {});
      asked.set(name, {
        ...(percent < 100 && old !== undefined ? { [old]: 100 - percent } : {}),
        ...(percent > 0 ? { [service]: percent } : {}),
      });
    }
  return asked;
}

describe("the traffic linter against the model of ingress-nginx", () => {
  it("E1 E3 E5 what it lets through behaves as its weights say, and what the model shows broken is refused", () => {
    let passed = 0;
    let refused = 0;
    fc.assert(
      fc.property(clusters, ({ drawn: given, ready }) => {
        const drawn = given.map((one, index) => ({ ...one, ingress: { ...one.ingress, name: `i${index}` } }));
        const ingresses = drawn.map((one) => one.ingress);
        const canaries = drawn.filter((one) => one.meant !== undefined);
        const found = lintTraffic(subjectsOf(ingresses, ready));
        if (found.length > 0 || canaries.length === 0) {
          refused += found.length > 0 ? 1 : 0;
          return;
        }
        passed += 1;
        const hosts = new Set(canaries.flatMap((one) => one.ingress.spec.rules.map((rule) => rule.host)));
        for (const name of hosts)
          assert.deepEqual(
            answer({ ingresses, ready: new Set(ready) }, { host: name, path: "/" }),
            meant(drawn).get(name),
            `${name}: ${JSON.stringify(ingresses)}`,
          );
        assert.ok(canaries.every((one) => isReadTrue(one.ingress.annotations[`${NGINX}/canary`])));
      }),
      { numRuns: 4000 },
    );
    assert.ok(passed > 400 && refused > 400, `${passed} passed, ${refused} refused`);
  });

  it("E1 a share that was declared as golive does passes, whichever Ingress is older", () => {
    fc.assert(
      fc.property(sound, (drawn) => {
        const ingresses = drawn.map((one, index) => ({ ...one.ingress, name: `i${index}` }));
        assert.deepEqual(lintTraffic(subjectsOf(ingresses, SERVICES)), []);
      }),
    );
  });
});

describe("golive traffic lint", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "traffic-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const yaml = (name: string, weight: string, host = "a.example.com") => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
  namespace: shop
  annotations: ${weight === "" ? "{}" : `{ ${NGINX}/canary: "true", ${NGINX}/canary-weight: "${weight}" }`}
spec:
  ingressClassName: nginx
  rules:
    - host: ${host}
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: ${name}, port: { number: 80 } } } }] }
`;

  const file = async (text: string) => {
    const name = path.join(folder, "traffic.yaml");
    await writeFile(name, text);
    return name;
  };

  it("E1 says object, trap, what then happens and the mend", async () => {
    const name = await file(`${yaml("old", "")}---\n${yaml("new", "50%")}`);
    const report = await lintInputs([name], {});
    assert.deepEqual(
      report.findings.map(({ object, trap, happens }) => ({ object, trap, happens })),
      [
        {
          object: "Ingress/shop/new",
          trap: "weight-unreadable",
          happens: TRAPS["weight-unreadable"].happens,
        },
      ],
    );
    assert.match(
      lintText(report),
      /weight-unreadable\n {2}Ingress\/new in namespace shop: .* To mend it: write the number/,
    );
    assert.match(lintText(report), /2 objects: 1 found$/);
  });

  it("E1 what the cluster holds is in sight: a primary that no file has, and a live canary that a file breaks", async () => {
    const name = await file(yaml("new", "10"));
    const alone = await lintInputs([name], {});
    assert.deepEqual(
      alone.findings.map(({ trap }) => trap),
      ["no-primary"],
    );
    const [ingresses, slices] = [
      {
        apiVersion: "v1",
        kind: "List",
        items: [parsed("old", {}), parsed("new", { canary: "true", "canary-weight": "5%" })],
      },
      { apiVersion: "v1", kind: "List", items: [slice("old", true), slice("new", false)] },
    ];
    const probes = {
      program: () => Promise.resolve({ path: "kubectl", from: "PATH" }),
      run: (_: string, args: readonly string[]) =>
        Promise.resolve(
          args.includes("httproutes.gateway.networking.k8s.io") ||
            args.includes("referencegrants.gateway.networking.k8s.io")
            ? { failure: `error: the server doesn't have a resource type "${String(args[1])}"` }
            : {
                text: JSON.stringify(
                  args.includes("ingresses.networking.k8s.io")
                    ? ingresses
                    : args.includes("services")
                      ? { ...slices, items: [] }
                      : slices,
                ),
              },
        ),
    };
    const live = () => liveObjects(undefined, probes);
    const both = await lintInputs([name], { cluster: true }, live);
    assert.deepEqual(
      both.findings.map(({ file: at, trap }) => [path.basename(at), trap]),
      [["traffic.yaml", "canary-without-endpoints"]],
    );
    const held = await lintInputs([], { cluster: true }, live);
    assert.deepEqual(
      held.findings.map(({ file: at, trap }) => [at, trap]),
      [
        ["cluster", "weight-unreadable"],
        ["cluster", "canary-without-endpoints"],
      ],
    );
  });

  const parsed = (name: string, annotations: Readonly<Record<string, string>>) => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      name,
      namespace: "shop",
      annotations: Object.fromEntries(
        Object.entries(annotations).map(([key, value]) => [`${NGINX}/${key}`, value]),
      ),
    },
    spec: { ingressClassName: "nginx", ...ingress(name, [{ host: "a.example.com", service: name }]).spec },
  });
  const slice = (service: string, ready: boolean) => ({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: service, namespace: "shop", labels: { "kubernetes.io/service-name": service } },
    endpoints: [{ addresses: ["10.0.0.1"], conditions: { ready } }],
  });

  it("E1 E3 what golive itself declares passes in each phase, on both routers", () => {
    const routes = [
      {
        host: "shop.example.com",
        stable: { service: "old-a", port: 80 },
        canary: { service: "new-a", port: 80 },
      },
      {
        host: "api.example.com",
        stable: { service: "old-b", port: 80 },
        canary: { service: "new-b", port: 80 },
      },
    ];
    const names = { stable: "main", canary: "share", complete: "next" };
    const place = { className: "nginx", secretName: "tls" };
    const gateway = {
      kind: "gateway-api",
      gateway: { name: "shared", namespace: "gateways", listener: "https" },
    } as const;
    const phases: readonly Phase[] = [
      { kind: "legacy" },
      { kind: "weight", percent: 10 },
      { kind: "weight", percent: 100 },
      { kind: "complete" },
      { kind: "rollback" },
    ];
    for (const phase of phases) {
      const declared = [
        mainIngress({ routes, phase }, names, place),
        canaryIngress({ routes, phase }, names, place),
      ];
      const subjects = [
        ...declared.flatMap((one) =>
          one === undefined
            ? []
            : written("networking.k8s.io/v1", "Ingress", {
                metadata: { name: one.name, namespace: "shop", annotations: one.annotations },
                spec: one.spec,
              }),
        ),
        ...routes.flatMap((route) =>
          written("v1", "Service", {
            metadata: { name: canaryServiceName(route), namespace: "shop" },
            spec: canaryServiceSpec(route),
          }),
        ),
        ...httpRoutes({ routes, phase }, gateway, "shop").flatMap((one) =>
          written(one.apiVersion, one.kind, one),
        ),
      ];
      assert.deepEqual(lintTraffic(subjects), [], phase.kind);
    }
  });

  const written = (apiVersion: string, kind: string, body: object) =>
    kubernetesSubjects({ apiVersion, kind, ...body }, { apiVersion, kind, name: "" });

  it("E1 is what docs/traffic.md says (mend: npx tsx policies/traffic-docs.ts --write)", async () => {
    assert.equal(await readFile(trafficPageFile, "utf8"), trafficPage());
  });

  it("E1 a mistake of the user's is one sentence", async () => {
    await assert.rejects(lintInputs([], {}), /nothing to judge: name files/);
    const { errors } = await lintInputs([path.join(folder, "none.yaml")], {});
    assert.match(errors[0]?.message ?? "", /is not there/);
  });
});
