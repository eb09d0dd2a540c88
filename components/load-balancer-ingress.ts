/** An HTTPS door to a service: an AWS application load balancer made by the AWS Load Balancer Controller. */
import * as acm from "@pulumi/aws/acm";
import * as route53 from "@pulumi/aws/route53";
import * as wafv2 from "@pulumi/aws/wafv2";
import * as networking from "@pulumi/kubernetes/networking/v1";
import * as pulumi from "@pulumi/pulumi";

/** Where the certificate comes from: one that is named, one that ACM has already, or a new one. */
export type Certificate =
  | { readonly arn: pulumi.Input<string> }
  | {
      /** Domain of an issued certificate in ACM; the newest is taken. */
      readonly lookup: string;
    }
  | {
      readonly create: true;
      /** Hosted zone in which the validation records are made. @default - no records: a person makes them */
      readonly zoneId?: string;
    };

/** Who is turned away before the service: by a web ACL of one's own, or by a limit on each address. */
export type WebAcl =
  | { readonly arn: pulumi.Input<string> }
  | {
      /** Requests that one address may make in five minutes. */
      readonly rateLimit: number;
    };

export interface LoadBalancerIngressArgs {
  /** Name of the Ingress. */
  readonly name: string;
  readonly namespace: pulumi.Input<string>;
  /** Host that is served, and that the certificate is for. */
  readonly host: string;
  /** Service that takes the traffic, by the name of its port. */
  readonly service: { readonly name: string; readonly port: string };
  /** Path that answers 200 when the service can serve. */
  readonly healthPath: string;
  readonly certificate: Certificate;
  /** @default - no web ACL */
  readonly webAcl?: WebAcl;
  /** Whether the internet reaches it. @default "internet-facing" */
  readonly scheme?: "internet-facing" | "internal";
  /** Annotations beside golive's own, which they cannot replace. @default - none */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Tags of the AWS resources. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
}

const ALB = "alb.ingress.kubernetes.io";
/** TLS 1.3 and 1.2 with forward secrecy. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html */
const TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06";
/** Response headers that the listener adds; AWS Load Balancer Controller 2.10 or later sets them. */
const SECURITY_HEADERS = [
  "routing.http.response.strict_transport_security.header_value=max-age=31536000; includeSubDomains",
  "routing.http.response.x_content_type_options.header_value=nosniff",
  "routing.http.response.x_frame_options.header_value=DENY",
].join(",");

/**
 * Declares an Ingress of class `alb` for one host: HTTPS with TLS 1.2 or later, HTTP redirected, pods as targets, the
 * health check of the service, security headers; the certificate (made, looked up or given) and, where set, a web ACL.
 *
 * `up` does not wait for the load balancer's address: AWS takes minutes, and an address says nothing of health.
 *
 * @see K2, K8, K19 of the requirements; https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/
 */
export class LoadBalancerIngress extends pulumi.ComponentResource {
  readonly url: string;
  readonly certificateArn: pulumi.Output<string>;

  constructor(name: string, args: LoadBalancerIngressArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:LoadBalancerIngress", name, {}, opts);
    this.url = `https://${args.host}`;
    this.certificateArn = certificateArn(name, args, this);
    new networking.Ingress(
      name,
      {
        metadata: {
          name: args.name,
          namespace: args.namespace,
          annotations: annotations(args, this.certificateArn, webAclArn(name, args, this)),
        },
        spec: ingressSpec(args),
      },
      { parent: this },
    );
    this.registerOutputs({ url: this.url, certificateArn: this.certificateArn });
  }
}

function certificateArn(
  name: string,
  { certificate, host, tags }: LoadBalancerIngressArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  if ("arn" in certificate) return pulumi.output(certificate.arn);
  if ("lookup" in certificate) {
    const found = { domain: certificate.lookup, statuses: ["ISSUED"], mostRecent: true };
    return acm.getCertificateOutput(found, { parent }).arn;
  }
  const made = new acm.Certificate(
    name,
    { domainName: host, validationMethod: "DNS", tags: { ...tags } },
    { parent },
  );
  return certificate.zoneId === undefined ? made.arn : validatedArn(name, made, certificate.zoneId, parent);
}

/** The certificate's ARN once ACM has issued it: what uses it waits. */
function validatedArn(
  name: string,
  certificate: acm.Certificate,
  zoneId: string,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const record = (field: "resourceRecordName" | "resourceRecordType" | "resourceRecordValue") =>
    certificate.domainValidationOptions.apply((options) => options[0]?.[field] ?? "");
  const validation = new route53.Record(
    `${name}-validation`,
    {
      zoneId,
      name: record("resourceRecordName"),
      type: record("resourceRecordType"),
      records: [record("resourceRecordValue")],
      ttl: 60,
    },
    { parent },
  );
  const issued = new acm.CertificateValidation(
    name,
    { certificateArn: certificate.arn, validationRecordFqdns: [validation.fqdn] },
    { parent },
  );
  return issued.certificateArn;
}

function webAclArn(
  name: string,
  { webAcl, host, tags }: LoadBalancerIngressArgs,
  parent: pulumi.Resource,
): pulumi.Input<string> | undefined {
  if (webAcl === undefined || "arn" in webAcl) return webAcl?.arn;
  const visibility = (metricName: string) => ({
    cloudwatchMetricsEnabled: true,
    sampledRequestsEnabled: true,
    metricName,
  });
  const acl = new wafv2.WebAcl(
    name,
    {
      description: `Turns away an address that asks ${host} more than ${webAcl.rateLimit} times in five minutes`,
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      rules: [
        {
          name: "rate-limit",
          priority: 1,
          action: { block: {} },
          statement: {
            rateBasedStatement: { limit: webAcl.rateLimit, aggregateKeyType: "IP", evaluationWindowSec: 300 },
          },
          visibilityConfig: visibility(`${name}-rate-limit`),
        },
      ],
      visibilityConfig: visibility(name),
      tags: { ...tags },
    },
    { parent },
  );
  return acl.arn;
}

const annotations = (
  { annotations: own, healthPath, scheme = "internet-facing" }: LoadBalancerIngressArgs,
  certificate: pulumi.Input<string>,
  webAcl: pulumi.Input<string> | undefined,
) => ({
  ...own,
  "pulumi.com/skipAwait": "true",
  [`${ALB}/scheme`]: scheme,
  [`${ALB}/target-type`]: "ip",
  [`${ALB}/listen-ports`]: JSON.stringify([{ HTTP: 80 }, { HTTPS: 443 }]),
  [`${ALB}/ssl-redirect`]: "443",
  [`${ALB}/ssl-policy`]: TLS_POLICY,
  [`${ALB}/certificate-arn`]: certificate,
  [`${ALB}/healthcheck-path`]: healthPath,
  [`${ALB}/success-codes`]: "200",
  [`${ALB}/load-balancer-attributes`]: "routing.http.drop_invalid_header_fields.enabled=true",
  [`${ALB}/listener-attributes.HTTPS-443`]: SECURITY_HEADERS,
  ...(webAcl === undefined ? {} : { [`${ALB}/wafv2-acl-arn`]: webAcl }),
});

const ingressSpec = ({ host, service }: LoadBalancerIngressArgs) => ({
  ingressClassName: "alb",
  tls: [{ hosts: [host] }],
  rules: [
    {
      host,
      http: {
        paths: [
          {
            path: "/",
            pathType: "Prefix",
            backend: { service: { name: service.name, port: { name: service.port } } },
          },
        ],
      },
    },
  ],
});
