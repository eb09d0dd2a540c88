import assert from "node:assert/strict";
import fc from "fast-check";
import {
  compareQuantities,
  formatCpu,
  formatDuration,
  formatMemory,
  imageReference,
  parseAccountId,
  parseArn,
  parseCpu,
  parseDigest,
  parseDuration,
  parseHost,
  parseMemory,
  parseRegion,
  parseRepositoryName,
  parseTag,
  parseToleration,
  valueOf,
} from "../../../settings";
import { hasSecretName, looksSecret } from "../../../settings/secret";

const amount = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

/** Text, amount and canonical text by the rules of Kubernetes' quantities. */
const CPU: readonly (readonly [text: string, millicores: number, canonical: string])[] = [
  ["0.2", 200, "200m"],
  ["200m", 200, "200m"],
  ["1", 1000, "1"],
  ["1.", 1000, "1"],
  [".5", 500, "500m"],
  ["+1.5", 1500, "1500m"],
  ["1e3", 1_000_000, "1k"],
  ["1E-1", 100, "100m"],
  ["2k", 2_000_000, "2k"],
  ["5000000n", 5, "5m"],
  ["3000u", 3, "3m"],
];

const MEMORY: readonly (readonly [text: string, bytes: number, canonical: string])[] = [
  ["200Mi", 209_715_200, "200Mi"],
  ["1024Mi", 1_073_741_824, "1Gi"],
  ["1.5Gi", 1_610_612_736, "1536Mi"],
  ["0.5Ki", 512, "512"],
  ["1G", 1_000_000_000, "1G"],
  ["1000M", 1_000_000_000, "1G"],
  ["134217728", 134_217_728, "134217728"],
  ["1e9", 1_000_000_000, "1G"],
  ["128000m", 128, "128"],
];

describe("settings: quantities", () => {
  for (const [text, millicores, canonical] of CPU) {
    it(`K5 reads CPU ${text}`, () =>
      assert.deepEqual(valueOf(parseCpu(text)), { kind: "cpu", millicores, text: canonical }));
  }

  for (const [text, bytes, canonical] of MEMORY) {
    it(`K5 reads memory ${text}`, () =>
      assert.deepEqual(valueOf(parseMemory(text)), { kind: "memory", bytes, text: canonical }));
  }

  for (const text of [
    "",
    "m",
    "1 Gi",
    "1gi",
    "1KI",
    "1K",
    "-1",
    "1e",
    "1e1.5",
    "0x10",
    "1,5",
    "Infinity",
    "1e999",
    "1E",
  ]) {
    it(`K5 refuses ${JSON.stringify(text)}`, () => {
      assert.ok("problem" in parseMemory(text));
    });
  }

  it("K5 keeps the amount: parsing what was formatted gives it back", () => {
    fc.assert(fc.property(amount, (n) => assert.equal(valueOf(parseCpu(formatCpu(n))).millicores, n)));
    fc.assert(
      fc.property(amount, fc.boolean(), (n, binary) =>
        assert.equal(valueOf(parseMemory(formatMemory(n, binary))).bytes, n),
      ),
    );
  });

  it("K5 writes canonical text: formatting what was parsed changes nothing", () => {
    fc.assert(
      fc.property(amount, fc.boolean(), (n, binary) => {
        const { text } = valueOf(parseMemory(formatMemory(n, binary)));
        assert.equal(valueOf(parseMemory(text)).text, text);
      }),
    );
  });

  it("K5 orders quantities as their numbers", () => {
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        const order = compareQuantities(
          valueOf(parseMemory(formatMemory(a))),
          valueOf(parseMemory(formatMemory(b))),
        );
        assert.equal(Math.sign(order), Math.sign(a - b));
      }),
    );
  });

  it("K5 reads a number of any suffix as Kubernetes does", () => {
    const suffix = fc.constantFrom("Ki", "Mi", "Gi", "k", "M", "G");
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4096 }), suffix, (n, unit) => {
        const base = unit.endsWith("i") ? 1024 : 1000;
        const power = "kmg".indexOf(unit.charAt(0).toLowerCase()) + 1;
        assert.equal(valueOf(parseMemory(`${n}${unit}`)).bytes, n * base ** power);
      }),
    );
  });
});

