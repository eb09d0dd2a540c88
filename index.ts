/** The program: reads the stack's settings, declares its systems, and gives their outputs (E12). */
import { existsSync, readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { declareProviders } from "./systems/providers";
import { parseStack, SettingsError, type StackSettings } from "./settings";
import { declareSystems } from "./systems";

function readSettings(): StackSettings {
  const stack = pulumi.getStack();
  const file = `Pulumi.${stack}.yaml`;
  try {
    return parseStack({
      stack,
      file,
      text: existsSync(file) ? readFileSync(file, "utf8") : undefined,
      config: pulumi.runtime.allConfig(),
    });
  } catch (error) {
    throw error instanceof SettingsError ? new pulumi.RunError(error.message) : error;
  }
}

export = async () => {
  const settings = readSettings();
  return declareSystems(settings, { providers: declareProviders(settings) });
};
