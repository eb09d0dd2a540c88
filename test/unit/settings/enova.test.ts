import assert from "node:assert/strict";
import { parseStackText, SettingsError } from "../../../settings";

const FILE = "Pulumi.staging.yaml";

const release = (name: string) =>
  `{ release: ${name}, image: { repository: ${name}, tag: v1.0.0 }, limits: { cpu: 100m, memory: 64Mi } }`;

const GOOD = `config:
  golive:aws: { accountId: "111122223333", region: us-east-1 }
  golive:ceiling: { cpu: 500m, memory: 512Mi }
  golive:router: { kind: ingress-nginx }
  golive:enova:
    namespace: enova-staging
    hosts: { frontend: staging.enova.com, api: staging-api.enova.com }
    frontend: ${release("frontend")}
    gateway: ${release("api-gateway")}
    chat: ${release("chat")}
    legacy:
      retired: false
      frontend: ${release("frontend-legacy")}
      gateway: ${release("api-gateway-legacy")}
    canary:
      phase: "10"
    supabase:
      SUPABASE_URL: { secure: v1:AAAA }
      SUPABASE_SERVICE_ROLE_KEY: { secure: v1:AAAA }
      SUPABASE_JWT_SECRET: { secure: v1:AAAA }
`;

type Edit = readonly [from: string, to: string];

function edited(...edits: readonly Edit[]): string {
  return edits.reduce((text, [from, to]) => {
    assert.equal(text.split(from).length, 2, `"${from}" is not once in the sound file`);
    return text.replace(from, () => to);
  }, GOOD);
}

const parsed = (text: string) => parseStackText({ stack: "staging", file: FILE, text });

function linesOf(text: string): readonly string[] {
  try {
    parsed(text);
  } catch (error) {
    if (error instanceof SettingsError) return error.lines;
    throw error;
  }
  return [];
}

const canary = (lines: string): Edit => ['      phase: "10"\n', lines];
const GATEWAY: Edit = [
  "{ kind: ingress-nginx }",
  "{ kind: gateway-api, gateway: { name: public, namespace: gateways } }",
];
const EMPTY = release("frontend-legacy").replace(/ \}$/, ", replicas: 0 }");

