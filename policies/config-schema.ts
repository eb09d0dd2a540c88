import type { PolicyConfigSchema } from "@pulumi/policy";
import * as z from "zod";
import { isRecord } from "./checks/field";
import type { Rule } from "./rule";

const configSchema = z.custom<PolicyConfigSchema>(isRecord);

/**
 * The schema by which the engine checks a rule's parameters in a policy configuration; undefined where it takes none. Defaults are left
 * out: the engine would hand them over as if they were configured, and what the stack file sets would never be heard.
 */
export function configSchemaOf({ parameters }: Rule): PolicyConfigSchema | undefined {
  if (parameters === undefined) return undefined;
  const schema = z.toJSONSchema(parameters, {
    io: "input",
    target: "draft-7",
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      delete jsonSchema.default;
    },
  });
  return configSchema.parse(JSON.parse(JSON.stringify({ properties: schema.properties ?? {} })));
}
