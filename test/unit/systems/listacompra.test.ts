import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { record, type Registration } from "../../../cli/recorder";
import { repositoryRoot } from "../../../engine/cache";
import { parseStack } from "../../../settings";
import { useHelm } from "../../support/helm";
import { ListaCompra } from "../../../systems/listacompra";

const PLANTED = "planted-7f3a";
const stackFile = z.object({ config: z.record(z.string(), z.unknown()) });

/** The stack's settings as the engine gives them, with a planted secret for the key of Perplexity. */
function settingsOf(stack: string) {
  const file = `Pulumi.${stack}.yaml`;
  const text = readFileSync(path.join(repositoryRoot, file), "utf8").replace(
    /PPLX_API_KEY: .*/,
    "PPLX_API_KEY: { secure: v1:AAAA }",
  );
  const { config } = stackFile.parse(parse(text));
  const plain = (value: unknown) =>
    JSON.stringify(value).replace('{"secure":"v1:AAAA"}', JSON.stringify(PLANTED));
  return parseStack({
    stack,
    file,
    text,
    config: Object.fromEntries(Object.entries(config).map(([key, value]) => [key, plain(value)])),
    secretKeys: ["golive:listacompra"],
  });
}

async function declared(stack: string): Promise<readonly Registration[]> {
  const settings = settingsOf(stack);
  const { listacompra } = settings.systems;
  assert.ok(listacompra);
  return record(stack, () => Promise.resolve(new ListaCompra("listacompra", listacompra, settings)));
}

const namesOf = (registrations: readonly Registration[], type: string) =>
  registrations.filter((one) => one.type === type).map(({ name }) => name);

const release = z.object({
  values: z.object({
    health: z.object({ path: z.string(), readyPath: z.string().optional() }),
    command: z.array(z.string()).optional(),
    environment: z.record(z.string(), z.string()),
    secretEnvironment: z.array(z.object({ name: z.string(), secret: z.string(), key: z.string() })),
    serviceAccount: z.object({ annotations: z.record(z.string(), z.string()) }).optional(),
  }),
});

const valuesOf = (registrations: readonly Registration[], name: string) =>
  release.parse(
    registrations.find((one) => one.type === "kubernetes:helm.sh/v3:Release" && one.name === name)?.inputs,
  ).values;

