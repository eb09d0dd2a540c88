/** No secret in plain sight. */
import { checkEnvironmentSecrets, checkObjectSecrets } from "../checks/secrets";
import { everywhere } from "../levels";
import { onPods } from "../pods";
import type { Rule } from "../rule";

export const secretRules: readonly Rule[] = [
  {
    name: "secrets-in-env",
    severity: "critical",
    checks:
      "No variable, command or argument of a container, init container or ephemeral container holds a secret: by the form that its issuer gives it, by its name, or by how random it is.",
    mend: "Keep the secret in a Secret, refer to it by `secretKeyRef`, and change it.",
    requirements: ["L7", "K12"],
    upstream: ["polaris:sensitiveContainerEnvVar"],
    levels: everywhere("mandatory"),
    ...onPods(checkEnvironmentSecrets),
  },
  {
    name: "secrets-in-configmap",
    severity: "critical",
    checks:
      "No entry of a ConfigMap and no annotation holds a secret: by the form that its issuer gives it, by its name, or by how random it is.",
    mend: "Keep the secret in a Secret, and change it.",
    requirements: ["L7", "K12"],
    upstream: ["polaris:sensitiveConfigmapContent"],
    levels: everywhere("mandatory"),
    applies: ({ group, version }) => version !== undefined && group !== "helm.sh",
    judge: (subject) => checkObjectSecrets(subject),
  },
];
