import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer as createTcpServer, type Server } from "node:net";
import path from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { z } from "zod";
import { formatTable } from "../../cli/doctor";
import type { AwsProbe } from "../../cli/doctor/aws";
import { judgeCertificate } from "../../cli/doctor/certificate";
import { takeReadings } from "../../cli/doctor/checks";
import type { Verdict } from "../../cli/doctor/finding";
import { realProbes, type Probes, type ServedCertificate } from "../../cli/doctor/probes";
import { targetOf, type Target } from "../../cli/doctor/target";
import { versionIn } from "../../engine/acquire";
import { STAND_IN_ANNOTATION } from "../../engine/cluster/seed";
import { repositoryRoot } from "../../engine/cache";
import { parseStackText, readStackFile } from "../../settings";
import { selfSigned } from "../support/certificate";

const NOW = new Date("2026-11-23T12:00:00Z");
const ARN = "arn:aws:acm:us-east-1:202533518394:certificate/1a2b";
const inDays = (days: number, from = NOW): Date => new Date(from.getTime() + days * 86_400_000);

const target: Target = {
  stack: "develop",
  kubectlFlags: ["--context=kometa-develop"],
  namespaces: ["kometa-develop"],
  endpoints: [{ host: "marketplace.invalid", created: false }],
  repositories: [
    {
      registry: "registry.invalid",
      accountId: "202533518394",
      region: "us-east-1",
      name: "kometa-marketplace",
    },
  ],
};

const node = (ready: string) => ({
  metadata: { name: `node-${ready}` },
  status: { conditions: [{ type: "Ready", status: ready }] },
});
const alb = (available: number) =>
  JSON.stringify({ spec: { replicas: 2 }, status: { availableReplicas: available } });
const albClass = (annotations = {}) =>
  JSON.stringify({
    items: [{ metadata: { name: "alb", annotations }, spec: { controller: "ingress.k8s.aws/alb" } }],
  });

/** What each program prints, by the first of these that its command line holds; an Error is its failure. */
const healthy: Readonly<Record<string, string | Error>> = {
  "helm version": "v3.22.0",
  "kubectl version": JSON.stringify({ clientVersion: { gitVersion: "v1.32.4" } }),
  "docker --version": "Docker version 28.2.2, build e6534b4",
  "pulumi version": "v3.259.0",
  "get --raw /readyz": "ok",
  "get nodes": JSON.stringify({ items: [node("True"), node("True")] }),
  "get namespace kometa-develop": JSON.stringify({ status: { phase: "Active" } }),
  "get deployment aws-load-balancer-controller": alb(2),
  "get ingressclasses": albClass(),
};

interface Fake extends Partial<Omit<Probes, "run" | "program">> {
  readonly prints?: Readonly<Record<string, string | Error>>;
  readonly absent?: readonly string[];
}

function fakeProbes({ prints = {}, absent = [], ...rest }: Fake = {}): Probes {
  const all = { ...healthy, ...prints };
  return {
    now: NOW,
    nodeVersion: "20.19.0",
    program: (name) =>
      Promise.resolve(absent.includes(name) ? undefined : { path: `/bin/${name}`, from: "PATH" }),
    run(executable, args) {
      const line = [executable, ...args].join(" ");
      const key = Object.keys(all).find((part) =>
        line.replace(" --context=kometa-develop", "").includes(part),
      );
      const said = key === undefined ? new Error(`unexpected: ${line}`) : all[key];
      return Promise.resolve(said instanceof Error ? { failure: said.message } : { text: said ?? "" });
    },
    certificate: () => Promise.resolve({ from: inDays(-10), to: inDays(60) }),
    status: () => Promise.resolve(401),
    aws: undefined,
    ...rest,
  };
}

interface Case {
  readonly row: string;
  readonly when: string;
  readonly check: string;
  readonly probes?: Fake;
  readonly target?: Partial<Target>;
  readonly verdict: Verdict;
  readonly reading: RegExp;
  readonly mend?: RegExp;
}

const served = (certificate: Partial<ServedCertificate>): Fake => ({
  certificate: () => Promise.resolve({ from: inDays(-10), to: inDays(60), ...certificate }),
});
const failing = (part: string, message: string): Fake => ({ prints: { [part]: new Error(message) } });
const aws = (probe: Partial<AwsProbe>): Fake => ({
  aws: {
    certificate: () => Promise.resolve({ status: "ISSUED", to: inDays(60) }),
    repository: () => Promise.resolve("IMMUTABLE"),
    ...probe,
  },
});
const certificate = "certificate of marketplace.invalid";
const registry = "registry, kometa-marketplace";
const named = { endpoints: [{ host: "marketplace.invalid", arn: ARN, created: false }] };
const declared = { endpoints: [{ host: "marketplace.invalid", created: true }] };
const refused: Fake = { certificate: () => Promise.reject(new Error("connect ECONNREFUSED")) };

