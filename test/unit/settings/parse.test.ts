import assert from "node:assert/strict";
import { inspect } from "node:util";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  SettingsError,
  parseStack,
  parseStackText,
  readStackFile,
  type StackSettings,
} from "../../../settings";
import { rollout } from "../../../settings/rollout";
import { MISTAKES } from "./mistakes";
import { FILE, GOOD, PLANTED, edited, engineConfig } from "./stack";

const STACK = { stack: "develop", file: FILE };

function refusal(parse: () => StackSettings): SettingsError {
  try {
    parse();
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
  assert.fail("these settings were accepted");
}

function outcome(parse: () => StackSettings): unknown {
  try {
    return parse();
  } catch (error) {
    return error;
  }
}

function fromText(text: string): StackSettings {
  return parseStackText({ ...STACK, text });
}

function fromEngine(text: string): StackSettings {
  return parseStack({ ...STACK, text, ...engineConfig(text) });
}

/** The lines of a refusal without the file's name. */
function linesOf(parse: () => StackSettings): readonly string[] {
  return refusal(parse).lines.map((line) => line.slice(FILE.length).replace(/^:/, "").trimStart());
}

describe("settings: a sound stack", () => {
  it("K1 K2 K3 K4 K5 K6 K7 K8 E12 gives Kometa's values, parsed", () => {
    const { aws, ceiling, kubernetes, systems, stack, file } = fromEngine(GOOD);
    assert.deepEqual(
      { aws, kubernetes, stack, file },
      {
        aws: { accountId: "202533518394", region: "us-east-1" },
        kubernetes: { context: "kometa-develop" },
        stack: "develop",
        file: FILE,
      },
    );
    assert.deepEqual(ceiling, {
      cpu: { kind: "cpu", millicores: 500, text: "500m" },
      memory: { kind: "memory", bytes: 512 * 1024 ** 2, text: "512Mi" },
    });
    const { environment, ...kometa } = systems.kometa ?? assert.fail("no kometa");
    const resources = {
      cpu: { kind: "cpu", millicores: 200, text: "200m" },
      memory: { kind: "memory", bytes: 200 * 1024 ** 2, text: "200Mi" },
    };
    assert.deepEqual(kometa, {
      namespace: "kometa-develop",
      release: "kometa-develop",
      host: "marketplace.kometadeveloper.xyz",
      port: 3000,
      healthPath: "/health",
      image: { repository: "kometa-marketplace", tag: "v1.0-develop-11" },
      replicas: 1,
      limits: resources,
      requests: resources,
      tolerations: [{ key: "spot-instance", operator: "Exists" }],
      certificate: { kind: "create", zoneId: undefined },
      pullPrincipals: [],
      shutdownGrace: { kind: "duration", seconds: 30, text: "30s" },
      timeout: { kind: "duration", seconds: 600, text: "10m" },
      contacts: { channels: {}, people: [], escalation: [], urls: { dashboards: [], logs: [] } },
      rollout: rollout.parse({}),
    });
    assert.deepEqual(
      environment.map(({ name, kind }) => [name, kind]),
      [
        ["DB_PASSWORD", "reference"],
        ["JWT_SECRET", "secret"],
        ["LOG_LEVEL", "plain"],
      ],
    );
  });

  it("K12 gives the same from the engine, from the text and from the file", () => {
    const folder = mkdtempSync(join(tmpdir(), "golive-settings-"));
    try {
      writeFileSync(join(folder, FILE), GOOD);
      assert.deepEqual(readStackFile(join(folder, FILE)), fromText(GOOD));
      assert.equal(JSON.stringify(fromEngine(GOOD)), JSON.stringify(fromText(GOOD)));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("L7 hands a secret's value to the program and shows it nowhere", () => {
    const settings = fromEngine(GOOD);
    const secret = settings.systems.kometa?.environment.find(({ name }) => name === "JWT_SECRET");
    assert.ok(secret?.kind === "secret");
    assert.equal(secret.value.reveal(), PLANTED);
    for (const shown of [
      JSON.stringify(settings),
      inspect(settings, { depth: 9, showHidden: true }),
      String(secret.value),
    ]) {
      assert.ok(!shown.includes(PLANTED));
    }
  });

  it("K12 L7 keeps secret what the engine calls secret, where the file beside the program marks nothing", () => {
    const plain = edited(["      JWT_SECRET:\n        secure: v1:AAAA\n", ""]);
    const settings = parseStack({ stack: "develop", file: FILE, text: plain, ...engineConfig(GOOD) });
    const variable = settings.systems.kometa?.environment.find(({ name }) => name === "JWT_SECRET");
    assert.equal(variable?.kind, "secret");
  });

  it("L7 keeps a secret sealed where the file is read without the engine", () => {
    const secret = fromText(GOOD).systems.kometa?.environment.find(({ name }) => name === "JWT_SECRET");
    assert.ok(secret?.kind === "secret");
    assert.equal(secret.value.reveal(), undefined);
  });

  it("L7 takes every variable of a key with secrets for secret when the file is not at hand", () => {
    const { systems } = parseStack({ ...STACK, ...engineConfig(GOOD) });
    const kinds = systems.kometa?.environment.map(({ name, kind }) => [name, kind]);
    assert.deepEqual(kinds, [
      ["DB_PASSWORD", "reference"],
      ["JWT_SECRET", "secret"],
      ["LOG_LEVEL", "secret"],
    ]);
  });

  it("K4 changes one value with one line", () => {
    const before = fromText(GOOD);
    const after = fromText(edited(["v1.0-develop-11", "v1.0-develop-12"]));
    const text = JSON.stringify(before).replace("v1.0-develop-11", "v1.0-develop-12");
    assert.equal(JSON.stringify(after), text);
  });

  it("K12 leaves the keys of providers and of Pulumi alone", () => {
    const text = GOOD.replace(
      "config:\n",
      "encryptionsalt: v1:abc\nsecretsprovider: passphrase\nenvironment: [a]\nconfig:\n  aws:region: us-east-1\n  kubernetes:context: x\n",
    );
    assert.deepEqual(fromText(text), fromText(GOOD));
    assert.deepEqual(fromEngine(text).aws, fromText(GOOD).aws);
  });

  it("K12 takes a key as Pulumi does: bare, or with the older golive:config", () => {
    for (const key of ["aws", "golive:config:aws"]) {
      assert.deepEqual(fromText(edited(["golive:aws", key])), fromText(GOOD));
    }
  });

  it("D12 holds no system that the file does not name", () => {
    assert.deepEqual(fromText(GOOD.slice(0, GOOD.indexOf("  golive:kometa:"))).systems, {});
  });
});

describe("settings: one mistake, one line", () => {
  it("K12 knows at least 45 kinds of mistake", () => {
    assert.ok(MISTAKES.length >= 45);
    assert.equal(new Set(MISTAKES.map(({ mistake }) => mistake)).size, MISTAKES.length);
  });

  for (const { ids, mistake, edits, says } of MISTAKES) {
    it(`${ids} refuses ${mistake}`, () => {
      const text = edited(...edits);
      assert.deepEqual(
        linesOf(() => fromText(text)),
        [says],
      );
      assert.deepEqual(
        linesOf(() => fromEngine(text)),
        [says],
      );
    });
  }

  it("K12 says the same without line and column when the file is not at hand", () => {
    const needsText = /found (?:the number|the date|a secret)|\.environment\./;
    for (const { edits, says } of MISTAKES.filter((each) => !needsText.test(each.says))) {
      const { config } = engineConfig(edited(...edits));
      const lines = linesOf(() => parseStack({ ...STACK, config })).filter(
        (line) => !line.includes("JWT_SECRET"),
      );
      assert.deepEqual(lines, [says.replace(/^\d+:\d+\s+/, "")]);
    }
  });
});

interface Broken {
  readonly mistake: string;
  readonly text: string;
  readonly says: readonly string[];
}

const BROKEN: readonly Broken[] = [
  { mistake: "an empty file", text: "", says: ["found nothing; expected a mapping with the key config"] },
  {
    mistake: "a list for a file",
    text: "- config\n",
    says: ["found a list of 1; expected a mapping with the key config"],
  },
  {
    mistake: "a mistyped config",
    text: GOOD.replace("config:", "confg:"),
    says: [
      "2:1  confg: unknown key; did you mean config? expected one of: config, encryptionsalt, encryptedkey, secretsprovider, environment",
    ],
  },
  {
    mistake: "a list for config",
    text: "config:\n  - golive:aws\n",
    says: ["2:3  config: found a list of 1; expected a mapping of golive's keys"],
  },
  {
    mistake: "a key given twice",
    text: GOOD.replace("    replicas: 1\n", "    replicas: 1\n    replicas: 2\n"),
    says: ["19:5  expected each key once; remove one of the two"],
  },
  {
    mistake: "a tab",
    text: GOOD.replace("    region", "\tregion"),
    says: ["5:1  expected spaces; a tab does not indent YAML"],
  },
];

describe("settings: a file that cannot be read", () => {
  for (const { mistake, text, says } of BROKEN) {
    it(`K12 refuses ${mistake}`, () =>
      assert.deepEqual(
        linesOf(() => fromText(text)),
        says,
      ));
  }

  it("K12 refuses a bracket that is not closed, with its line", () => {
    const lines = linesOf(() => fromText(edited(["memory: 200Mi }", "memory: 200Mi"])));
    assert.match(lines[0] ?? "", /^\d+:\d+ {2}expected YAML: /);
  });

  it("K12 refuses a file by another name, and one that is not there", () => {
    assert.match(
      refusal(() => readStackFile("/nowhere/stack.yaml")).message,
      /expected a file named Pulumi\.<stack>\.yaml/,
    );
    assert.match(
      refusal(() => readStackFile("/nowhere/Pulumi.x.yaml")).message,
      /\/nowhere\/Pulumi\.x\.yaml; it cannot be read/,
    );
  });

  it("K12 refuses a text of the engine that is no JSON, without showing it", () => {
    const { config } = engineConfig(GOOD);
    const lines = linesOf(() =>
      parseStack({ ...STACK, config: { ...config, "golive:kometa": `{"a": "${PLANTED}` } }),
    );
    assert.deepEqual(lines, ["golive:kometa: expected a mapping; this text does not parse as JSON"]);
  });

  it("K12 names what an empty configuration lacks", () => {
    assert.deepEqual(
      linesOf(() => parseStack({ ...STACK, config: {} })),
      [
        "golive:aws: missing; expected a mapping with keys of: accountId, region, oidcProvider",
        "golive:ceiling: missing; expected a mapping with keys of: cpu, memory",
      ],
    );
  });
});

describe("settings: many mistakes", () => {
  const text = edited(
    ["us-east-1", "us-esat-1"],
    ["host: marketplace", "host: https://marketplace"],
    ["v1.0-develop-11", "latest"],
    ["cpu: 200m, memory: 200Mi", "cpu: 2, memory: 2Xi"],
    ["LOG_LEVEL: info", `API_TOKEN: ${PLANTED}`],
    ["certificate", "certifcate"],
  );

  it("K5 K12 lists all of them at once, in the order of the file", () => {
    const paths = linesOf(() => fromEngine(text)).map((line) => /golive:[\w.]+/.exec(line)?.[0]);
    assert.deepEqual(paths, [
      "golive:aws.region",
      "golive:kometa.host",
      "golive:kometa.image.tag",
      "golive:kometa.limits.cpu",
      "golive:kometa.limits.memory",
      "golive:kometa.certifcate",
      "golive:kometa.environment.API_TOKEN",
    ]);
  });

  it("K5 K12 heads them with the file and their number", () => {
    assert.equal(refusal(() => fromEngine(text)).message.split("\n")[0], `${FILE}: 7 mistakes`);
  });

  it("L7 shows no secret in any message", () => {
    const texts = [text, ...MISTAKES.map(({ edits }) => edited(...edits))];
    for (const each of texts) {
      for (const parse of [fromText, fromEngine])
        assert.ok(!refusal(() => parse(each)).message.includes(PLANTED));
      const without = outcome(() => parseStack({ ...STACK, ...engineConfig(each) }));
      assert.ok(!inspect(without, { depth: 9 }).includes(PLANTED));
    }
  });
});
