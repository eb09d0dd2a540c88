import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { parse } from "yaml";
import { generatedFiles, stackFileSchema } from "../../../settings/json-schema";
import { MISTAKES } from "./mistakes";
import { GOOD, edited } from "./stack";

/** Mistakes between fields, or of a value's look, that only the parse can see. */
const BEYOND_SCHEMA =
  /ceiling of this|at most|beside autoscaling|golive:ceiling\.|each entry once|covers|where the load balancer|no zoneId|more than case|a secret: its name|registry, tag|more than 0|whole millicores|whole bytes|belongs to Kubernetes|not empty|expected an ARN|unknown namespace|store of External Secrets/;

describe("settings: the JSON Schema of a stack file", () => {
  for (const { path, text } of generatedFiles()) {
    it(`K12 ${path} is fresh (npx tsx settings/json-schema.ts --write)`, () => {
      assert.equal(readFileSync(join(__dirname, "../../..", path), "utf8"), text);
    });
  }

  const validate = new Ajv({ strict: true, allowUnionTypes: true, strictRequired: false }).compile(
    stackFileSchema(),
  );

  it("K12 passes a sound file, with other namespaces' keys and Pulumi's own", () => {
    const text = `encryptionsalt: v1:abc\n${GOOD}  aws:region: us-east-1\n  aws:secretKey:\n    secure: v1:AAAA\n`;
    assert.ok(validate(parse(text)), JSON.stringify(validate.errors));
  });

  for (const { ids, mistake, edits, says } of MISTAKES.filter((each) => !BEYOND_SCHEMA.test(each.says))) {
    it(`${ids} marks ${mistake}`, () => {
      assert.ok(!validate(parse(edited(...edits))), says);
    });
  }
});