const tools: readonly Case[] = [
  { row: "L4", when: "Node.js is 20.19", check: "Node.js", verdict: "ok", reading: /^20\.19\.0$/ },
  {
    row: "L4",
    when: "Node.js is older",
    check: "Node.js",
    probes: { nodeVersion: "20.18.3" },
    verdict: "fail",
    reading: /20\.18\.3; 20\.19\.0 is needed/,
    mend: /install Node\.js/,
  },
  {
    row: "L4",
    when: "Node.js is newer",
    check: "Node.js",
    probes: { nodeVersion: "24.1.0" },
    verdict: "ok",
    reading: /24\.1\.0/,
  },
  {
    row: "L4",
    when: "Helm is 3.22",
    check: "Helm",
    verdict: "ok",
    reading: /^3\.22\.0 \(PATH: \/bin\/helm\)$/,
  },
  {
    row: "L4",
    when: "Helm is 3.14",
    check: "Helm",
    probes: { prints: { "helm version": "v3.14.0" } },
    verdict: "ok",
    reading: /3\.14\.0/,
  },
  {
    row: "L4",
    when: "Helm is 3.13",
    check: "Helm",
    probes: { prints: { "helm version": "v3.13.3" } },
    verdict: "fail",
    reading: /3\.13\.3.*3\.14\.0 is needed/,
    mend: /install Helm 3\.14/,
  },
  {
    row: "L4",
    when: "Helm is absent",
    check: "Helm",
    probes: { absent: ["helm"] },
    verdict: "fail",
    reading: /not found/,
    mend: /helm\.sh/,
  },
  {
    row: "L4",
    when: "Helm does not run",
    check: "Helm",
    probes: failing("helm version", "killed"),
    verdict: "fail",
    reading: /does not run: killed/,
  },
  {
    row: "L4",
    when: "Helm tells no version",
    check: "Helm",
    probes: { prints: { "helm version": "dev" } },
    verdict: "fail",
    reading: /does not tell/,
  },
  { row: "L4", when: "kubectl is 1.32", check: "kubectl", verdict: "ok", reading: /^1\.32\.4/ },
  {
    row: "L4",
    when: "kubectl is 1.29",
    check: "kubectl",
    probes: { prints: { "kubectl version": '{"clientVersion":{"gitVersion":"v1.29.9"}}' } },
    verdict: "fail",
    reading: /1\.29\.9.*1\.30\.0 is needed/,
    mend: /kubectl 1\.30/,
  },
  { row: "L4", when: "Docker is 28", check: "Docker", verdict: "ok", reading: /^28\.2\.2/ },
  {
    row: "L4",
    when: "Docker is absent",
    check: "Docker",
    probes: { absent: ["docker"] },
    verdict: "skipped",
    reading: /only where images are built/,
  },
  {
    row: "L4",
    when: "Docker is 23",
    check: "Docker",
    probes: { prints: { "docker --version": "Docker version 23.0.1, build x" } },
    verdict: "warn",
    reading: /23\.0\.1.*24\.0\.0 is needed/,
    mend: /Docker 24/,
  },
  { row: "D2", when: "Pulumi is there", check: "Pulumi engine", verdict: "ok", reading: /^3\.259\.0/ },
  {
    row: "D2",
    when: "Pulumi is yet to be made",
    check: "Pulumi engine",
    probes: { absent: ["pulumi"] },
    verdict: "warn",
    reading: /not on this machine/,
    mend: /npm run preview/,
  },
];

