import assert from "node:assert/strict";
import { parseStackText, SettingsError } from "../../../settings";
import { parseEndpoint } from "../../../settings/endpoint";

const PLACE = `config:
  golive:aws: { accountId: "111122223333", region: us-east-1 }
  golive:ceiling: { cpu: 500m, memory: 512Mi }
`;

const access = (stack: string, text: string) =>
  parseStackText({
    stack,
    file: `Pulumi.${stack}.yaml`,
    text: `${PLACE}  golive:access: ${text}\n`,
  }).access;

function mistakesOf(stack: string, text: string): string {
  try {
    access(stack, text);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  return "";
}

describe("settings: access", () => {
  it("L5 takes devops on staging, release-manager on production, and CI's roles on both", () => {
    const ci = "ci-preview: [golive:ci-preview], ci-deploy: [golive:ci-deploy]";
    assert.deepEqual(access("staging", `{ devops: [golive:devops], ${ci} }`)?.devops, ["golive:devops"]);
    assert.deepEqual(access("production", `{ release-manager: [golive:rm], ${ci} }`)?.["ci-deploy"], [
      "golive:ci-deploy",
    ]);
  });

  for (const [stack, role, right] of [
    ["staging", "release-manager", "devops"],
    ["develop", "release-manager", "devops"],
    ["production", "devops", "release-manager"],
  ] as const) {
    it(`L5 refuses ${role} on ${stack}, and names both`, () => {
      assert.match(
        mistakesOf(stack, `{ ${role}: [golive:x] }`),
        new RegExp(`golive:access.${role}: expected no ${role} on ${stack}, whose role is ${right}; move`),
      );
    });
  }

  it("L5 refuses Kubernetes' own groups, an empty list and an unknown role, all at once", () => {
    const found = mistakesOf("staging", "{ devops: ['system:masters'], ci-deploy: [], admin: [golive:x] }");
    assert.match(found, /golive:access\.devops\[0\]: .*groups of Kubernetes itself are not the team's/);
    assert.match(found, /golive:access\.ci-deploy: .*expected at least one group/);
    assert.match(found, /golive:access\.admin: unknown key/);
  });
});

describe("settings: addresses of telemetry", () => {
  for (const [text, port, namespace] of [
    ["http://jaeger-collector.observability.svc:4317", 4317, "observability"],
    ["http://loki.monitoring.svc.cluster.local/otlp", 80, "monitoring"],
    ["https://otlp.example.com", 443, undefined],
  ] as const) {
    it(`L15 reads ${text}`, () => {
      assert.deepEqual(parseEndpoint(text), { value: { kind: "endpoint", text, port, namespace } });
    });
  }

  for (const [text, reason] of [
    ["jaeger:4317", /expected an address such as/],
    ["http://jaeger.example.com:4317", /what is not in the cluster .* is reached over https/],
    ["https://me:secret@example.com", /user, query and fragment are no part of it/],
    ["https://example.com?key=secret", /user, query and fragment are no part of it/],
  ] as const) {
    it(`L15 refuses ${text}`, () => {
      const parsed = parseEndpoint(text);
      assert.ok("problem" in parsed);
      assert.match(parsed.problem, reason);
    });
  }
});
