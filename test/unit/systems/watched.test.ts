import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { isKubernetesObject, type KubernetesObject } from "../../../charts/manifest";
import { record } from "../../../cli/recorder";
import { RELEASE, releaseObjects } from "../../../cli/render";
import { stackNames } from "../../../cli/stacks";
import { HASH_LENGTH } from "../../../components/content-hash";
import { repositoryRoot } from "../../../engine/cache";
import type { Watched } from "../../../observability/watched";
import { parseStackText, readStackFile, type StackSettings } from "../../../settings";
import { declareSystems } from "../../../systems";
import { watchedOf } from "../../../systems/watched";
import { useHelm } from "../../support/helm";

const settingsOf = (stack: string) => readStackFile(path.join(repositoryRoot, `Pulumi.${stack}.yaml`));

/** Every Kubernetes object that a stack declares, those of its charts too. */
async function objectsOf(settings: StackSettings): Promise<readonly KubernetesObject[]> {
  const registrations = await record(settings.stack, () => declareSystems(settings, () => ({})));
  const released = registrations.filter(({ type }) => type === RELEASE).map(releaseObjects);
  const own = registrations.map(({ inputs }) => inputs).filter(isKubernetesObject);
  return [...own, ...(await Promise.all(released)).flat()];
}

const deployment = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        containers: z.tuple([
          z.object({
            name: z.string(),
            image: z.string(),
            ports: z.array(z.object({ containerPort: z.number() })),
            livenessProbe: z.object({ httpGet: z.object({ path: z.string() }) }),
          }),
        ]),
      }),
    }),
  }),
});

const ingress = z.object({
  spec: z.object({
    rules: z.array(
      z.object({
        host: z.string(),
        http: z.object({
          paths: z.array(
            z.object({
              path: z.string(),
              backend: z.object({ service: z.object({ name: z.string() }) }),
            }),
          ),
        }),
      }),
    ),
  }),
});

const backendsOf = (object: KubernetesObject) =>
  ingress
    .parse(object)
    .spec.rules.flatMap(({ host, http }) =>
      http.paths.map(({ path: below, backend }) => `${host}${below} ${backend.service.name}`),
    );

class Declared {
  constructor(
    private readonly objects: readonly KubernetesObject[],
    private readonly namespace: string,
  ) {}

  ofKind = (kind: string) =>
    this.objects.filter((each) => each.kind === kind && each.metadata.namespace === this.namespace);

  names = (kind: string) =>
    this.ofKind(kind)
      .map(({ metadata }) => metadata.name)
      .sort();

  one(kind: string, name: string): KubernetesObject {
    const found = this.ofKind(kind).find(({ metadata }) => metadata.name === name);
    return found ?? assert.fail(`no ${kind} ${name} in ${this.namespace}: ${this.names(kind).join(", ")}`);
  }
}

/** Deployments that golive brings along, which the systems' own rules are not about. */
const OWN_TOOLS = ["otel-collector", "sql-exporter"];

function compare({ services, backups, jobs }: Watched, declared: Declared): void {
  assert.deepEqual(
    declared.names("Deployment").filter((name) => !OWN_TOOLS.some((tool) => name.endsWith(tool))),
    services.map(({ name }) => name).sort(),
  );
  for (const { name, image, port, healthPath, traffic } of services) {
    const [container] = deployment.parse(declared.one("Deployment", name)).spec.template.spec.containers;
    assert.equal(container.name, name);
    const [tagged = ""] = container.image.split("@");
    assert.ok(tagged.endsWith(`/${image.repository}:${image.tag}`), container.image);
    assert.deepEqual(container.ports[0]?.containerPort, port);
    assert.equal(container.livenessProbe.httpGet.path, healthPath);
    declared.one("Service", name);
    if (traffic === undefined) continue;
    const main = backendsOf(declared.one("Ingress", traffic.route));
    assert.ok(main.includes(`${traffic.host}${traffic.path} ${name}`), main.join("\n"));
    if (traffic.canary !== undefined) declared.one("Service", traffic.canary.service);
  }
  const clocked = declared.names("CronJob");
  const watchedJobs = [...backups.map(({ cronJob }) => cronJob), ...jobs];
  assert.deepEqual(
    clocked.filter((name) => !watchedJobs.includes(name)),
    [],
    "CronJobs that nobody watches",
  );
  const owners = declared.names("Job").map((name) => name.slice(0, -HASH_LENGTH - 1));
  assert.deepEqual(
    owners.filter((name) => !jobs.includes(name)),
    [],
    "Jobs that nobody watches",
  );
  assert.deepEqual(
    watchedJobs.filter((name) => !clocked.includes(name) && !owners.includes(name)),
    [],
    "watched without being declared",
  );
}

describe("what is watched of a stack", function () {
  this.timeout(60_000);
  before(useHelm);

  it("E12 L15 K26 G7 is what the stack declares: Deployments, hosts, CronJobs and Jobs", async () => {
    for (const stack of await stackNames()) {
      const settings = settingsOf(stack);
      const objects = await objectsOf(settings);
      const watched = watchedOf(settings);
      assert.deepEqual(
        watched.map(({ system }) => system),
        Object.keys(settings.systems).sort(),
      );
      for (const each of watched) compare(each, new Declared(objects, each.namespace));
    }
  });

  for (const [phase, service, canary] of [
    ["legacy", "frontend-legacy", undefined],
    ['"50"', "frontend-legacy", { service: "frontend-canary", port: 3000 }],
    ["rollback", "frontend-legacy", undefined],
    ["complete", "frontend", undefined],
  ] as const) {
    it(`E4 E8 counts a host's requests where the router does in the phase ${phase}`, async () => {
      const { stack, file } = settingsOf("staging");
      const text = (await readFile(path.join(repositoryRoot, file), "utf8")).replace(
        /phase: \S+/,
        `phase: ${phase}`,
      );
      const enova = watchedOf(parseStackText({ stack, file, text })).find(({ system }) => system === "enova");
      const carriers = enova?.services.filter(({ traffic }) => traffic?.host === "staging.enova.com");
      assert.deepEqual(
        carriers?.map(({ name, traffic }) => [name, traffic?.canary]),
        [[service, canary]],
      );
    });
  }

  it("E12 is nothing on a stack that does not say what watches it", () => {
    const { observability, ...settings } = settingsOf("production");
    assert.ok(observability);
    assert.deepEqual(watchedOf(settings), []);
  });

  it("E11 S10 links to the Grafana that a document names", () => {
    const urls = watchedOf(settingsOf("production")).map(({ system, platform }) => [
      system,
      platform.grafana.url,
    ]);
    assert.deepEqual(Object.fromEntries(urls), {
      enova: "https://grafana.enova.com",
      guelaguetza: "https://grafana.example.com",
      listacompra: "https://grafana.example.com",
      s5: "https://grafana.example.com",
    });
  });
});
