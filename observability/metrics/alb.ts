/**
 * What CloudWatch says of an application load balancer, by prometheus-community/yet-another-cloudwatch-exporter. Pure.
 *
 * Assumed of the exporter's job for `AWS/ApplicationELB`: a period of 60 s, `nilToZero` for sums, the statistics named
 * below, and `exportedTagsOnMetrics` with `ingress.k8s.aws/resource`, which the AWS Load Balancer Controller puts on each
 * target group as `<namespace>/<Ingress>-<Service>:<port>`. Each value is one minute's: a gauge.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
import { gauge } from "./metric";

const LABELS = ["tag_ingress_k8s_aws_resource", "dimension_TargetGroup", "dimension_LoadBalancer"] as const;

/** Seconds that one value of CloudWatch is of. */
export const ALB_PERIOD_SECONDS = 60;

export const ALB = {
  requests: gauge("aws_applicationelb_request_count_sum", LABELS, {
    unit: "requests",
    exporter: "cloudwatch-exporter",
    help: "Requests of the last minute.",
  }),
  errors: gauge("aws_applicationelb_httpcode_target_5_xx_count_sum", LABELS, {
    unit: "requests",
    exporter: "cloudwatch-exporter",
    help: "Requests of the last minute that targets answered with 5xx.",
  }),
  durationP95: gauge("aws_applicationelb_target_response_time_p95", LABELS, {
    unit: "seconds",
    exporter: "cloudwatch-exporter",
    help: "95th percentile of the last minute's times from the request's departure to the target's first byte.",
  }),
  durationMean: gauge("aws_applicationelb_target_response_time_average", LABELS, {
    unit: "seconds",
    exporter: "cloudwatch-exporter",
    help: "Mean of the last minute's times from the request's departure to the target's first byte.",
  }),
} as const;
