/** The providers of a stack: its own cluster and its own AWS account. */
import { Provider as AwsProvider } from "@pulumi/aws/provider";
import { Provider as KubernetesProvider } from "@pulumi/kubernetes/provider";
import type * as pulumi from "@pulumi/pulumi";
import { runtime } from "@pulumi/pulumi";
import type { StackSettings } from "../settings";
import { hasAwsCredentials } from "./aws-credentials";

/** Declares the providers. Both are explicit: a default one would follow whoever runs the program. */
export function declareProviders(stack: StackSettings): pulumi.ProviderResource[] {
  return [kubernetesProvider(stack), awsProvider(stack)];
}

/**
 * A hand edit takes a field's ownership: without force the next `up` fails with a conflict instead of undoing it.
 * The identifier keeps another path or another address of the same cluster from replacing every object.
 */
function kubernetesProvider({ stack, kubernetes }: StackSettings): KubernetesProvider {
  const args = {
    enableServerSideApply: true,
    enablePatchForce: true,
    clusterIdentifier: kubernetes.context ?? stack,
    ...(kubernetes.context === undefined ? {} : { context: kubernetes.context }),
    ...(kubernetes.kubeconfig === undefined ? {} : { kubeconfig: kubernetes.kubeconfig }),
  };
  return withoutVariable("KUBECONFIG", () => new KubernetesProvider("kubernetes", args));
}

/**
 * The SDK would write KUBECONFIG, a path of whoever ran last, into the state, and everybody's next refresh would look
 * there. Without it the plugin reads the variable of whoever runs now.
 */
function withoutVariable<T>(name: string, make: () => T): T {
  const environment = process.env;
  process.env = Object.fromEntries(Object.entries(environment).filter(([variable]) => variable !== name));
  try {
    return make();
  } finally {
    process.env = environment;
  }
}

/** Lets the plugin preview without an account. https://www.pulumi.com/registry/packages/aws/api-docs/provider/ */
const NO_ACCOUNT = {
  accessKey: "preview-only",
  secretKey: "preview-only",
  skipCredentialsValidation: true,
  skipRequestingAccountId: true,
  skipMetadataApiCheck: true,
};

function awsProvider({ aws }: StackSettings): AwsProvider {
  const { region, accountId } = aws;
  const withoutAccount = runtime.isDryRun() && !hasAwsCredentials();
  return new AwsProvider(
    "aws",
    { region, ...(withoutAccount ? NO_ACCOUNT : { allowedAccountIds: [accountId] }) },
    // What only a preview without an account sets is never a change of the stack.
    { ignoreChanges: [...Object.keys(NO_ACCOUNT), "allowedAccountIds"] },
  );
}
