import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { isFields } from "../../../charts/manifest";
import { record, SECRET, shortType, type Registration } from "../../../cli/recorder";
import { repositoryRoot } from "../../../engine/cache";
import { parseStackText } from "../../../settings";
import { declareSystems } from "../../../systems";
import { useHelm } from "../../support/helm";

type Edit = (text: string) => string;

const onlyEnova: Edit = (text) =>
  text.replace(/^ {2}golive:(?!aws|ceiling|router|secretStore|enova)\w+:.*\n(?: {4}.*\n|\n)*/gm, "");
const withoutSystems: Edit = (text) =>
  text.replace(/^ {2}golive:(?:kometa|listacompra|guelaguetza|s5):.*\n(?: {4}.*\n|\n)*/gm, "");
const phased =
  (phase: string): Edit =>
  (text) =>
    text.replace(/phase: \S+/, `phase: ${phase}`);
const encrypted: Edit = (text) =>
  text.replace(/\{ external: \{ [^}]*\} \}|\{\s*external:[^}]*\}\s*\}/g, "{ secure: v1:AAAA }");

const declared = (stack: string, ...edits: readonly Edit[]) => declaredOf(stack, [onlyEnova, ...edits]);
/** As `declared`, with what the stack file says of those who watch. */
const declaredWatched = (stack: string, ...edits: readonly Edit[]) =>
  declaredOf(stack, [withoutSystems, ...edits]);

async function declaredOf(stack: string, edits: readonly Edit[]) {
  const file = `Pulumi.${stack}.yaml`;
  const text = edits.reduce(
    (changed, edit) => edit(changed),
    readFileSync(path.join(repositoryRoot, file), "utf8"),
  );
  let outputs: Record<string, object> = {};
  const registrations = await record(stack, async () => {
    outputs = await declareSystems(parseStackText({ stack, file, text }), () => ({}));
  });
  return { registrations, outputs };
}

const ofType = (registrations: readonly Registration[], kind: string) =>
  registrations.filter(({ type }) => !type.startsWith("golive:") && shortType(type) === kind);

const namesOf = (registrations: readonly Registration[], kind: string) =>
  ofType(registrations, kind).map(({ inputs }) =>
    String(isFields(inputs.metadata) ? inputs.metadata.name : inputs.name),
  );

