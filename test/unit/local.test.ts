import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import Ajv from "ajv/dist/2020";
import { parse } from "yaml";
import { z } from "zod";
import { localCommand } from "../../cli/local";
import { composeFile } from "../../cli/local/compose";
import { environmentFile } from "../../cli/local/environment-file";
import { repositoryRoot } from "../../engine/cache";
import { LOCAL_SERVICES, LOCAL_VALUES } from "../../settings/systems/listacompra-local";
import { VARIABLES } from "../../settings/systems/listacompra-variables";
import { withEnvironment } from "../support/environment";

const FIXTURE = path.join(repositoryRoot, "test", "fixtures", "compose-spec", "compose-spec.json");

const composed = z.object({
  name: z.string(),
  services: z.record(
    z.string(),
    z.object({
      image: z.string(),
      ports: z.array(z.string()),
      volumes: z.array(z.string()),
      command: z.array(z.string()).optional(),
      healthcheck: z.object({ test: z.array(z.string()) }),
    }),
  ),
  volumes: z.record(z.string(), z.object({})),
});

const ERRORS = {
  "--version": "Docker is not there: install it (https://docs.docker.com/get-docker/)",
  compose:
    "Docker has no compose plugin: install docker-compose-plugin (https://docs.docker.com/compose/install/)",
  info: "Docker's engine does not answer: start it (systemctl start docker, or Docker Desktop)",
} as const;

describe("golive local", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "golive-local-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const local = (writeOnly = true) =>
    localCommand("listacompra", { out: folder, stack: "staging", writeOnly });
  const read = (file: string) => readFile(path.join(folder, file), "utf8");

  /** Puts a `docker` on PATH that writes down its words, and fails where they begin with `failing`. */
  async function withDocker<T>(failing: string, work: () => Promise<T>): Promise<T> {
    const program = path.join(folder, "docker");
    const script = `#!/bin/sh\necho "$@" >> "${folder}/calls"\ncase "$1" in "${failing}") echo "no ${failing}" >&2; exit 1;; esac\n`;
    await writeFile(program, script);
    await chmod(program, 0o755);
    return withEnvironment({ PATH: `${folder}:${process.env.PATH ?? ""}` }, work);
  }

  it("L1 writes a Compose file that the Compose Specification's own schema takes", async () => {
    await local();
    const schema = z.record(z.string(), z.unknown()).parse(JSON.parse(await readFile(FIXTURE, "utf8")));
    const ajv = new Ajv({ strict: false, validateFormats: false });
    const isCompose = ajv.compile(schema);
    const text = await read("compose.yaml");
    assert.ok(isCompose(parse(text)), JSON.stringify(isCompose.errors));
    assert.ok(!isCompose(parse(text.replace("image:", "imaje:"))), "the schema takes anything");
  });

  it("L1 has PostgreSQL, Redis and RabbitMQ: fixed images, health checks, volumes, and ports of this machine alone", async () => {
    await local();
    const { services, volumes } = composed.parse(parse(await read("compose.yaml")));
    assert.deepEqual(Object.keys(services), ["postgres", "redis", "rabbitmq"]);
    for (const [name, service] of Object.entries(services)) {
      assert.match(service.image, /^[a-z]+:\d+\.\d+/);
      assert.equal(service.healthcheck.test[0], "CMD");
      assert.ok(
        service.ports.length > 0 && service.ports.every((port) => /^127\.0\.0\.1:(\d+):\1$/.test(port)),
      );
      assert.deepEqual(
        service.volumes.map((volume) => volume.split(":")[0]),
        [`${name}-data`],
      );
    }
    assert.deepEqual(
      Object.keys(volumes),
      Object.keys(services).map((name) => `${name}-data`),
    );
  });

  it("L1 writes words as words, whichever YAML they are read as", () => {
    const text = composeFile("listacompra", LOCAL_SERVICES);
    for (const version of ["1.1", "1.2"] as const) {
      const { services } = composed.parse(parse(text, { version }));
      assert.deepEqual(services.redis?.command, ["redis-server", "--appendonly", "yes"]);
    }
  });

  it("L1 L6 writes the variables of the table's Local column, and those of the stack's API", async () => {
    await local();
    const lines = (await read(".env.example")).split("\n");
    const names = lines.flatMap((line) => /^(\w+)=/.exec(line)?.[1] ?? []);
    const asked = Object.entries(VARIABLES)
      .filter(([, { environments }]) => environments.some((one) => one === "local"))
      .map(([name]) => name);
    assert.deepEqual(names, [...asked, "PORT"]);
    assert.deepEqual(Object.keys(LOCAL_VALUES), asked);
    assert.ok(lines.includes("DATABASE_URL=postgresql://listacompra:listacompra@127.0.0.1:5432/listacompra"));
    assert.ok(lines.includes("# RABBITMQ_URL=amqp://listacompra:listacompra@127.0.0.1:5672"));
  });

  it("L1 quotes what a shell would read otherwise", () => {
    const text = environmentFile("shop", [{ name: "A", value: "it's $HOME", description: "x" }]);
    assert.match(text, /^A='it'\\''s \$HOME'$/m);
  });

  it("L1 starts the services and waits for them, and gives Docker's exit code", async () => {
    assert.equal(await withDocker("none", () => local(false)), 0);
    const calls = (await read("calls")).trim().split("\n");
    assert.equal(calls.at(-1), `compose --file ${path.join(folder, "compose.yaml")} up -d --wait`);
  });

  it("L1 starts nothing with --write-only", async () => {
    await withDocker("none", () => local());
    await assert.rejects(read("calls"), { code: "ENOENT" });
  });

  for (const [failing, mend] of Object.entries(ERRORS)) {
    it(`L1 says how to mend it where docker ${failing} fails, with the files written`, async () => {
      await assert.rejects(
        withDocker(failing, () => local(false)),
        {
          name: "UserError",
          message: `${mend}, or call golive local with --write-only.\n  no ${failing}`,
        },
      );
      assert.match(await read("compose.yaml"), /postgres/);
    });
  }

  it("L1 names the systems that there are, for one that has no environment Local", async () => {
    await assert.rejects(localCommand("kometa", { out: folder, stack: "staging" }), {
      name: "UserError",
      message: '"kometa" has no environment Local; expected one of: listacompra',
    });
  });
});
