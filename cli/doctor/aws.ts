/** What `golive doctor` asks AWS, where this environment says with which credentials. */
import { parseArn } from "../../settings/arn";
import { hasAwsCredentials } from "../../systems/aws-credentials";

export interface IssuedCertificate {
  readonly status: string;
  /** End of validity; absent while it is not issued. */
  readonly to?: Date;
}

export interface AwsProbe {
  /** A certificate of ACM. Errors: AWS's own. */
  certificate(arn: string): Promise<IssuedCertificate>;
  /** `IMMUTABLE` or `MUTABLE`; undefined where the registry has no such repository. Errors: AWS's own. */
  repository(region: string, accountId: string, name: string): Promise<string | undefined>;
}

/** Undefined without credentials: the SDK would search the network for a machine's role. */
export function awsProbe(limitMs: number): AwsProbe | undefined {
  if (!hasAwsCredentials()) return undefined;
  // Node 20 is supported here; the SDK would print a paragraph about its own plans for it.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  const options = { maxAttempts: 1 };
  const limit = () => ({ abortSignal: AbortSignal.timeout(limitMs) });
  return {
    async certificate(arn) {
      const { ACMClient, DescribeCertificateCommand } = await import("@aws-sdk/client-acm");
      const client = new ACMClient({ ...options, region: regionOf(arn) });
      const { Certificate } = await client.send(
        new DescribeCertificateCommand({ CertificateArn: arn }),
        limit(),
      );
      return { status: Certificate?.Status ?? "unknown", to: Certificate?.NotAfter };
    },
    async repository(region, accountId, name) {
      const { ECRClient, DescribeRepositoriesCommand, RepositoryNotFoundException } =
        await import("@aws-sdk/client-ecr");
      const client = new ECRClient({ ...options, region });
      const command = new DescribeRepositoriesCommand({ registryId: accountId, repositoryNames: [name] });
      try {
        const { repositories } = await client.send(command, limit());
        return repositories?.[0]?.imageTagMutability ?? "MUTABLE";
      } catch (error) {
        if (error instanceof RepositoryNotFoundException) return undefined;
        throw error;
      }
    },
  };
}

function regionOf(arn: string): string {
  const parsed = parseArn(arn);
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed.value.region;
}
