import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as z from "zod";
import { record, type Registration } from "../../../cli/recorder";
import { known } from "../../../components/known-output";
import { ApplicationSecret, type ApplicationSecretArgs } from "../../../components/application-secret";

const PLANTED = "planted-7f3a";
const given = { value: pulumi.secret(PLANTED) };
const store = { name: "vault", kind: "ClusterSecretStore" } as const;

interface Declared {
  readonly objects: readonly Registration[];
  readonly environment: unknown;
  readonly version: string;
}

async function declare(args: Partial<ApplicationSecretArgs>, name = "shop"): Promise<Declared> {
  let environment: unknown;
  let version = "";
  const registrations = await record("test", async () => {
    const secret = new ApplicationSecret(name, { namespace: "shop", values: {}, ...args });
    environment = await known(secret.environment);
    version = (await known(secret.version)) ?? "";
  });
  return { objects: registrations.filter(({ type }) => !type.startsWith("golive:")), environment, version };
}

const typesOf = ({ objects }: Declared) => objects.map(({ type, name }) => `${type} ${name}`);

function only({ objects }: Declared, type: string): Registration {
  const found = objects.filter((object) => object.type === type);
  assert.equal(found.length, 1, typesOf({ objects, environment: undefined, version: "" }).join("\n"));
  const [one] = found;
  assert.ok(one);
  return one;
}

const SECRET = "kubernetes:core/v1:Secret";
const PASSWORD = "random:index/randomPassword:RandomPassword";
const EXTERNAL = "kubernetes:external-secrets.io/v1:ExternalSecret";
const SEALED = "kubernetes:bitnami.com/v1alpha1:SealedSecret";