const cluster: readonly Case[] = [
  { row: "K11", when: "the API server is ready", check: "cluster", verdict: "ok", reading: /readyz says ok/ },
  {
    row: "K11",
    when: "the API server refuses",
    check: "cluster",
    probes: failing("get --raw /readyz", "connection refused"),
    verdict: "fail",
    reading: /refused/,
    mend: /npm run cluster/,
  },
  {
    row: "K11",
    when: "the API server is not ready",
    check: "cluster",
    probes: { prints: { "get --raw /readyz": "[-]etcd failed" } },
    verdict: "fail",
    reading: /etcd failed/,
  },
  {
    row: "K11",
    when: "there is no kubectl",
    check: "cluster",
    probes: { absent: ["kubectl"] },
    verdict: "fail",
    reading: /no kubectl/,
  },
  {
    row: "K11",
    when: "the API server refuses",
    check: "nodes",
    probes: failing("get --raw /readyz", "connection refused"),
    verdict: "skipped",
    reading: /not reached/,
  },
  { row: "K11", when: "every node is Ready", check: "nodes", verdict: "ok", reading: /^2 of 2 Ready$/ },
  {
    row: "K11",
    when: "one node is not Ready",
    check: "nodes",
    probes: { prints: { "get nodes": JSON.stringify({ items: [node("True"), node("Unknown")] }) } },
    verdict: "warn",
    reading: /1 of 2 Ready; not: node-Unknown/,
  },
  {
    row: "K11",
    when: "no node is Ready",
    check: "nodes",
    probes: { prints: { "get nodes": JSON.stringify({ items: [node("False")] }) } },
    verdict: "fail",
    reading: /0 of 1/,
  },
  {
    row: "K11",
    when: "there is no node",
    check: "nodes",
    probes: { prints: { "get nodes": '{"items":[]}' } },
    verdict: "fail",
    reading: /0 of 0/,
  },
  {
    row: "K11",
    when: "nodes may not be read",
    check: "nodes",
    probes: failing("get nodes", "Forbidden"),
    verdict: "fail",
    reading: /Forbidden/,
    mend: /access/,
  },
  {
    row: "K11",
    when: "kubectl prints nonsense",
    check: "nodes",
    probes: { prints: { "get nodes": "<html>" } },
    verdict: "fail",
    reading: /not understood/,
  },
  {
    row: "K11",
    when: "the namespace is there",
    check: "namespace kometa-develop",
    verdict: "ok",
    reading: /Active/,
  },
  {
    row: "K11",
    when: "the namespace is absent",
    check: "namespace kometa-develop",
    probes: { prints: { "get namespace kometa-develop": "" } },
    verdict: "warn",
    reading: /not there yet/,
    mend: /up -- develop/,
  },
  {
    row: "K11",
    when: "the namespace goes away",
    check: "namespace kometa-develop",
    probes: { prints: { "get namespace kometa-develop": '{"status":{"phase":"Terminating"}}' } },
    verdict: "fail",
    reading: /Terminating/,
  },
  {
    row: "K11",
    when: "the ALB controller runs",
    check: "load balancer controller",
    verdict: "ok",
    reading: /2 of 2 replicas available; IngressClass alb/,
  },
  {
    row: "K11",
    when: "half of the ALB controller runs",
    check: "load balancer controller",
    probes: {
      prints: { "get deployment aws": alb(1), "get deployment aws-load-balancer-controller": alb(1) },
    },
    verdict: "warn",
    reading: /1 of 2/,
  },
  {
    row: "K11",
    when: "the ALB controller is down",
    check: "load balancer controller",
    probes: { prints: { "get deployment aws-load-balancer-controller": alb(0) } },
    verdict: "fail",
    reading: /0 of 2/,
  },
  {
    row: "K11",
    when: "the ALB controller is absent",
    check: "load balancer controller",
    probes: { prints: { "get deployment aws-load-balancer-controller": "" } },
    verdict: "fail",
    reading: /no deployment/,
    mend: /install it/,
  },
  {
    row: "K11",
    when: "no class leads to the ALB controller",
    check: "load balancer controller",
    probes: { prints: { "get ingressclasses": '{"items":[]}' } },
    verdict: "fail",
    reading: /no IngressClass/,
  },
  {
    row: "K11",
    when: "a stand-in plays the ALB controller",
    check: "load balancer controller",
    probes: {
      prints: {
        "get deployment aws-load-balancer-controller": "",
        "get ingressclasses": albClass({ [STAND_IN_ANNOTATION]: "played" }),
      },
    },
    verdict: "warn",
    reading: /stand-in: played/,
  },
];

