/** Amazon Resource Names, in parts. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html Pure. */
import type { Parsed } from "./parsed";

/** A parsed ARN; `Service` narrows it where only one service's will do. */
export interface Arn<Service extends string = string> {
  readonly kind: "arn";
  readonly partition: string;
  readonly service: Service;
  /** Empty for a service without regions, such as IAM. */
  readonly region: string;
  /** Twelve digits; empty where the service leaves it out. */
  readonly account: string;
  /** The rest, e.g. `certificate/1234`. */
  readonly resource: string;
  readonly text: string;
}

const ARN = /^arn:(aws|aws-cn|aws-us-gov):([a-z0-9-]+):([a-z0-9-]*):(\d{12})?:(\S+)$/;

/** An ARN of any service. */
export function parseArn(text: string): Parsed<Arn> {
  const match = ARN.exec(text);
  if (!match) return { problem: "expected an ARN: arn:aws:<service>:<region>:<account>:<resource>" };
  const [, partition = "", service = "", region = "", account = "", resource = ""] = match;
  return { value: { kind: "arn", partition, service, region, account, resource, text } };
}

interface Kind<Service extends string> {
  readonly service: Service;
  readonly resource: RegExp;
  readonly example: string;
}

const CERTIFICATE: Kind<"acm"> = {
  service: "acm",
  resource: /^certificate\/[\w-]+$/,
  example: "arn:aws:acm:us-east-1:123456789012:certificate/1a2b3c4d-…",
};

const WEB_ACL: Kind<"wafv2"> = {
  service: "wafv2",
  resource: /^regional\/webacl\/[\w-]+\/[\w-]+$/,
  example: "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/name/1a2b3c4d-…",
};

const PRINCIPAL: Kind<"iam"> = {
  service: "iam",
  resource: /^(?:root|(?:role|user)\/[\w+=,.@/-]+)$/,
  example: "arn:aws:iam::123456789012:role/name",
};

function isOf<Service extends string>(arn: Arn, kind: Kind<Service>): arn is Arn<Service> {
  return arn.service === kind.service && kind.resource.test(arn.resource);
}

function parseOf<Service extends string>(text: string, kind: Kind<Service>): Parsed<Arn<Service>> {
  const parsed = parseArn(text);
  if ("value" in parsed && isOf(parsed.value, kind)) return { value: parsed.value };
  return { problem: `expected an ARN such as ${kind.example}` };
}

/** The ARN of an ACM certificate. */
export function parseCertificateArn(text: string): Parsed<Arn<"acm">> {
  return parseOf(text, CERTIFICATE);
}

/** The ARN of a regional WAF web ACL, the only scope that a load balancer takes. */
export function parseWebAclArn(text: string): Parsed<Arn<"wafv2">> {
  return parseOf(text, WEB_ACL);
}

/** The ARN of an IAM role, user or account root. */
export function parsePrincipalArn(text: string): Parsed<Arn<"iam">> {
  return parseOf(text, PRINCIPAL);
}
