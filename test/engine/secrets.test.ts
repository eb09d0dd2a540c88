import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { z } from "zod";
import type { Cluster } from "../../engine/cluster/cluster";
import { startMoto, type Moto } from "../../engine/moto";
import { kubectl, sharedCluster } from "../support/cluster";
import { TestProject } from "../support/project";
import { seal } from "../support/seal";

const STACK = "staging";
const FILE = `Pulumi.${STACK}.yaml`;
const PLANTED = "planted-7f3a-hunter2";
const SEALED = "planted-9c1d-sealed";
const DATABASE_URL = `postgresql://app:${PLANTED}@db.internal:5432/listacompra`;

const secretList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      data: z.record(z.string(), z.string()).default({}),
    }),
  ),
});
const jobList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()) }),
      status: z.object({ startTime: z.string(), completionTime: z.string() }),
    }),
  ),
});
const deploymentList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      spec: z.object({
        template: z.object({
          metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }),
          spec: z.object({
            containers: z.array(
              z.object({
                env: z.array(
                  z.object({
                    name: z.string(),
                    valueFrom: z
                      .object({ secretKeyRef: z.object({ name: z.string() }).optional() })
                      .optional(),
                  }),
                ),
              }),
            ),
          }),
        }),
      }),
      status: z.object({
        conditions: z.array(z.object({ type: z.string(), lastTransitionTime: z.string() })),
      }),
    }),
  ),
});

const decode = (text: string) => Buffer.from(text, "base64").toString();

