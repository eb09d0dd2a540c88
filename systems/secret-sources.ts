/** Where a system's secret values come from, out of its settings. */
import * as pulumi from "@pulumi/pulumi";
import type { SecretSource } from "../components/secret-objects";
import type { EnvironmentVariable, SecretValue } from "../settings";

/** What a secret whose value is not known, because no engine decrypted the stack file, is declared with. */
const UNREVEALED = "[secret]";

/** The source of one secret value. */
export function secretSource(value: SecretValue): SecretSource {
  switch (value.kind) {
    case "secret":
      return { value: pulumi.secret(value.value.reveal() ?? UNREVEALED) };
    case "reference":
      return { secretRef: { name: value.secret, key: value.key } };
    case "generated":
      return { generate: { length: value.length, version: value.version } };
    case "external":
      return { external: { key: value.key, property: value.property, version: value.version } };
    case "sealed":
      return { sealed: value.text };
  }
}

/** The variables that are plain, and the sources of those that are not, each by its name. */
export function variables(environment: readonly EnvironmentVariable[]): {
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, SecretSource>>;
} {
  const plain: Record<string, string> = {};
  const secrets: Record<string, SecretSource> = {};
  for (const variable of environment) {
    if (variable.kind === "plain") plain[variable.name] = variable.value;
    else secrets[variable.name] = secretSource(variable);
  }
  return { environment: plain, secrets };
}
