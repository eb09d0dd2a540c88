import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { restoredBy, secretPlaces, type SecretPlace } from "../../cli/recover/secret-places";
import { rotation, toRotate } from "../../cli/recover/secrets";
import { withSettings } from "../../cli/rollout/stack-file";
import { repositoryRoot } from "../../engine/cache";
import { readStackFile } from "../../settings";

const FILE = path.join(repositoryRoot, "Pulumi.production.yaml");
const settings = readStackFile(FILE);
const places = secretPlaces(settings.systems.listacompra);
const named = (name: string): SecretPlace => {
  const found = places.find((place) => place.name === name);
  assert.ok(found, name);
  return found;
};

describe("lost secrets", () => {
  it("L19 L7 every secret value of ListaCompra is found, and nothing that is none", () => {
    const variables = places.flatMap(({ path: at, name }) => (at.startsWith("environment.") ? [name] : []));
    assert.deepEqual(variables, [
      "DATABASE_URL",
      "HEALTHCHECK_TOKEN",
      "JWT_SECRET",
      "PPLX_API_KEY",
      "RABBITMQ_URL",
      "REDIS_URL",
    ]);
    assert.ok(places.some(({ path: at }) => at === "backup.cipher"));
    for (const [system, own] of Object.entries(settings.systems)) {
      for (const { path: at } of secretPlaces(own)) assert.match(at, /^[\w.-]+$/, system);
    }
  });

  it("L19 each comes back as its source says, and no value is shown", () => {
    const how = (name: string) => restoredBy(named(name), "listacompra");
    assert.match(how("DATABASE_URL"), /^restore listacompra\/production\/database, url, in the store/);
    assert.match(how("JWT_SECRET"), /an up writes it again; --rotate makes another \(version 2\)/);
    const own = { path: "database", name: "database", source: { kind: "secret" } } as const;
    assert.match(restoredBy(own, "guelaguetza"), /--path 'golive:guelaguetza\.database'/);
    const [found] = secretPlaces({ database: { kind: "secret", value: "planted-7f3a" } });
    assert.deepEqual(found, own);
  });

  it("L19 L7 what golive makes is rotated by the next number, in its line of the stack file", () => {
    const text = readFileSync(FILE, "utf8");
    const edited = withSettings(text, rotation("listacompra", toRotate(places, "JWT_SECRET")));
    assert.equal(edited, text.replace("{ length: 64, version: 1 }", "{ length: 64, version: 2 }"));
    assert.deepEqual(toRotate(places, "all"), [named("JWT_SECRET")]);
    assert.deepEqual(toRotate(places, undefined), []);
  });

  it("L19 what another owns is not rotated here, and it is said where", () => {
    assert.throws(() => toRotate(places, "JWT_SECRET,PPLX_API_KEY"), {
      name: "UserError",
      message: /golive makes environment\.JWT_SECRET, and not PPLX_API_KEY: .* a new one there first/,
    });
  });
});