/** ListaCompra on staging with values of every source, on a real engine and a real API server. Each test goes on from the one before. */
describe("secret values from file to pod", () => {
  let project: TestProject;
  let cluster: Cluster;
  let moto: Moto;
  /** All that the engine printed. */
  let said = "";

  before(async () => {
    [cluster, moto] = await Promise.all([sharedCluster(), startMoto({ accountId: "111122223333" })]);
    project = await TestProject.create(STACK, {
      KUBECONFIG: cluster.kubeconfig,
      AWS_ENDPOINT_URL: moto.url,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
    await project.edit(FILE, onlyListaCompra);
    await project.edit(FILE, (text) =>
      text
        .replace(/ {6}DATABASE_URL: .*\n/, "")
        .replace(/PPLX_API_KEY: .*/, `PPLX_API_KEY: { sealed: ${seal(SEALED, "staging")} }`),
    );
    const path = ["--path", "golive:listacompra.environment.DATABASE_URL"];
    await run("config", "set", "--secret", ...path, DATABASE_URL);
  });

  after(async () => {
    await project.run("destroy", "--yes");
    await project.remove();
    await moto.stop();
  });

  /** The stack file without its other systems. */
  const onlyListaCompra = (text: string) =>
    text.replace(
      /^ {2}golive:(?!aws|ceiling|secretStore|router|access|listacompra)\w+:\n(?: {4}.*\n|\n)*/gm,
      "",
    );

  const run = async (...args: string[]): Promise<string> => {
    const { code, output } = await project.run(...args);
    assert.equal(code, 0, output);
    said += output;
    return output;
  };

  const up = () => run("up", "--yes", "--skip-preview", "--diff", "--policy-pack", "policies");
  const get = (kinds: string) => kubectl(cluster, ["--namespace=staging", "get", kinds, "-o", "json"]);
  const secrets = async () => secretList.parse(JSON.parse(await get("secrets"))).items;
  const deployments = async () => deploymentList.parse(JSON.parse(await get("deployments"))).items;

  /** The value of a key, and the name of the Secret that holds it. */
  async function held(key: string): Promise<{ secret: string; value: string }> {
    const holders = (await secrets()).filter(({ data }) => data[key] !== undefined);
    const [holder] = holders;
    assert.equal(
      holders.length,
      1,
      `${key} is in ${holders.map(({ metadata }) => metadata.name).join(", ")}`,
    );
    return { secret: holder?.metadata.name ?? "", value: decode(holder?.data[key] ?? "") };
  }

  /** From which Secret the API's pods take a variable, and their annotation of the secrets' version. */
  async function podsTake(
    variable: string,
  ): Promise<{ secret: string | undefined; version: string | undefined }> {
    const api = (await deployments()).find(({ metadata }) => metadata.name === "listacompra-api");
    const { metadata, spec } = api?.spec.template ?? assert.fail("no listacompra-api");
    const env = spec.containers[0]?.env.find(({ name }) => name === variable);
    return {
      secret: env?.valueFrom?.secretKeyRef?.name,
      version: metadata.annotations["golive.dev/secrets"],
    };
  }

  /** Every object of the namespace that is no Secret, and the releases as helm keeps them. */
  async function elsewhere(): Promise<string> {
    const names = await kubectl(cluster, ["api-resources", "--namespaced", "--verbs=list", "-o", "name"]);
    const kinds = names
      .trim()
      .split("\n")
      .filter((name) => name !== "secrets");
    const releases = (await secrets()).flatMap(({ data: { release } }) =>
      release === undefined ? [] : [gunzipSync(Buffer.from(decode(release), "base64")).toString()],
    );
    return [await get(kinds.join(",")), ...releases].join("\n");
  }

  /** Fails where a value stands, as it is or in base64, anywhere but in the cluster's Secrets. */
  async function isNowhereElse(...values: readonly string[]): Promise<void> {
    const places = {
      "what the engine printed": said,
      "the state": await run("stack", "export"),
      "the outputs": await run("stack", "output", "--json"),
      "the stack file": await project.edit(FILE, (text) => `${text}\n`),
      "objects that are no Secret": await elsewhere(),
    };
    for (const [place, text] of Object.entries(places)) {
      for (const value of values.flatMap((one) => [one, Buffer.from(one).toString("base64")])) {
        assert.ok(!text.includes(value), `${value} stands in ${place}`);
      }
    }
  }

  it("L7 D11 previews with values of every source, and shows none", async () => {
    const output = await run("preview", "--diff", "--policy-pack", "policies");
    for (const kind of ["ExternalSecret", "SealedSecret", "core/v1:Secret", "RandomPassword"]) {
      assert.ok(output.includes(kind), `${kind} is missing from:\n${output}`);
    }
    assert.doesNotMatch(output, new RegExp(PLANTED));
    // What cannot be known yet keeps no chart from being rendered.
    assert.match(output, /golive\.dev\/secrets: "[0-9a-f]{10}-/);
  });

  it("L7 D11 up puts values into Secrets, and nowhere else: state, output, objects, helm's own record", async () => {
    await up();
    assert.equal((await held("DATABASE_URL")).value, DATABASE_URL);
    const { value } = await held("JWT_SECRET");
    assert.match(value, /^[A-Za-z0-9]{64}$/);
    await isNowhereElse(PLANTED, SEALED, value);
  });

  it("L8 runs migration, health checks and smoke tests in that order, once the releases are ready", async () => {
    const ready = (await deployments()).map(({ status }) =>
      Date.parse(status.conditions.find(({ type }) => type === "Available")?.lastTransitionTime ?? ""),
    );
    const jobs = jobList.parse(JSON.parse(await get("jobs"))).items;
    const times = ["migration", "k6", "smoke"].flatMap((app) => {
      const job = jobs.find(({ metadata }) => metadata.labels.app === app) ?? assert.fail(`no job of ${app}`);
      return [Date.parse(job.status.startTime), Date.parse(job.status.completionTime)];
    });
    const all = [Math.max(...ready), ...times];
    assert.deepEqual(
      all,
      [...all].sort((a, b) => a - b),
    );
  });

  it("D12 L7 a second up makes no value anew", async () => {
    await run("up", "--yes", "--skip-preview", "--expect-no-changes", "--policy-pack", "policies");
  });

  it("L7 another version of a generated value is another value: pods roll, and the old one is gone", async () => {
    const [before, pods] = [await held("JWT_SECRET"), await podsTake("JWT_SECRET")];
    assert.equal(pods.secret, before.secret);
    await project.edit(FILE, (text) => text.replace("length: 64, version: 1", "length: 64, version: 2"));
    await up();
    const [after, rolled] = [await held("JWT_SECRET"), await podsTake("JWT_SECRET")];
    assert.notEqual(after.value, before.value);
    assert.notEqual(after.secret, before.secret);
    assert.equal(rolled.secret, after.secret);
    assert.ok(!(await secrets()).some(({ metadata }) => metadata.name === before.secret));
    await isNowhereElse(after.value, before.value);
  });

  it("L7 E2 another value under a name that Jobs and people know rolls the pods by a version that leaks nothing", async () => {
    const before = await podsTake("DATABASE_URL");
    const path = ["--path", "golive:listacompra.environment.DATABASE_URL"];
    await run("config", "set", "--secret", ...path, `${DATABASE_URL}?sslmode=require`);
    await up();
    const after = await podsTake("DATABASE_URL");
    assert.equal(after.secret, "listacompra-database");
    assert.equal(before.secret, "listacompra-database");
    assert.notEqual(after.version, before.version);
    assert.equal((await held("DATABASE_URL")).value, `${DATABASE_URL}?sslmode=require`);
    await isNowhereElse(PLANTED);
  });
});
