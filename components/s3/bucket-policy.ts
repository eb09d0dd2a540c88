/** Who may do what to a bucket. Pure. */

/** A statement of a bucket's policy beside the refusal of plain HTTP. */
export type BucketStatement = Readonly<Record<string, unknown>>;

/** The policy of a bucket: nothing without TLS, and what else is given. */
export function bucketPolicy(arn: string, statements: readonly BucketStatement[]): string {
  const tlsOnly = {
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [arn, `${arn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [tlsOnly, ...statements] });
}

/**
 * Lets one CloudFront distribution read, and nobody else.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
 */
export const readByDistribution = (arn: string, distributionArn: string): BucketStatement => ({
  Sid: "ReadByDistribution",
  Effect: "Allow",
  Principal: { Service: "cloudfront.amazonaws.com" },
  Action: "s3:GetObject",
  Resource: `${arn}/*`,
  Condition: { StringEquals: { "AWS:SourceArn": distributionArn } },
});
