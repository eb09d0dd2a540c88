import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { record } from "../../../cli/recorder";
import { AlertRouting, type AlertRoutingArgs } from "../../../components/alert-routing";

const PLANTED = "https://hooks.example.com/services/planted-7f3a";

const ARGS: AlertRoutingArgs = {
  namespace: "shop",
  name: "shop-alerts",
  labels: { release: "monitoring" },
  secrets: {
    slackWebhook: { value: pulumi.secret(PLANTED) },
    smtpPassword: { secretRef: { name: "mail", key: "password" } },
  },
  spec: (secretOf) => ({
    route: { receiver: "team" },
    receivers: [
      {
        name: "team",
        slackConfigs: [{ apiURL: secretOf("slackWebhook"), channel: "#shop" }],
        emailConfigs: [
          {
            to: "team@example.com",
            from: "alerts@example.com",
            smarthost: "smtp.example.com:587",
            authUsername: "alerts",
            authPassword: secretOf("smtpPassword"),
          },
        ],
      },
    ],
  }),
};

const declared = (args: Partial<AlertRoutingArgs> = {}) =>
  record("test", () => Promise.resolve(new AlertRouting("shop", { ...ARGS, ...args })));

const CONFIG = "kubernetes:monitoring.coreos.com/v1alpha1:AlertmanagerConfig";

const selector = z.object({ name: z.string(), key: z.string() });
const object = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string(), labels: z.record(z.string(), z.string()) }),
  spec: z.object({
    receivers: z.array(
      z.object({
        slackConfigs: z.array(z.object({ apiURL: selector })),
        emailConfigs: z.array(z.object({ authPassword: selector })),
      }),
    ),
  }),
});

const configOf = async (args: Partial<AlertRoutingArgs> = {}) =>
  object.parse((await declared(args)).find(({ type }) => type === CONFIG)?.inputs);

describe("AlertRouting", () => {
  it("K29 L17 S10 declares a Secret and an AlertmanagerConfig, and nothing else", async () => {
    assert.deepEqual(
      (await declared()).map(({ type, name }) => `${type} ${name}`),
      ["golive:components:AlertRouting shop", "kubernetes:core/v1:Secret shop", `${CONFIG} shop`],
    );
    assert.deepEqual((await configOf()).metadata, {
      name: "shop-alerts",
      namespace: "shop",
      labels: { release: "monitoring" },
    });
  });

  it("K29 has each receiver select its secret where it is, whoever holds it", async () => {
    const [receiver] = (await configOf()).spec.receivers;
    assert.deepEqual(receiver?.slackConfigs[0]?.apiURL, { name: "shop", key: "slackWebhook" });
    assert.deepEqual(receiver.emailConfigs[0]?.authPassword, { name: "mail", key: "password" });
  });

  it("K29 L7 shows no secret, and has it as one in the Secret alone", async () => {
    const registered = await declared();
    assert.doesNotMatch(JSON.stringify(registered), /planted-7f3a/);
    assert.deepEqual(
      registered.map(({ secrets }) => secrets),
      [[], ["stringData"], []],
    );
  });

  it("K29 takes a secret from the stack's store", async () => {
    const external = { external: { key: "shop/alerting", property: "slackWebhook" } };
    const registered = await declared({
      secrets: { ...ARGS.secrets, slackWebhook: external },
      store: { name: "vault", kind: "ClusterSecretStore" },
    });
    const made = registered.find(({ type }) => type.endsWith(":ExternalSecret"));
    const name = z.object({ metadata: z.object({ name: z.string() }) }).parse(made?.inputs).metadata.name;
    const config = object.parse(registered.find(({ type }) => type === CONFIG)?.inputs);
    assert.deepEqual(config.spec.receivers[0]?.slackConfigs[0]?.apiURL, { name, key: "slackWebhook" });
  });

  it("K29 refuses an external secret without a store", async () => {
    const secrets = { ...ARGS.secrets, slackWebhook: { external: { key: "shop/alerting" } } };
    await assert.rejects(declared({ secrets }), /shop-external: expected a store for the external values/);
  });

  it("K29 refuses a receiver whose secret is not given", async () => {
    await assert.rejects(
      declared({ secrets: {} }),
      /shop: a receiver asks for slackWebhook, which is not given/,
    );
  });
});