const outside: readonly Case[] = [
  {
    row: "K11",
    when: "60 days are left",
    check: certificate,
    verdict: "ok",
    reading: /valid for 60 days, until 2027-01-22/,
  },
  {
    row: "K11",
    when: "30 days are left",
    check: certificate,
    probes: served({ to: inDays(30) }),
    verdict: "ok",
    reading: /30 days/,
  },
  {
    row: "K11",
    when: "less than 30 days are left",
    check: certificate,
    probes: served({ to: inDays(29.9) }),
    verdict: "warn",
    reading: /29 days/,
    mend: /renew/,
  },
  {
    row: "K11",
    when: "7 days are left",
    check: certificate,
    probes: served({ to: inDays(7) }),
    verdict: "warn",
    reading: /7 days/,
  },
  {
    row: "K11",
    when: "less than 7 days are left",
    check: certificate,
    probes: served({ to: inDays(6.9) }),
    verdict: "fail",
    reading: /6 days.*7 are needed/,
    mend: /renew/,
  },
  {
    row: "K11",
    when: "it has expired",
    check: certificate,
    probes: served({ to: inDays(-1) }),
    verdict: "fail",
    reading: /expired 2026-11-22/,
  },
  {
    row: "K11",
    when: "it is not valid yet",
    check: certificate,
    probes: served({ from: inDays(1) }),
    verdict: "fail",
    reading: /valid only from 2026-11-24/,
  },
  {
    row: "K11",
    when: "it is another host's",
    check: certificate,
    probes: served({ distrust: "ERR_TLS_CERT_ALTNAME_INVALID" }),
    verdict: "fail",
    reading: /not trusted: ERR_TLS_CERT_ALTNAME_INVALID/,
  },
  {
    row: "K11",
    when: "the host does not answer",
    check: certificate,
    probes: refused,
    verdict: "fail",
    reading: /ECONNREFUSED/,
    mend: /DNS/,
  },
  {
    row: "K11",
    when: "the host is yet to be made",
    check: certificate,
    probes: refused,
    target: declared,
    verdict: "warn",
    reading: /ECONNREFUSED/,
    mend: /before the first/,
  },
  {
    row: "K11",
    when: "ACM has issued it",
    check: certificate,
    probes: aws({}),
    target: named,
    verdict: "ok",
    reading: /60 days/,
  },
  {
    row: "K11",
    when: "ACM has not issued it",
    check: certificate,
    probes: aws({ certificate: () => Promise.resolve({ status: "PENDING_VALIDATION" }) }),
    target: named,
    verdict: "fail",
    reading: /PENDING_VALIDATION/,
    mend: /DNS validation/,
  },
  {
    row: "K11",
    when: "ACM's ends soon",
    check: certificate,
    probes: aws({ certificate: () => Promise.resolve({ status: "ISSUED", to: inDays(10) }) }),
    target: named,
    verdict: "warn",
    reading: /10 days/,
  },
  {
    row: "K11",
    when: "ACM may not be asked, the host is",
    check: certificate,
    target: named,
    verdict: "ok",
    reading: /60 days/,
  },
  { row: "K11", when: "it asks for a login", check: registry, verdict: "ok", reading: /answers 401/ },
  {
    row: "K11",
    when: "it answers otherwise",
    check: registry,
    probes: { status: () => Promise.resolve(404) },
    verdict: "fail",
    reading: /answers 404; 200 or 401 expected/,
  },
  {
    row: "K11",
    when: "it does not answer",
    check: registry,
    probes: {
      status: () => Promise.reject(new TypeError("fetch failed", { cause: new Error("ENOTFOUND") })),
    },
    verdict: "fail",
    reading: /not reached: ENOTFOUND/,
  },
  {
    row: "K11",
    when: "the repository is there",
    check: registry,
    probes: aws({}),
    verdict: "ok",
    reading: /tags IMMUTABLE/,
  },
  {
    row: "K11",
    when: "its tags may move",
    check: registry,
    probes: aws({ repository: () => Promise.resolve("MUTABLE") }),
    verdict: "warn",
    reading: /tags MUTABLE/,
  },
  {
    row: "K11",
    when: "the repository is absent",
    check: registry,
    probes: aws({ repository: () => Promise.resolve(undefined) }),
    verdict: "warn",
    reading: /no such repository/,
    mend: /up -- develop/,
  },
  {
    row: "K11",
    when: "AWS refuses",
    check: registry,
    probes: aws({ repository: () => Promise.reject(new Error("AccessDenied")) }),
    verdict: "fail",
    reading: /AccessDenied/,
    mend: /sts/,
  },
];