describe("settings: durations", () => {
  it("K6 keeps the seconds: parsing what was formatted gives them back", () => {
    fc.assert(
      fc.property(fc.nat(), (seconds) =>
        assert.equal(valueOf(parseDuration(formatDuration(seconds))).seconds, seconds),
      ),
    );
  });

  for (const [text, seconds, canonical] of [
    ["30s", 30, "30s"],
    ["30m", 1800, "30m"],
    ["1h30m", 5400, "1h30m"],
    ["90m", 5400, "1h30m"],
    ["2d", 172_800, "48h"],
    ["0s", 0, "0s"],
  ] as const) {
    it(`K6 reads ${text}`, () =>
      assert.deepEqual(valueOf(parseDuration(text)), { kind: "duration", seconds, text: canonical }));
  }

  for (const text of ["", "30", "1.5h", "30m1h", "1h1h", "-1s", "5 m", "1w"]) {
    it(`K6 refuses ${JSON.stringify(text)}`, () => assert.ok("problem" in parseDuration(text)));
  }
});

describe("settings: names, images and places", () => {
  const kometa = {
    repository: valueOf(parseRepositoryName("kometa-marketplace")),
    tag: valueOf(parseTag("v1.0-develop-11")),
  };
  const aws = {
    accountId: valueOf(parseAccountId("202533518394")),
    region: valueOf(parseRegion("us-east-1")),
  };

  it("K3 derives the image's reference from account, region and repository", () => {
    assert.equal(
      imageReference(aws, kometa),
      "202533518394.dkr.ecr.us-east-1.amazonaws.com/kometa-marketplace:v1.0-develop-11",
    );
  });

  it("K3 adds the digest, and the registry of China", () => {
    const digest = valueOf(parseDigest(`sha256:${"a".repeat(64)}`));
    const china = { ...aws, region: valueOf(parseRegion("cn-north-1")) };
    assert.equal(
      imageReference(china, { ...kometa, digest }),
      `202533518394.dkr.ecr.cn-north-1.amazonaws.com.cn/kometa-marketplace:v1.0-develop-11@sha256:${"a".repeat(64)}`,
    );
  });

  it("K2 takes only hosts that a DNS name can be", () => {
    const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/);
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 4 }), (labels) => {
        assert.ok("value" in parseHost([...labels, "com"].join(".")));
      }),
    );
    for (const bad of ["-a.com", "a-.com", "a..com", `${"a".repeat(64)}.com`, "a.com.", "a b.com"]) {
      assert.ok("problem" in parseHost(bad), bad);
    }
  });

  it("K8 takes an ARN apart", () => {
    assert.deepEqual(valueOf(parseArn("arn:aws:iam::202533518394:role/a/b")), {
      kind: "arn",
      partition: "aws",
      service: "iam",
      region: "",
      account: "202533518394",
      resource: "role/a/b",
      text: "arn:aws:iam::202533518394:role/a/b",
    });
  });

  it("K7 reads a taint as kubectl writes it", () => {
    assert.deepEqual(valueOf(parseToleration("spot-instance")), { key: "spot-instance", operator: "Exists" });
    assert.deepEqual(valueOf(parseToleration("example.com/spot=true:NoSchedule")), {
      key: "example.com/spot",
      operator: "Equal",
      value: "true",
      effect: "NoSchedule",
    });
    assert.deepEqual(valueOf(parseToleration("spot:NoExecute")), {
      key: "spot",
      operator: "Exists",
      effect: "NoExecute",
    });
  });

  it("K5 throws the problem where a text of the code itself is wrong", () => {
    assert.throws(
      () => valueOf(parseCpu("much")),
      new RangeError("expected a CPU quantity such as 200m or 0.5"),
    );
  });

  it("L7 knows a secret by its name", () => {
    const secret = [
      "DB_PASSWORD",
      "API_KEY",
      "HEALTHCHECK_TOKEN",
      "JWT_SECRET",
      "KEY",
      "AWS_SECRET_ACCESS_KEY",
      "apiKey",
      "DBPASSWORD",
    ];
    const plain = ["TOKEN_TTL", "PUBLIC_KEY", "MONKEY", "SECRET_NAME", "LOG_LEVEL", "KEYBOARD"];
    assert.deepEqual([...secret, ...plain].filter(hasSecretName), secret);
  });

  it("L7 knows a secret by its look", () => {
    const secret = [
      "postgres://a:b@c/d",
      "redis://:pass@host:6379",
      `AKIA${"A".repeat(16)}`,
      "-----BEGIN RSA PRIVATE KEY-----",
    ];
    const plain = ["https://example.com/a:b", "postgres://host/db", "info", "a@b.c"];
    assert.deepEqual([...secret, ...plain].filter(looksSecret), secret);
  });
});