describe("ENOVA", () => {
  before(useHelm);

  it("E1 E2 declares on staging the namespace, the releases of both versions, and chat beside the canary", async () => {
    const { registrations } = await declared("staging", phased('"10"'));
    assert.deepEqual(namesOf(registrations, "Namespace"), ["enova-staging"]);
    assert.deepEqual(namesOf(registrations, "Release"), [
      "api-gateway",
      "api-gateway-legacy",
      "chat",
      "frontend",
      "frontend-legacy",
    ]);
    assert.deepEqual(namesOf(registrations, "Ingress").sort(), [
      "enova-canary",
      "enova-chat",
      "enova-legacy",
    ]);
    assert.deepEqual(namesOf(registrations, "Repository"), [
      "enova/api-gateway",
      "enova/api-gateway-legacy",
      "enova/chat",
      "enova/frontend",
      "enova/frontend-legacy",
    ]);
  });

  it("E2 keeps Supabase's three keys in the Secret of the document, from Pulumi secrets", async () => {
    const { registrations } = await declared("staging", encrypted);
    const [secret, ...others] = ofType(registrations, "Secret");
    assert.deepEqual(others, []);
    assert.deepEqual(
      isFields(secret?.inputs.metadata) && [secret.inputs.metadata.name, secret.inputs.metadata.namespace],
      ["supabase-credentials", "enova-staging"],
    );
    assert.deepEqual(secret?.inputs.stringData, SECRET);
  });

  it("E2 gives the keys to the new services alone", async () => {
    const { registrations } = await declared("staging");
    const keys = ["SUPABASE_JWT_SECRET", "SUPABASE_SERVICE_ROLE_KEY", "SUPABASE_URL"];
    for (const { name, inputs } of ofType(registrations, "Release")) {
      const { secretEnvironment = [] } = isFields(inputs.values) ? inputs.values : {};
      const expected = name.endsWith("-legacy")
        ? []
        : keys.map((key) => ({ name: key, secret: "supabase-credentials", key }));
      assert.deepEqual(secretEnvironment, expected, name);
    }
  });

  it("E3 without the old versions, once they are retired", async () => {
    const { registrations } = await declared("staging", phased("complete"), (text) =>
      text.replace("retired: false", "retired: true"),
    );
    assert.deepEqual(namesOf(registrations, "Release"), ["api-gateway", "chat", "frontend"]);
    assert.equal(namesOf(registrations, "Repository").length, 5);
    assert.deepEqual(namesOf(registrations, "Ingress").sort(), ["enova", "enova-chat"]);
  });

  it("E6 stresses HTTP and WebSocket with the document's thresholds, once for each version", async () => {
    const plans = async (...edits: readonly Edit[]) => {
      const { registrations } = await declared("staging", ...edits);
      const config = ofType(registrations, "ConfigMap").map(({ inputs }) => inputs.data);
      return { jobs: namesOf(registrations, "Job"), text: JSON.stringify(config) };
    };
    const { jobs, text } = await plans();
    assert.equal(jobs.length, 1);
    for (const limit of [
      "failedPercent",
      "p95Ms",
      "2000",
      "websocketP95Ms",
      "100",
      "wss://staging-api.enova.com/chat",
    ]) {
      assert.ok(text.includes(limit), limit);
    }
    assert.deepEqual((await plans(phased('"50"'))).jobs, jobs);
    assert.notDeepEqual(
      (await plans((file) => file.replace("enova/chat, tag: v2.0.0", "enova/chat, tag: v2.0.1"))).jobs,
      jobs,
    );
  });

  const urls = [
    [
      "staging",
      "https://staging.enova.com",
      "https://staging-api.enova.com",
      "https://grafana.staging.enova.com",
    ],
    ["production", "https://enova.com", "https://api.enova.com", "https://grafana.enova.com"],
  ] as const;
  for (const [stack, frontend, api, grafana] of urls) {
    it(`E11 E12 says on ${stack} where it is, in which phase, and who answers for it`, async () => {
      const { outputs } = await declared(stack, phased('"50"'));
      const { urls: shown, canary, contacts } = { urls: {}, canary: {}, contacts: {}, ...outputs.enova };
      assert.deepEqual(shown, { frontend, api, chat: `${api}/chat`, grafana });
      assert.deepEqual(canary, { phase: "50", percent: 50 });
      assert.match(
        JSON.stringify(contacts),
        /SRE Lead.*@sre-lead.*Dev Lead.*@dev-lead.*Product Owner.*@product/,
      );
    });
  }

  const handedOver =
    (strategy: string): Edit =>
    (text) =>
      text
        .replace(/phase: "10"/, "phase: complete")
        .replace(/ {6}retired: false/, "      retired: true")
        .replace(
          /^ {4}canary:$/m,
          `    rollout: { strategy: ${strategy}, soaks: { "100": 20m }, interval: 1m }\n    canary:`,
        );

  for (const [strategy, kinds] of [
    [
      "flagger",
      { Canary: ["api-gateway", "frontend"], AlertProvider: ["api-gateway-slack", "frontend-slack"] },
    ],
    [
      "argo-rollouts",
      {
        Rollout: ["api-gateway", "frontend"],
        AnalysisTemplate: ["api-gateway-readings", "frontend-readings"],
      },
    ],
  ] as const) {
    it(`E1 E3 E4 hands frontend and gateway to ${strategy}: an Ingress a host, the ladder, and the objectives' rules of the share`, async () => {
      const { registrations } = await declaredWatched("staging", handedOver(strategy));
      for (const [kind, names] of Object.entries(kinds))
        assert.deepEqual(namesOf(registrations, kind).sort(), names, kind);
      assert.deepEqual(namesOf(registrations, "Ingress").sort(), [
        "enova-api",
        "enova-chat",
        "enova-frontend",
      ]);
      const text = JSON.stringify(registrations.filter(({ name }) => /frontend/.test(name)));
      assert.match(
        text,
        /ingress=\\"enova-frontend\\", host=\\"staging.enova.com\\", path=\\"\/\\", canary!=\\"\\"/,
      );
      assert.match(text, strategy === "flagger" ? /"stepWeights":\[10,50,100\]/ : /"setWeight":50/);
      assert.match(text, strategy === "flagger" ? /"interval":"1800s"/ : /"name":"count","value":"21"/);
      const openings = namesOf(registrations, "NetworkPolicy").join(" ");
      assert.equal(/from-router-to-frontend-primary/.test(openings), strategy === "flagger", openings);
    });
  }

  it("E3 a controller takes over only what golive has moved already", () => {
    const file = "Pulumi.staging.yaml";
    const text = readFileSync(path.join(repositoryRoot, file), "utf8");
    const early = text.replace(/^ {4}canary:$/m, "    rollout: { strategy: flagger }\n    canary:");
    assert.throws(
      () => parseStackText({ stack: "staging", file, text: early }),
      /golive:enova\.rollout\.strategy.*expected golive until canary\.phase is complete and legacy\.retired is true/,
    );
  });
});
