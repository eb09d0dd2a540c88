/** The pod that empties the caches of a CloudFront distribution, and waits until they are empty. Pure. */
import type { Input } from "@pulumi/pulumi";
import { type CpuAndMemory, literal, resources, RESTRICTED_CONTAINER, RESTRICTED_POD } from "../jobs/once";

/** Pinned by tag: the registry's digest is for whoever mirrors it. https://gallery.ecr.aws/aws-cli/aws-cli */
export const IMAGE = "public.ecr.aws/aws-cli/aws-cli:2.31.0";

/**
 * Asks for the invalidation of every path and waits for it. The reference names the run, not only the version: CloudFront
 * answers a reference that it has seen with the invalidation of that time, so that a version which comes back after
 * another would be served from caches that hold the other; and a second request of one run asks for nothing new.
 * https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_InvalidationBatch.html
 */
export const SCRIPT = `set -eu
batch="{\\"Paths\\":{\\"Quantity\\":1,\\"Items\\":[\\"/*\\"]},\\"CallerReference\\":\\"$VERSION-$RUN\\"}"
id=$(aws cloudfront create-invalidation --distribution-id "$DISTRIBUTION" --invalidation-batch "$batch" \\
  --query Invalidation.Id --output text)
echo "distribution $DISTRIBUTION, version $VERSION: invalidation $id"
aws cloudfront wait invalidation-completed --distribution-id "$DISTRIBUTION" --id "$id"
echo "invalidation $id is complete"
`;

/** What the pod is made from. */
export interface Invalidation {
  readonly distribution: Input<string>;
  readonly version: string;
  readonly serviceAccount: Input<string>;
  readonly limits: CpuAndMemory;
}

/** Spec of the pod. */
export const invalidationPod = ({ distribution, version, serviceAccount, limits }: Invalidation) => ({
  ...RESTRICTED_POD,
  serviceAccountName: serviceAccount,
  containers: [
    {
      name: "invalidation",
      image: IMAGE,
      command: ["sh", "-c", literal(SCRIPT)],
      env: [
        { name: "DISTRIBUTION", value: distribution },
        { name: "VERSION", value: version },
        // The same for every pod of one Job, and for no other Job.
        {
          name: "RUN",
          valueFrom: { fieldRef: { fieldPath: "metadata.labels['batch.kubernetes.io/controller-uid']" } },
        },
        { name: "AWS_REGION", value: "us-east-1" },
        { name: "AWS_RETRY_MODE", value: "standard" },
        { name: "AWS_MAX_ATTEMPTS", value: "5" },
        // The tool keeps its cache in the home folder; the image's own cannot be written to.
        { name: "HOME", value: "/tmp" },
      ],
      resources: resources(limits),
      securityContext: RESTRICTED_CONTAINER,
      // What was said last is the pod's message, which the failed `up` shows.
      terminationMessagePolicy: "FallbackToLogsOnError",
      volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
    },
  ],
  volumes: [{ name: "tmp", emptyDir: { sizeLimit: "64Mi" } }],
});
