/**
 * Requests of hosts by CloudWatch's figures of an application load balancer: one value a minute. Pure.
 *
 * A target group is an Ingress' Service; golive's Ingress of class `alb` has one. What the load balancer itself answers
 * with 5xx, having no target, is not of a target group: the health check tells of it.
 */
import { ALB, ALB_PERIOD_SECONDS } from "../../metrics/alb";
import { avg, literally, overTime, select, sum } from "../../promql/expression";
import type { InputSeries, Run } from "../signal";
import { noise, seriesOf } from "../test-series";
import { gauged, level, TERRIBLE } from "./load";
import type { Host, Load, RouterMetrics } from "./router";

const groupOf = ({ namespace, service, traffic: { route } }: Host): string =>
  `${namespace}/${route}-${service}:`;

const of = (host: Host) => ({
  tag_ingress_k8s_aws_resource: { like: literally(groupOf(host)) + ".+" },
});

export const alb: RouterMetrics = {
  requests: (host, window, before) =>
    sum(overTime("avg", select(ALB.requests, of(host), before), window))
      .all()
      .dividedBy(ALB_PERIOD_SECONDS),
  errors: (host, window) =>
    sum(overTime("avg", select(ALB.errors, of(host)), window))
      .all()
      .dividedBy(ALB_PERIOD_SECONDS),
  // A percentile of minutes cannot be had from theirs: this is their mean.
  latencyP95: (host, window) => avg(overTime("avg", select(ALB.durationP95, of(host)), window)).all(),
  latencyMean: (host, window) => avg(overTime("avg", select(ALB.durationMean, of(host)), window)).all(),
  tellsSides: false,
  series: (host, asked, run) => figures(resourceOf(host), asked, run),
  noise: (host, run) => noise(others(host).flatMap((other) => figures(resourceOf(other), TERRIBLE, run))),
};

const resourceOf = (host: Host): string => `${groupOf(host)}http`;

const others = (host: Host): readonly Host[] => [
  { ...host, namespace: "elsewhere" },
  { ...host, service: "another" },
  { ...host, traffic: { ...host.traffic, route: `${host.traffic.route}-another` } },
];

function figures(resource: string, asked: Load, run: Run): readonly InputSeries[] {
  const of = {
    tag_ingress_k8s_aws_resource: resource,
    dimension_TargetGroup: "targetgroup/k8s-one/1",
    dimension_LoadBalancer: "app/k8s-one/1",
  };
  const { errorRatio, latency } = asked;
  return [
    seriesOf(ALB.requests, of, gauged(asked, ALB_PERIOD_SECONDS, run)),
    ...(errorRatio === 0
      ? []
      : [seriesOf(ALB.errors, of, gauged(asked, errorRatio * ALB_PERIOD_SECONDS, run))]),
    seriesOf(ALB.durationP95, of, level(latency.p95, run)),
    seriesOf(ALB.durationMean, of, level(latency.mean, run)),
  ];
}