describe("golive doctor", () => {
  for (const each of [...tools, ...cluster, ...outside]) {
    it(`${each.row} ${each.check}: ${each.verdict} when ${each.when}`, async () => {
      const findings = await takeReadings({ ...target, ...each.target }, fakeProbes(each.probes));
      const found = findings.find(({ check }) => check === each.check);
      assert.equal(found?.verdict, each.verdict, found?.reading);
      assert.match(found.reading, each.reading);
      assert.match(found.mend ?? "", each.mend ?? /^/);
      assert.equal(found.mend === undefined, ["ok", "skipped"].includes(each.verdict));
    });
  }

  it("K11 asks the stack's own cluster, and every item has its reading", async () => {
    const lines: string[] = [];
    const probes = fakeProbes();
    const findings = await takeReadings(target, {
      ...probes,
      run(executable, args) {
        lines.push([executable, ...args].join(" "));
        return probes.run(executable, args);
      },
    });
    const asked = lines.filter((line) => line.startsWith("/bin/kubectl") && line.includes(" get "));
    assert.equal(asked.length, 5);
    assert.ok(asked.every((line) => line.startsWith("/bin/kubectl --context=kometa-develop get ")));
    assert.deepEqual(
      findings.map(({ check, verdict }) => `${verdict} ${check}`),
      [
        "Node.js",
        "Helm",
        "kubectl",
        "Docker",
        "Pulumi engine",
        "cluster",
        "nodes",
        "namespace kometa-develop",
        "load balancer controller",
        certificate,
        registry,
      ].map((check) => `ok ${check}`),
    );
  });

  it("L4 reads a version as each tool prints it", () => {
    assert.equal(versionIn("v3.22.0+g1234"), "3.22.0");
    assert.equal(versionIn("Docker version 24.0.7, build afdd53b"), "24.0.7");
    assert.equal(versionIn('{"clientVersion":{"major":"1","gitVersion":"v1.30.0-eks-1"}}'), "1.30.0");
    assert.equal(versionIn("unknown"), undefined);
  });

  it("K11 the table shows check, reading, verdict and mend", () => {
    const table = formatTable([
      { check: "nodes", required: true, reading: "0 of 1", verdict: "fail", mend: "add" },
    ]);
    assert.match(table, /check +│ reading +│ verdict +│ mend/);
    assert.match(table, /nodes +│ 0 of 1 +│ fail +│ add/);
  });
});

const portOf = async (server: Server): Promise<number> => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  return address.port;
};

describe("golive doctor's target", () => {
  const text = `config:
  golive:aws: { accountId: "202533518394", region: us-east-1 }
  golive:kubernetes: { context: kometa-develop, kubeconfig: /etc/kube }
  golive:ceiling: { cpu: 500m, memory: 512Mi }
  golive:kometa:
    namespace: kometa-develop
    release: kometa-develop
    host: marketplace.kometadeveloper.xyz
    image: { repository: kometa-marketplace, tag: v1.0-develop-11 }
    limits: { cpu: 200m, memory: 200Mi }
    certificate: CERTIFICATE
`;
  const read = (written: string) =>
    targetOf(
      parseStackText({
        stack: "develop",
        file: "Pulumi.develop.yaml",
        text: text.replace("CERTIFICATE", written),
      }),
    );
  const host = "marketplace.kometadeveloper.xyz";

  it("K11 is what the stack file names", () => {
    assert.deepEqual(read("{ create: true }"), {
      stack: "develop",
      kubectlFlags: ["--context=kometa-develop", "--kubeconfig=/etc/kube"],
      namespaces: ["kometa-develop"],
      endpoints: [{ host, created: true }],
      repositories: [
        {
          registry: "202533518394.dkr.ecr.us-east-1.amazonaws.com",
          accountId: "202533518394",
          region: "us-east-1",
          name: "kometa-marketplace",
        },
      ],
    });
  });

  it("K11 takes a certificate by its ARN or from its host", () => {
    assert.deepEqual(read(`{ arn: ${ARN} }`).endpoints, [{ host, created: false, arn: ARN }]);
    assert.deepEqual(read(`{ lookup: ${host} }`).endpoints, [{ host, created: false }]);
  });

  it("K11 L4 E12 has the hosts and the images of every system of a stack", () => {
    const { endpoints, repositories, namespaces } = targetOf(
      readStackFile(path.join(repositoryRoot, "Pulumi.production.yaml")),
    );
    const hosts = endpoints.map((endpoint) => endpoint.host);
    for (const shown of [
      "enova.com",
      "api.enova.com",
      "api.example.com",
      "auth.s5.example.com",
      "s5.example.com",
    ]) {
      assert.ok(hosts.includes(shown), shown);
    }
    const names = repositories.map(({ name }) => name);
    for (const shown of ["enova/frontend-legacy", "s5/migrations"]) assert.ok(names.includes(shown), shown);
    assert.equal(new Set(names).size, names.length);
    assert.ok(namespaces.includes("enova-production"));
  });
});

