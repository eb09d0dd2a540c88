import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { repositoryRoot } from "../../../engine/cache";
import { parseStackText, SettingsError } from "../../../settings";
import { ENVIRONMENTS, VARIABLES, variableProblems } from "../../../settings/systems/listacompra-variables";

type Edit = readonly [from: string | RegExp, to: string];

/** What the parse says of a stack's own file after some edits; each must hit. */
function saysOf(stack: string, edits: readonly Edit[], name = stack): readonly string[] {
  const file = `Pulumi.${stack}.yaml`;
  const text = edits.reduce(
    (before, [from, to]) => {
      const after = before.replace(from, to);
      assert.notEqual(after, before, `${String(from)} is not in ${file}`);
      return after;
    },
    readFileSync(path.join(repositoryRoot, file), "utf8"),
  );
  try {
    parseStackText({ stack: name, file, text });
    return [];
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    return error.lines.map((line) => line.replace(/^\S+:(\d+):(\d+) {2}/, ""));
  }
}

const lineOf = (variable: string) => new RegExp(`^ {6}${variable}: .*\n`, "m");
const PLACE = "golive:listacompra.environment";

describe("settings: ListaCompra", () => {
  for (const stack of ["staging", "production"]) {
    it(`L6 takes the variables of ${stack} as its file has them`, () => {
      assert.deepEqual(saysOf(stack, []), []);
    });
  }

  it("L6 names every variable that is missing, with its environment, all at once", () => {
    const missing = ["DATABASE_URL", "JWT_SECRET", "S3_BUCKET", "HEALTHCHECK_TOKEN"];
    assert.deepEqual(
      saysOf(
        "production",
        missing.map((name): Edit => [lineOf(name), ""]),
      ),
      [
        `${PLACE}.DATABASE_URL: missing; expected DATABASE_URL on production: Cadena de conexión PostgreSQL`,
        `${PLACE}.JWT_SECRET: missing; expected JWT_SECRET on production: Secreto de firma JWT`,
        `${PLACE}.S3_BUCKET: missing; expected S3_BUCKET on production: Bucket para adjuntos/documentos`,
        `${PLACE}.HEALTHCHECK_TOKEN: missing; expected HEALTHCHECK_TOKEN on production: Token de autenticación para healthchecks`,
      ],
    );
  });

  it("L6 names a variable that belongs to another environment", () => {
    const edit: Edit = [
      lineOf("JWT_SECRET"),
      "      JWT_SECRET: { generate: {} }\n      S3_BUCKET: somewhere\n",
    ];
    assert.deepEqual(saysOf("staging", [edit]), [
      `${PLACE}.S3_BUCKET: expected no S3_BUCKET on staging: it belongs to production alone; remove it`,
    ]);
  });

  it("L6 takes the variables of the table in one place, not in a workload's own environment", () => {
    const edit: Edit = [
      "      release: listacompra-stg\n",
      "      release: listacompra-stg\n      environment: { REDIS_URL: x }\n",
    ];
    assert.deepEqual(saysOf("staging", [edit]), [
      "golive:listacompra.api.environment.REDIS_URL: expected REDIS_URL in golive:listacompra.environment, which the API and the worker share; move it there",
    ]);
  });

  it("L6 L7 refuses a variable of the vault in plain, and shows nothing of it", () => {
    const edit: Edit = [lineOf("REDIS_URL"), "      REDIS_URL: redis://planted-7f3a:6379\n"];
    const [said = "", ...more] = saysOf("staging", [edit]);
    assert.deepEqual(more, []);
    assert.match(said, /REDIS_URL: .*expected a secret for REDIS_URL on staging/);
  });

  it("L6 reads the environment from the stack's name, and refuses a stack of neither", () => {
    assert.deepEqual(saysOf("staging", [], "staging-eu"), []);
    assert.match(
      saysOf("staging", [], "develop").join("\n"),
      /golive:listacompra: expected on a stack named staging or production/,
    );
  });

  it("L3 asks for a semantic version on production, and for any fixed one on staging", () => {
    const edit: Edit = [/(repository: listacompra\n +tag: )\S+/, "$11.0-rc"];
    assert.deepEqual(saysOf("production", [edit]), [
      'golive:listacompra.image.tag: found "1.0-rc"; expected a semantic version on production, such as v1.4.0 (etiquetas semánticas vX.Y.Z)',
    ]);
    assert.deepEqual(saysOf("staging", [edit]), []);
  });

  it("L14 asks for backups on production", () => {
    const edit: Edit = [
      / {4}backup:\n(?: {6}.*\n)*(?= {4}telemetry:\n {6}jaeger: http:\/\/jaeger-collector\.observability\.svc:4317\n {6}loki)/,
      "",
    ];
    assert.deepEqual(saysOf("production", [edit]), [
      "golive:listacompra.backup: missing; expected backups on production: incremental every 6 h, full each day",
    ]);
  });

  it("L6 judges every choice of variables by the table, one message for each that is wrong", () => {
    const names = Object.keys(VARIABLES);
    const table = Object.entries(VARIABLES);
    fc.assert(
      fc.property(fc.subarray(names), fc.constantFrom("staging", "production"), (set, environment) => {
        const given = Object.fromEntries(set.map((name) => [name, { generate: {} }]));
        const wrong = table
          .filter(
            ([name, { environments }]) =>
              set.includes(name) !== environments.some((one) => one === environment),
          )
          .map(([name]) => `environment.${name}`);
        const found = variableProblems(environment, given);
        assert.deepEqual(
          found.map((problem) => problem.path.join(".")),
          wrong,
        );
        for (const { message } of found) assert.ok(message.includes(environment), message);
      }),
    );
  });

  it("L1 L6 has the document's table: who is set where", () => {
    const cells = Object.entries(VARIABLES).map(([name, { environments }]) => [
      name,
      ENVIRONMENTS.filter((one) => environments.some((other) => other === one)).join(" "),
    ]);
    assert.deepEqual(Object.fromEntries(cells), {
      DATABASE_URL: "local staging production",
      REDIS_URL: "local staging production",
      RABBITMQ_URL: "staging production",
      JWT_SECRET: "local staging production",
      PPLX_API_KEY: "local staging production",
      S3_BUCKET: "production",
      HEALTHCHECK_TOKEN: "production",
    });
  });
});
