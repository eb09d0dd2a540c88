import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { parseStackText } from "../../settings";
import { withVersion } from "../../cli/version";
import { UserError } from "../../cli/user-error";
import { repositoryRoot } from "../../engine/cache";

const DEVELOP = readFileSync(path.join(repositoryRoot, "Pulumi.develop.yaml"), "utf8");

const SEVERAL = `config:
  golive:shop: # three services
    auth: { image: { repository: auth, tag: v2.1.0 } }
    orders:
      image:
        repository: orders
        tag: "v2.1.0" # quoted
    legacy:
      gateway: { image: { repository: gateway, tag: v1.0.0 } }
`;

describe("golive version", () => {
  it("K4 L10 changes the one line of the version, and nothing else", () => {
    const edited = withVersion(DEVELOP, { system: "kometa", tag: "v1.0-develop-12" });
    assert.equal(edited, DEVELOP.replace("tag: v1.0-develop-11", "tag: v1.0-develop-12"));
  });

  it("K4 L10 gives the program the tag that was asked for, whatever YAML would read in it", () => {
    const tag = fc.oneof(
      fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,20}$/),
      fc.constantFrom("1.10", "1e3", "true", "null", "0x1f", "2026-11-24"),
    );
    const moving = [
      "latest",
      "stable",
      "edge",
      "nightly",
      "main",
      "master",
      "develop",
      "dev",
      "prod",
      "production",
    ];
    fc.assert(
      fc.property(
        tag.filter((text) => !moving.includes(text)),
        (text) => {
          const edited = withVersion(DEVELOP, { system: "kometa", tag: text });
          const { systems } = parseStackText({ stack: "develop", file: "Pulumi.develop.yaml", text: edited });
          assert.equal(systems.kometa?.image.tag, text);
        },
      ),
    );
  });

  it("L10 changes the workload that is named, and those of one version together", () => {
    const one = withVersion(SEVERAL, { system: "shop", tag: "v2.2.0", of: "orders" });
    assert.equal(one, SEVERAL.replace('"v2.1.0"', "v2.2.0"));
    const legacy = withVersion(SEVERAL, { system: "shop", tag: "v1.0.1", of: "legacy.gateway" });
    assert.equal(legacy, SEVERAL.replace("v1.0.0", "v1.0.1"));
    const together = SEVERAL.replace("v1.0.0", "v2.1.0");
    assert.equal(
      withVersion(together, { system: "shop", tag: "v2.2.0" }),
      together.replaceAll(/"?v2\.1\.0"?/g, "v2.2.0"),
    );
  });

  it("L10 S5 changes the version of a build that is no image, and no number of a secret's rotation", () => {
    const site = `config:\n  golive:shop:\n    site: { version: v2.1.0 }\n    key: { generate: { version: 1 } }\n`;
    const edited = withVersion(site, { system: "shop", tag: "v2.2.0" });
    assert.equal(edited, site.replace("v2.1.0", "v2.2.0"));
  });

  const refused: readonly (readonly [mistake: string, change: object, says: string])[] = [
    [
      "a tag that moves",
      { tag: "latest" },
      'version "latest": expected a tag that names one build, such as v1.0-develop-11; "latest" moves from build to build (policy image-tag)',
    ],
    [
      "a system that is not there",
      { system: "shpo" },
      "the stack file has no golive:shpo with an image.tag or a version",
    ],
    [
      "a workload that is not there",
      { of: "catalog" },
      "golive:shop has no image of catalog; it has auth v2.1.0, orders v2.1.0, legacy.gateway v1.0.0",
    ],
    [
      "several versions at once",
      {},
      "golive:shop has several versions (auth v2.1.0, orders v2.1.0, legacy.gateway v1.0.0): name one by --of",
    ],
  ];
  for (const [mistake, change, says] of refused) {
    it(`L10 refuses ${mistake}`, () => {
      const asked = { system: "shop", tag: "v2.2.0", ...change };
      assert.throws(() => withVersion(SEVERAL, asked), new UserError(says));
    });
  }

  describe("where the file names a digest", () => {
    const [old, given, recorded] = ["1", "2", "3"].map((digit) => `sha256:${digit.repeat(64)}`);
    const pinned = SEVERAL.replace("tag: v1.0.0", `tag: v1.0.0, digest: ${String(old)}`);
    const change = { system: "shop", of: "legacy.gateway" };
    const expected = (digest: string | undefined) =>
      pinned.replace("tag: v1.0.0", "tag: v1.0.1").replace(String(old), String(digest));

    it("L10 L3 the new build's takes its place: the one that is given, else that of the record", () => {
      const asked = { ...change, tag: `v1.0.1@${String(given)}` };
      assert.equal(
        withVersion(pinned, asked, () => recorded),
        expected(given),
      );
      const ofRecord = (repository: string) => (repository === "gateway" ? recorded : undefined);
      assert.equal(withVersion(pinned, { ...change, tag: "v1.0.1" }, ofRecord), expected(recorded));
    });

    it("L10 L3 refuses to leave the old build's beside the new tag", () => {
      assert.throws(
        () => withVersion(pinned, { ...change, tag: "v1.0.1" }),
        new UserError(
          "golive:shop names gateway by digest, and nobody knows that of v1.0.1: write v1.0.1@sha256:…, " +
            "or make its record first (npm run golive -- release new shop v1.0.1)",
        ),
      );
    });

    it("L10 L3 refuses what is no digest, and one digest for several images", () => {
      assert.throws(
        () => withVersion(pinned, { ...change, tag: "v1.0.1@sha256:0" }),
        new UserError('version "v1.0.1@sha256:0": expected a tag, or tag@sha256:… of its build'),
      );
      const both = SEVERAL.replaceAll("v2.1.0", "v1.0.0");
      assert.throws(
        () => withVersion(both, { system: "shop", tag: `v1.0.1@${String(given)}` }),
        new UserError(`golive:shop has several images, and ${String(given)} is of one: name it by --of`),
      );
    });
  });
});