describe("golive doctor's probes", () => {
  const servers: Server[] = [];
  const endpoint = { host: "localhost", created: false };

  after(() => servers.forEach((server) => server.close()));

  /** Probes whose hosts are a loopback server with a certificate of `host` for so many days from now. */
  async function probesOf(host: string, days: number, issuers?: string): Promise<Probes> {
    const now = new Date();
    const pair = selfSigned(host, inDays(-20, now), inDays(days, now));
    const server = createTlsServer(pair);
    servers.push(server);
    const port = await portOf(server);
    const probes = realProbes({ issuers: issuers ?? pair.cert });
    return { ...probes, certificate: (name) => probes.certificate(name, port) };
  }

  const cases: readonly [number, Verdict, RegExp][] = [
    [45.5, "ok", /valid for 45 days/],
    [20.5, "warn", /valid for 20 days/],
    [3.5, "fail", /valid for 3 days/],
    [-2.5, "fail", /expired/],
  ];
  for (const [days, verdict, reading] of cases) {
    it(`K11 a certificate served with ${days} days left: ${verdict}`, async () => {
      const found = await judgeCertificate(endpoint, await probesOf("localhost", days), "develop");
      assert.match(found.reading, reading);
      assert.equal(found.verdict, verdict, found.reading);
    });
  }

  it("K11 a certificate of another host fails", async () => {
    const found = await judgeCertificate(endpoint, await probesOf("other.invalid", 45.5), "develop");
    assert.match(found.reading, /not trusted: .*ALTNAME/);
    assert.equal(found.verdict, "fail");
  });

  it("K11 a certificate of an unknown issuer fails", async () => {
    const issuers = selfSigned("localhost", inDays(-1), inDays(1)).cert;
    const probes = await probesOf("localhost", 45.5, issuers);
    const found = await judgeCertificate(endpoint, probes, "develop");
    assert.match(found.reading, /not trusted: .*SELF_SIGNED/);
  });

  it("K11 a host that accepts and says nothing is given up on", async () => {
    const server = createTcpServer();
    servers.push(server);
    const port = await portOf(server);
    const probes = realProbes({ limitMs: 100 });
    await assert.rejects(probes.certificate("localhost", port), /no TLS handshake within 0\.1 s/);
  });

  it("K11 a registry that says nothing is given up on; one that answers is read", async () => {
    let answer = false;
    const server = createHttpServer((_, response) => {
      if (answer) response.writeHead(401).end();
    });
    servers.push(server);
    const hasty = realProbes({ limitMs: 100 });
    const url = `http://127.0.0.1:${await portOf(server)}/v2/`;
    await assert.rejects(hasty.status(url), /timeout/);
    answer = true;
    assert.equal(await realProbes().status(url), 401);
    server.closeAllConnections();
  });

  it("K11 a program that hangs is given up on, one that fails is quoted", async () => {
    const slow = await realProbes({ limitMs: 100 }).run("sleep", ["60"]);
    assert.deepEqual(slow, { failure: "no answer within 0.1 s" });
    const broken = await realProbes().run("sh", ["-c", "echo first >&2; echo last >&2; exit 1"]);
    assert.deepEqual(broken, { failure: "last" });
  });

  it("K11 L4 the command exits with 1 when a required check fails, and prints JSON", async function () {
    this.timeout(60_000);
    const env = { ...process.env, KUBECONFIG: "/dev/null", AWS_ACCESS_KEY_ID: "" };
    const args = ["--import", "tsx", "cli/golive.ts", "doctor", "no-such-stack", "--json"];
    const { code, stdout } = await new Promise<{ code: unknown; stdout: string }>((resolve) => {
      execFile(process.execPath, args, { cwd: repositoryRoot, env }, (error, out) =>
        resolve({ code: error?.code ?? 0, stdout: out }),
      );
    });
    const report = z
      .object({ ok: z.boolean(), findings: z.array(z.object({ check: z.string(), verdict: z.string() })) })
      .parse(JSON.parse(stdout));
    assert.equal(code, 1);
    assert.equal(report.ok, false);
    const verdicts = new Map(report.findings.map(({ check, verdict }) => [check, verdict]));
    assert.equal(verdicts.get("stack file"), "fail");
    assert.equal(verdicts.get("Node.js"), "ok");
    assert.equal(verdicts.get("cluster"), "fail");
  });
});
