/** The program: reads the stack's settings, declares its systems, and gives their outputs (E12). */
import "./startup";
import { existsSync, readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import * as z from "zod";
import { declareProviders } from "./systems/providers";
import { parseStack, SettingsError, type StackSettings } from "./settings";
import { declareSystems } from "./systems";
import { gateTransformation } from "./systems/gate";
import { waveTransformation } from "./systems/wave-gate";
import { refuseUnready, releasesOf, tellMigrations } from "./systems/releases";
import { routerValues } from "./systems/router-values";

/** Where the language host says which configuration is secret; the SDK reads it too, and keeps it to itself. */
const secretKeys = z.array(z.string());

function readSettings(): StackSettings {
  const stack = pulumi.getStack();
  const file = `Pulumi.${stack}.yaml`;
  try {
    return parseStack({
      stack,
      file,
      text: existsSync(file) ? readFileSync(file, "utf8") : undefined,
      config: pulumi.runtime.allConfig(),
      secretKeys: secretKeys.parse(JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? "[]")),
    });
  } catch (error) {
    throw error instanceof SettingsError ? new pulumi.RunError(error.message) : error;
  }
}

/** Each change of what carries a canary's traffic, and of what brings a wave's version, passes the gate. */
function gated(settings: StackSettings): pulumi.ComponentResourceOptions {
  const gates = [gateTransformation(settings), waveTransformation(settings)];
  return { transformations: gates.flatMap((gate) => gate ?? []) };
}

export = async () => {
  const settings = readSettings();
  const releases = await releasesOf(settings);
  refuseUnready(settings, releases);
  tellMigrations(releases);
  const options = () => ({ providers: declareProviders(settings), ...gated(settings) });
  const systems = await declareSystems(settings, options, releases);
  return { ...systems, ...routerValues(settings) };
};
