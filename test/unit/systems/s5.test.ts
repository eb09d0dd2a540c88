import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseDocument } from "yaml";
import { record } from "../../../cli/recorder";
import { repositoryRoot } from "../../../engine/cache";
import { planProblems } from "../../../k6/problems";
import { parseStackText, SettingsError, type StackSettings } from "../../../settings";
import { S5 } from "../../../systems/s5";
import { healthPlan, publicPlan, sitePlan, smokePlan } from "../../../systems/s5-checks";
import { useHelm } from "../../support/helm";

const FILE = "Pulumi.production.yaml";
const TEXT = readFileSync(path.join(repositoryRoot, FILE), "utf8");

/** The stack with one value of S5's changed. */
function stackWith(place: readonly string[] = [], value?: unknown): StackSettings {
  const file = parseDocument(TEXT);
  if (place.length > 0) file.setIn(["config", "golive:s5", ...place], value);
  return parseStackText({ stack: "production", file: FILE, text: file.toString() });
}

function settingsOf(stack: StackSettings) {
  const { s5 } = stack.systems;
  if (s5 === undefined) throw new Error("the stack has no S5");
  return s5;
}

const refused = (place: readonly string[], value: unknown, message: RegExp) =>
  assert.throws(
    () => stackWith(place, value),
    (error) => error instanceof SettingsError && message.test(error.message),
  );

describe("S5", () => {
  before(useHelm);

  const URLS = { auth: "http://auth", catalog: "http://catalog", orders: "http://orders" };

  it("S6 smoke registers, logs in, searches, orders and asks for the order, in the document's words", () => {
    const plan = smokePlan(URLS, settingsOf(stackWith()).smoke);
    assert.deepEqual(
      plan.steps.map(({ name }) => name),
      ["Registro de Usuario", "Login", "Búsqueda de Producto", "Crear Pedido", "Verificar Estado de Pedido"],
    );
  });

  it("S4 S6 has plans that k6 can run", () => {
    const reached = [{ name: "auth", url: "https://auth.example.com", healthPath: "/health" }];
    const plans = [
      healthPlan("auth", URLS.auth, "/health"),
      sitePlan("candidate.example.com", "v2.1.0"),
      smokePlan(URLS, settingsOf(stackWith()).smoke),
      publicPlan("s5.example.com", "v2.1.0", reached),
    ];
    for (const plan of plans) assert.deepEqual(planProblems(plan, { names: [], secrets: [] }), []);
  });

  it("S5 empties the caches of the candidate's and of the public site's distribution for each version", async () => {
    const jobs = async (version: string) => {
      const stack = stackWith(["frontend", "version"], version);
      const registered = await record("production", () =>
        Promise.resolve(new S5("s5", settingsOf(stack), stack)),
      );
      const found = registered.filter(
        ({ type, name }) => type === "kubernetes:batch/v1:Job" && name.endsWith("-invalidation"),
      );
      return found.map(({ name, inputs }) => `${name} ${JSON.stringify(inputs.metadata)}`);
    };
    const [before, after] = [await jobs("v2.1.0"), await jobs("v2.2.0")];
    assert.equal(before.length, 2);
    assert.deepEqual(
      before.filter((job) => after.includes(job)),
      [],
    );
  });

  it("S10 shows dashboards, logs and who is called among its outputs", async () => {
    const stack = stackWith();
    const shown: object[] = [];
    await record("production", () => {
      const { urls, contacts } = new S5("s5", settingsOf(stack), stack).outputs;
      return Promise.resolve(shown.push(urls, contacts));
    });
    const text = JSON.stringify(shown);
    for (const part of [
      "S5 (Grafana)",
      "S5 (Datadog)",
      "ELK",
      "Splunk",
      "S5 Production",
      "opsgenie",
      "#deployments",
    ])
      assert.ok(text.includes(part), `${part} is missing from ${text}`);
  });

  it("S8 refuses what would mix the new environment with the one that serves, and what CloudFront does not take", () => {
    refused(
      ["frontend", "candidate", "host"],
      "s5.example.com",
      /golive:s5\.frontend\.candidate\.host[^]*frontend\.host/,
    );
    refused(
      ["frontend", "candidate", "bucket"],
      "s5-production-frontend",
      /candidate\.bucket[^]*frontend\.bucket/,
    );
    refused(["orders", "release"], "s5-auth", /golive:s5\.orders\.release[^]*auth\.release/);
    refused(["auth", "image", "tag"], `v${"1".repeat(60)}`, /golive:s5\.auth\.image\.tag[^]*at most 53/);
    const elsewhere = "arn:aws:acm:eu-west-1:444455556666:certificate/5e5f5a11-0000-4000-8000-000000000005";
    refused(["frontend", "certificate"], elsewhere, /golive:s5\.frontend\.certificate[^]*us-east-1/);
  });
});
