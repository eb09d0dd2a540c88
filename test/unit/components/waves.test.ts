import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { type Wave, type WavePlace, Waves } from "../../../components/waves";
import { tableProblems } from "../../../components/waves/table";

/** A component whose child knows nothing of waves. */
class Nested extends pulumi.ComponentResource {
  constructor(name: string, opts: pulumi.ComponentResourceOptions) {
    super("test:index:Nested", name, {}, opts);
    new core.ConfigMap(`${name}-child`, {}, { parent: this });
    this.registerOutputs({});
  }
}

const verify = ({ name, opts }: WavePlace) => new core.ConfigMap(name, {}, opts);
const wave = (name: string): Wave => ({
  name,
  declare: (place) => new Nested(place.name, place.opts),
  verify,
});

/** What happens to custom resources: `+name` as the engine begins with one, `-name` once it is there. */
async function events(declare: () => void): Promise<readonly string[]> {
  const log: string[] = [];
  await pulumi.runtime.setMocks({
    newResource: async ({ name, custom }) => {
      if (custom === false) return { id: "", state: {} };
      log.push(`+${name}`);
      for (let turn = 0; turn < 20; turn += 1) await setImmediate();
      log.push(`-${name}`);
      return { id: name, state: {} };
    },
    call: () => ({}),
  });
  declare();
  await pulumi.runtime.disconnect();
  return log;
}

const names = (...table: readonly string[]) =>
  table.flatMap((name, index) => ["-child", "-verification"].map((end) => `s5-${index + 1}-${name}${end}`));
const oneByOne = (resources: readonly string[]) => resources.flatMap((name) => [`+${name}`, `-${name}`]);

describe("Waves", () => {
  it("S3 D10 begins nothing of a wave, however deep in components, before the wave before is verified", async () => {
    const table = ["migrations", "auth", "catalog", "orders", "frontend"];
    const log = await events(() => new Waves("s5", table.map(wave)));
    assert.deepEqual(log, oneByOne(names(...table)));
  });

  it("S3 D10 keeps the order across a wave that declares nothing", async () => {
    const waves = [wave("auth"), { name: "smoke", verify }, wave("traffic")];
    const log = await events(() => new Waves("s5", waves));
    assert.deepEqual(
      log,
      oneByOne(names("auth", "smoke", "traffic").filter((name) => name !== "s5-2-smoke-child")),
    );
  });

  it("S8 begins what follows the waves once the last is verified", async () => {
    const log = await events(() => {
      const { verified } = new Waves("s5", [wave("smoke")]);
      new core.ConfigMap("traffic", {}, { dependsOn: [verified] });
    });
    assert.deepEqual(log, oneByOne([...names("smoke"), "traffic"]));
  });

  it("S3 waits itself for what it depends on", async () => {
    const log = await events(() => {
      const namespace = new core.ConfigMap("namespace", {});
      new Waves("s5", [wave("auth")], { dependsOn: [namespace] });
    });
    assert.deepEqual(log, oneByOne(["namespace", ...names("auth")]));
  });

  const refused = (waves: readonly Wave[], message: RegExp) =>
    assert.rejects(
      events(() => new Waves("s5", waves)),
      (error) => error instanceof pulumi.RunError && message.test(error.message),
    );

  it("S3 refuses a table that is empty, or that names a wave twice or not at all, with every mistake", async () => {
    await refused([], /expected at least one wave/);
    await refused(
      ["auth", "Auth", "auth"].map(wave),
      /waves of s5:\n {2}wave 2: expected a name of lower-case [^\n]*"Auth"\n {2}wave 3: expected a name of its own[^\n]*wave 1/,
    );
  });

  it("S3 refuses a wave that nothing verifies", () =>
    refused(
      [{ ...wave("auth"), verify: () => undefined }],
      /wave s5-1-auth: expected a verification, found none/,
    ));

  it("S3 takes any table of names that are labels and differ, and no other", () => {
    const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 8 }), (table) => {
        assert.equal(tableProblems(table).length, table.length - new Set(table).size);
      }),
    );
  });
});