const MISTAKES: readonly (readonly [string, readonly Edit[], string | RegExp])[] = [
  [
    "E1 E3 a phase that the ladder does not have",
    [canary('      phase: "20"\n')],
    'Pulumi.staging.yaml:16:14  golive:enova.canary.phase: found "20"; expected one of legacy, 10, 50, 100, complete, rollback; ' +
      "add 20 to the ladder, or take one of its weights",
  ],
  [
    "E3 a phase that is no text",
    [canary("      phase: 10\n")],
    /canary\.phase: found the number 10; .*put it in quotes/,
  ],
  [
    "E5 a weight of nothing",
    [canary('      phase: "0"\n')],
    /found "0"; expected .*weight 0 is no way back: write rollback/,
  ],
  [
    "E3 a ladder that falls",
    [canary('      phase: "50"\n      ladder: [50, 10, 100]\n')],
    /canary\.ladder\[1\]: found the number 10; expected more than the weight before it, 50/,
  ],
  [
    "E3 a ladder that ends before 100",
    [canary('      phase: "50"\n      ladder: [10, 50]\n')],
    /canary\.ladder\[1\]: found the number 50; expected the last weight to be 100/,
  ],
  [
    "E3 E10 old versions that go too early",
    [["retired: false", "retired: true"]],
    /enova\.legacy\.retired: found true; expected false until golive:enova\.canary\.phase is complete/,
  ],
  [
    "E1 an old version without a pod behind the main Ingress",
    [[release("frontend-legacy"), EMPTY]],
    /enova\.legacy\.frontend\.replicas: found the number 0; expected at least 1 in this phase: .*503/,
  ],
  [
    "E1 a header whose value is never",
    [canary('      phase: "10"\n      header: { name: X-New, value: never }\n')],
    /enova\.canary: .*no longer takes never as a refusal/,
  ],
  [
    "E1 a header beside a cookie",
    [canary('      phase: "10"\n      header: { name: X-New }\n      cookie: beta\n')],
    /enova\.canary\.cookie: found "beta"; expected no cookie beside header/,
  ],
  [
    "E1 a cookie on the Gateway API",
    [GATEWAY, canary('      phase: "10"\n      cookie: beta\n')],
    /enova\.canary\.cookie: .*an HTTPRoute matches headers, not cookies/,
  ],
  [
    "E1 sessions on the Gateway API",
    [GATEWAY, canary('      phase: "10"\n      affinity: { cookie: s }\n')],
    /enova\.canary\.affinity: .*not in the Gateway API's standard channel/,
  ],
  [
    "E1 E12 two hosts that are one",
    [["api: staging-api.enova.com", "api: staging.enova.com"]],
    /enova\.hosts\.api: .*expected one canary for staging\.enova\.com\//,
  ],
  [
    "E1 a chat on the gateway's own path",
    [[release("chat"), release("chat").replace("{ ", "{ path: /, ")]],
    /enova\.chat\.path: found "\/"; expected a path below \//,
  ],
  [
    "E2 a key of Supabase that is missing",
    [["      SUPABASE_JWT_SECRET: { secure: v1:AAAA }\n", ""]],
    /enova\.supabase\.SUPABASE_JWT_SECRET: missing; expected a secret/,
  ],
  [
    "E2 a key of Supabase in plain text",
    [["SUPABASE_SERVICE_ROLE_KEY: { secure: v1:AAAA }", "SUPABASE_SERVICE_ROLE_KEY: hunter2"]],
    /SUPABASE_SERVICE_ROLE_KEY: found a value \(not shown\); expected a secret/,
  ],
  [
    "E1 a limit above the ceiling, in an old version",
    [[release("api-gateway-legacy"), release("api-gateway-legacy").replace("64Mi", "4Gi")]],
    /enova\.legacy\.gateway\.limits\.memory: found "4Gi"; expected at most 512Mi/,
  ],
  [
    "E1 a router without its Gateway",
    [["{ kind: ingress-nginx }", "{ kind: gateway-api }"]],
    /golive:router\.gateway: missing; expected the Gateway's name and namespace/,
  ],
  [
    "E1 a router with another's field",
    [["{ kind: ingress-nginx }", "{ kind: ingress-nginx, gateway: { name: public, namespace: gateways } }"]],
    /golive:router\.gateway: .*expected no gateway here: it goes with kind gateway-api/,
  ],
  [
    "E1 a router that there is not",
    [["{ kind: ingress-nginx }", "{ kind: traefik }"]],
    /golive:router\.kind: found "traefik"; expected one of ingress-nginx, gateway-api/,
  ],
];

describe("settings: ENOVA", () => {
  it("E1 E3 E12 gives the canary, its hosts and the router, with what is not set", () => {
    const { systems, router } = parsed(GOOD);
    assert.deepEqual(router, {
      kind: "ingress-nginx",
      className: "nginx",
      namespace: "ingress-nginx",
      issuer: undefined,
    });
    assert.deepEqual(systems.enova?.canary, {
      phase: "10",
      ladder: [10, 50, 100],
      by: undefined,
      affinity: undefined,
    });
    assert.deepEqual(systems.enova.hosts, { frontend: "staging.enova.com", api: "staging-api.enova.com" });
    assert.equal(systems.enova.chat.path, "/chat");
  });

  it("E1 gives who always has the new version, and the life of a session", () => {
    const text = edited(
      canary('      phase: "10"\n      header: { name: X-New }\n      affinity: { cookie: s, maxAge: 1h }\n'),
    );
    const { by, affinity } = parsed(text).systems.enova?.canary ?? {};
    assert.deepEqual(by, { kind: "header", name: "X-New" });
    assert.deepEqual(affinity, { cookie: "s", maxAgeSeconds: 3600 });
  });

  for (const [title, edits, says] of MISTAKES) {
    it(`${title}: one line says where and what instead`, () => {
      const lines = linesOf(edited(...edits));
      assert.equal(lines.length, 1, lines.join("\n"));
      if (typeof says === "string") assert.equal(lines[0], says);
      else assert.match(lines[0] ?? "", says);
    });
  }

  it("E3 old versions may go at complete, and have no pods there", () => {
    const text = edited(canary("      phase: complete\n"), ["retired: false", "retired: true"]);
    assert.deepEqual(linesOf(text), []);
  });
});