describe("the ListaCompra system", () => {
  before(useHelm);

  let staging: readonly Registration[];
  let production: readonly Registration[];

  before(async () => {
    staging = await declared("staging");
    production = await declared("production");
  });

  it("L1 L8 declares the API and the worker as releases of one image, each with its probes", () => {
    assert.deepEqual(namesOf(staging, "kubernetes:helm.sh/v3:Release"), [
      "listacompra-stg",
      "listacompra-stg-worker",
    ]);
    assert.deepEqual(namesOf(production, "kubernetes:helm.sh/v3:Release"), [
      "listacompra",
      "listacompra-worker",
    ]);
    assert.deepEqual(valuesOf(staging, "listacompra-stg").health, { path: "/health", readyPath: "/ready" });
    const worker = valuesOf(staging, "listacompra-stg-worker");
    assert.deepEqual(worker.health, { path: "/health" });
    assert.deepEqual(worker.command, ["node", "dist/worker.js"]);
    assert.deepEqual(namesOf(staging, "aws:ecr/repository:Repository"), ["listacompra"]);
  });

  it("L6 gives both workloads the variables of their environment, and no other", () => {
    const variablesOf = (registrations: readonly Registration[], name: string) => {
      const { environment, secretEnvironment } = valuesOf(registrations, name);
      const plain = Object.keys(environment).filter((variable) => !/^(OTEL_|LOG_)/.test(variable));
      return [...plain, ...secretEnvironment.map((variable) => variable.name)].sort();
    };
    const everywhere = ["DATABASE_URL", "JWT_SECRET", "PPLX_API_KEY", "RABBITMQ_URL", "REDIS_URL"];
    for (const name of ["listacompra-stg", "listacompra-stg-worker"]) {
      assert.deepEqual(variablesOf(staging, name), everywhere);
    }
    for (const name of ["listacompra", "listacompra-worker"]) {
      assert.deepEqual(
        variablesOf(production, name),
        [...everywhere, "HEALTHCHECK_TOKEN", "S3_BUCKET"].sort(),
      );
    }
  });

  it("L7 generates a signing key once for the API and the worker", () => {
    assert.deepEqual(namesOf(staging, "random:index/randomPassword:RandomPassword"), [
      "listacompra-environment-JWT_SECRET",
    ]);
    const keyOf = (name: string) =>
      valuesOf(staging, name).secretEnvironment.find((one) => one.name === "JWT_SECRET");
    assert.deepEqual(keyOf("listacompra-stg"), keyOf("listacompra-stg-worker"));
  });

  it("L7 D11 shows no planted value in anything that it declares", () => {
    for (const registrations of [staging, production]) {
      assert.doesNotMatch(JSON.stringify(registrations), new RegExp(PLANTED));
      const secret = registrations.find((one) => one.type === "kubernetes:core/v1:Secret");
      assert.deepEqual(secret?.secrets, ["stringData"]);
    }
  });

  it("L8 checks /health and /ready, with the token where the environment has one, and runs the smoke tests", () => {
    const plans = [staging, production].map((registrations) => {
      const files = registrations.find(
        (one) => one.type === "kubernetes:core/v1:ConfigMap" && one.name === "listacompra-verification",
      );
      return z.object({ data: z.object({ "plan.json": z.string() }) }).parse(files?.inputs).data["plan.json"];
    });
    const step = z.object({ path: z.string(), headers: z.record(z.string(), z.string()) });
    const steps = plans.map((text) => z.object({ steps: z.array(step) }).parse(JSON.parse(text)).steps);
    assert.deepEqual(steps[0], [
      { path: "/health", headers: {} },
      { path: "/ready", headers: {} },
    ]);
    const headers = { authorization: "Bearer {env.HEALTHCHECK_TOKEN}" };
    assert.deepEqual(steps[1], [
      { path: "/health", headers },
      { path: "/ready", headers },
    ]);
    assert.deepEqual(namesOf(staging, "kubernetes:batch/v1:Job"), [
      "listacompra-migration",
      "listacompra-smoke",
      "listacompra-verification",
    ]);
  });

  it("L6 L14 has attachments on production alone, backups on both, and a restore drill on staging", () => {
    assert.deepEqual(namesOf(production, "aws:s3/bucket:Bucket"), [
      "listacompra-production-attachments",
      "listacompra-production-backups",
    ]);
    assert.deepEqual(namesOf(staging, "aws:s3/bucket:Bucket"), ["listacompra-staging-backups"]);
    const backups = [
      "listacompra-pgbackrest-check",
      "listacompra-pgbackrest-full",
      "listacompra-pgbackrest-incremental",
      "listacompra-pgbackrest-verify",
    ];
    assert.deepEqual(namesOf(production, "kubernetes:batch/v1:CronJob"), backups);
    assert.deepEqual(namesOf(staging, "kubernetes:batch/v1:CronJob"), [
      ...backups,
      "listacompra-restore-drill",
    ]);
    const { serviceAccount } = valuesOf(production, "listacompra");
    assert.deepEqual(serviceAccount?.annotations, {
      "eks.amazonaws.com/role-arn": "arn:aws:iam::444455556666:role/production-listacompra-attachments",
    });
    assert.equal(valuesOf(production, "listacompra-worker").serviceAccount, undefined);
  });

  it("L5 gives the role devops on staging, and release-manager on production, in its own namespace", () => {
    const people = ["devops", "release-manager"];
    const rolesOf = (registrations: readonly Registration[]) =>
      registrations.flatMap(({ type, inputs: { metadata } }) => {
        const named = z.object({ name: z.string(), namespace: z.string() }).safeParse(metadata);
        const isRole = type === "kubernetes:rbac.authorization.k8s.io/v1:Role";
        return isRole && named.success && people.includes(named.data.name) ? [named.data] : [];
      });
    assert.deepEqual(rolesOf(staging), [{ name: "devops", namespace: "staging" }]);
    assert.deepEqual(rolesOf(production), [{ name: "release-manager", namespace: "production" }]);
  });

  it("L12 keeps revisions to go back to, and on production backups to restore the database from", () => {
    for (const registrations of [staging, production]) {
      const releases = registrations.filter((one) => one.type === "kubernetes:helm.sh/v3:Release");
      assert.deepEqual(
        releases.map(({ inputs }) => inputs.maxHistory),
        [10, 10],
      );
    }
    const bucket = production.find((one) => one.name === "listacompra-production-backups");
    assert.ok(bucket, "no bucket of backups");
  });

  it("L15 tells the services of their collector, which sends traces to Jaeger and logs to Loki", () => {
    const { environment } = valuesOf(production, "listacompra");
    assert.equal(environment.OTEL_EXPORTER_OTLP_ENDPOINT, "http://otel-collector:4318");
    assert.equal(environment.OTEL_SERVICE_NAME, "listacompra-api");
    const config = production.find(
      (one) => one.type === "kubernetes:core/v1:ConfigMap" && one.name === "listacompra",
    );
    assert.match(
      JSON.stringify(config?.inputs),
      /jaeger-collector\.observability\.svc[^]*loki\.observability\.svc/,
    );
  });
});