describe("ApplicationSecret", () => {
  it("L7 D11 keeps given values in a Secret without a name of its own, and shows none of them", async () => {
    const declared = await declare({ values: { TOKEN: given } });
    assert.deepEqual(typesOf(declared), [`${SECRET} shop`]);
    assert.deepEqual(only(declared, SECRET).secrets, ["stringData"]);
    assert.deepEqual(declared.environment, [{ name: "TOKEN", secret: "shop", key: "TOKEN" }]);
    assert.doesNotMatch(JSON.stringify(declared), new RegExp(PLANTED));
  });

  it("L7 generates a value of letters and digits, made anew for each version and never by a prompt", async () => {
    const declared = await declare({ values: { JWT_SECRET: { generate: { length: 48, version: 3 } } } });
    const { inputs } = only(declared, PASSWORD);
    assert.deepEqual(inputs, { length: 48, special: false, keepers: { version: "3" } });
    assert.deepEqual(only(declared, SECRET).secrets, ["stringData"]);
  });

  it("L7 generates 32 characters of version 1 where nothing else is said", async () => {
    const { inputs } = only(await declare({ values: { KEY: { generate: {} } } }), PASSWORD);
    assert.deepEqual(inputs, { length: 32, special: false, keepers: { version: "1" } });
  });

  it("L7 reads external values from the store, by key, property and version", async () => {
    const declared = await declare({
      values: {
        DATABASE_URL: { external: { key: "shop/database", property: "url", version: "3" } },
        API_KEY: { external: { key: "shop/api" } },
      },
      store,
      refreshInterval: "15m",
    });
    const { inputs } = only(declared, EXTERNAL);
    const { name } = metadataOf(inputs);
    assert.deepEqual(inputs.spec, {
      refreshInterval: "15m",
      secretStoreRef: { name: "vault", kind: "ClusterSecretStore" },
      target: { name, creationPolicy: "Owner" },
      data: [
        { secretKey: "API_KEY", remoteRef: { key: "shop/api" } },
        { secretKey: "DATABASE_URL", remoteRef: { key: "shop/database", property: "url", version: "3" } },
      ],
    });
    assert.deepEqual(declared.environment, [
      { name: "API_KEY", secret: name, key: "API_KEY" },
      { name: "DATABASE_URL", secret: name, key: "DATABASE_URL" },
    ]);
  });

  it("L7 keeps sealed values as they are, open to the Secrets of their namespace alone", async () => {
    const { inputs } = only(await declare({ values: { TOKEN: { sealed: "AgBx" } } }), SEALED);
    assert.deepEqual(inputs.spec, { encryptedData: { TOKEN: "AgBx" } });
    assert.deepEqual(metadataOf(inputs).annotations, { "sealedsecrets.bitnami.com/namespace-wide": "true" });
  });

  it("L7 gives another version of an external or sealed value a Secret of another name", async () => {
    const nameOf = async (values: ApplicationSecretArgs["values"], type: string) =>
      metadataOf(only(await declare({ values, store }), type).inputs).name;
    const external = (version: string) => ({ KEY: { external: { key: "shop/api", version } } });
    assert.notEqual(await nameOf(external("1"), EXTERNAL), await nameOf(external("2"), EXTERNAL));
    assert.equal(await nameOf(external("1"), EXTERNAL), await nameOf(external("1"), EXTERNAL));
    const sealed = (text: string) => ({ KEY: { sealed: text } });
    assert.notEqual(await nameOf(sealed("AgBx"), SEALED), await nameOf(sealed("AgBy"), SEALED));
  });

  it("L7 takes each value from its own source, and those that exist from where they are", async () => {
    const declared = await declare({
      values: {
        A: given,
        B: { external: { key: "b" } },
        C: { sealed: "AgBx" },
        D: { secretRef: { name: "elsewhere", key: "d" } },
      },
      store,
    });
    assert.deepEqual(typesOf(declared), [
      `${SEALED} shop-sealed`,
      `${SECRET} shop`,
      `${EXTERNAL} shop-external`,
    ]);
    const places = z.array(z.object({ name: z.string(), secret: z.string() })).parse(declared.environment);
    assert.deepEqual(places.map(({ name }) => name).sort(), ["A", "B", "C", "D"]);
    assert.equal(places.find(({ name }) => name === "D")?.secret, "elsewhere");
  });

  it("E2 keeps the name that users own, and tells of a new value by a version that leaks nothing", async () => {
    const named = (text: string) =>
      declare({ name: "supabase-credentials", values: { SUPABASE_URL: { value: pulumi.secret(text) } } });
    const [first, again, second] = [await named(PLANTED), await named(PLANTED), await named("planted-b")];
    assert.equal(metadataOf(only(first, SECRET).inputs).name, "supabase-credentials");
    assert.equal(first.version, again.version);
    assert.notEqual(first.version, second.version);
    assert.match(first.version, /^[0-9a-f]{64}$/);
    assert.deepEqual(only(first, PASSWORD).inputs, { length: 32, special: false });
  });

  it("E2 tells of the same value by another version under another key: who guesses the value cannot check it", async () => {
    const args = { name: "supabase-credentials", values: { SUPABASE_URL: given } };
    assert.notEqual((await declare(args, "shop")).version, (await declare(args, "store")).version);
  });

  it("E2 refuses a Secret of a fixed name that two controllers would fill", async () => {
    const values = { URL: { external: { key: "url" } }, KEY: { sealed: "AgBx" } };
    await assert.rejects(declare({ name: "supabase-credentials", values, store }), {
      message:
        "Secret supabase-credentials: expected values of one kind of source, for one controller fills it; " +
        "found external (URL) and sealed (KEY)",
    });
  });

  it("L7 refuses an external value without a store", async () => {
    await assert.rejects(declare({ values: { URL: { external: { key: "url" } } } }), {
      message: "shop-external: expected a store for the external values URL",
    });
  });
});

const metadata = z.object({
  metadata: z.object({ name: z.string(), annotations: z.record(z.string(), z.string()).optional() }),
});

const metadataOf = (inputs: unknown) => metadata.parse(inputs).metadata;
