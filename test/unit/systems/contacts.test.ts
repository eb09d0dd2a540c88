import assert from "node:assert/strict";
import path from "node:path";
import { z } from "zod";
import { record } from "../../../cli/recorder";
import { stackNames } from "../../../cli/stacks";
import { repositoryRoot } from "../../../engine/cache";
import { readStackFile } from "../../../settings";
import { declareSystems } from "../../../systems";
import { declareProviders } from "../../../systems/providers";
import { useHelm } from "../../support/helm";

const outputs = z.object({
  contacts: z.object({
    channels: z.record(z.string(), z.string()),
    people: z.array(z.object({ role: z.string(), name: z.string(), contact: z.string() })),
    escalation: z.array(z.object({ to: z.string(), after: z.string() })),
  }),
  urls: z.record(z.string(), z.unknown()),
});
type Outputs = z.infer<typeof outputs>;

/** What the stack says of each of its systems. */
async function outputsOf(stack: string): Promise<Record<string, Outputs>> {
  const settings = readStackFile(path.join(repositoryRoot, `Pulumi.${stack}.yaml`));
  let declared: Record<string, object> = {};
  await record(stack, async () => {
    declared = await declareSystems(settings, () => ({ providers: declareProviders(settings) }));
  });
  return z.record(z.string(), outputs).parse(declared);
}

/** Whom each system's document names, on every stack that has the system. */
const DOCUMENTS: Readonly<Record<string, Partial<Outputs["contacts"]>>> = {
  kometa: {
    channels: {
      slack: "#kometa-marketplace",
      email: "marketplace-alerts@kometa.com",
      pagerDuty: "Marketplace Service",
    },
    escalation: [
      { to: "Equipo de desarrollo", after: "30m" },
      { to: "Tech Lead", after: "1h" },
      { to: "CTO", after: "2h" },
    ],
  },
  listacompra: { channels: { slack: "#alerts-listacompra", email: "devops@listacompra.app" } },
  s5: { channels: { slack: "#deployments", pagerDuty: "S5 Production", opsgenie: "s5" } },
  enova: {
    people: [
      { role: "SRE Lead", name: "TBD", contact: "@sre-lead" },
      { role: "Dev Lead", name: "TBD", contact: "@dev-lead" },
      { role: "Product Owner", name: "TBD", contact: "@product" },
    ],
  },
  guelaguetza: {
    people: ["Backend Lead", "DevOps", "Product Owner"].map((role) => ({
      role,
      name: "TBD",
      contact: "TBD",
    })),
  },
};

const URLS: Readonly<Record<string, object>> = {
  "develop kometa": { api: "https://marketplace.kometadeveloper.xyz" },
  "staging enova": {
    frontend: "https://staging.enova.com",
    api: "https://staging-api.enova.com",
    grafana: "https://grafana.staging.enova.com",
  },
  "production enova": {
    frontend: "https://enova.com",
    api: "https://api.enova.com",
    grafana: "https://grafana.enova.com",
  },
  "production listacompra": { api: "https://api.listacompra.app" },
  "production guelaguetza": { api: "https://api.example.com" },
};

describe("a stack's outputs", function () {
  this.timeout(60_000);
  let stacks: readonly (readonly [stack: string, systems: Record<string, Outputs>])[];

  before(useHelm);
  before(async () => {
    const found: (readonly [string, Record<string, Outputs>])[] = [];
    for (const stack of await stackNames()) found.push([stack, await outputsOf(stack)]);
    stacks = found;
  });

  it("K28 K29 L17 S2 S10 E11 say of every system whom its document names, and what it leaves open", () => {
    for (const [stack, systems] of stacks) {
      for (const [system, { contacts }] of Object.entries(systems)) {
        const named = DOCUMENTS[system] ?? assert.fail(`${system} of ${stack} has no document here`);
        assert.deepEqual({ ...contacts, ...named }, contacts, `${system} of ${stack}`);
      }
    }
  });

  it("E12 S10 say the URLs of every system, in each environment its own", () => {
    const urls = new Map<string, object>(
      stacks.flatMap(([stack, systems]) =>
        Object.entries(systems).map(([system, said]) => [`${stack} ${system}`, said.urls]),
      ),
    );
    for (const [key, expected] of Object.entries(URLS)) {
      assert.deepEqual({ ...urls.get(key), ...expected }, urls.get(key), key);
    }
    assert.deepEqual(Object.keys(urls.get("production s5") ?? {}).sort(), [
      "auth",
      "candidate",
      "catalog",
      "dashboards",
      "frontend",
      "grafana",
      "logs",
      "orders",
    ]);
  });
});
