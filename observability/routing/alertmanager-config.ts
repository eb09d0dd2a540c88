/**
 * What golive writes of an AlertmanagerConfig, v1alpha1 of prometheus-operator 0.93. Child routes are plain JSON to the
 * API server, which checks nothing of them: their type is checked here. Pure.
 * https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1alpha1.AlertmanagerConfig
 */
import type { SecretSelector } from "./secrets";

export interface Matcher {
  readonly name: string;
  readonly value: string;
  readonly matchType: "=" | "!=" | "=~" | "!~";
}

export interface Route {
  /** Not set: that of the route above. */
  readonly receiver?: string;
  readonly groupBy?: readonly string[];
  readonly groupWait?: string;
  readonly groupInterval?: string;
  readonly repeatInterval?: string;
  readonly matchers?: readonly Matcher[];
  readonly continue?: boolean;
  readonly routes?: readonly Route[];
  /** Names of intervals in which it sends nothing. */
  readonly muteTimeIntervals?: readonly string[];
  /** Names of intervals outside of which it sends nothing. */
  readonly activeTimeIntervals?: readonly string[];
}

export interface SlackReceiver<Name> {
  readonly apiURL: SecretSelector<Name>;
  readonly channel: string;
  readonly sendResolved?: boolean;
  readonly color?: string;
  readonly title?: string;
  readonly titleLink?: string;
  readonly text?: string;
  readonly fallback?: string;
}

export interface PagerDutyReceiver<Name> {
  readonly routingKey: SecretSelector<Name>;
  readonly sendResolved?: boolean;
  readonly severity?: string;
  readonly description?: string;
  readonly client?: string;
  readonly clientURL?: string;
  readonly class?: string;
  readonly component?: string;
  readonly group?: string;
  readonly details?: readonly KeyValue[];
  /** The text of a link is `alt`. */
  readonly pagerDutyLinkConfigs?: readonly { readonly href: string; readonly alt: string }[];
}

export interface OpsgenieReceiver<Name> {
  readonly apiKey: SecretSelector<Name>;
  readonly apiURL?: string;
  readonly sendResolved?: boolean;
  readonly message?: string;
  readonly description?: string;
  readonly source?: string;
  readonly priority?: string;
  readonly tags?: string;
  readonly responders?: readonly { readonly name: string; readonly type: "team" }[];
}

export interface EmailReceiver<Name> {
  readonly to: string;
  readonly from: string;
  readonly smarthost: string;
  readonly authUsername: string;
  readonly authPassword: SecretSelector<Name>;
  readonly requireTLS?: boolean;
  readonly sendResolved?: boolean;
  readonly headers?: readonly KeyValue[];
  readonly text?: string;
  readonly html?: string;
}

export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

export interface Receiver<Name> {
  readonly name: string;
  readonly slackConfigs?: readonly SlackReceiver<Name>[];
  readonly pagerdutyConfigs?: readonly PagerDutyReceiver<Name>[];
  readonly opsgenieConfigs?: readonly OpsgenieReceiver<Name>[];
  readonly emailConfigs?: readonly EmailReceiver<Name>[];
}

export interface InhibitRule {
  readonly sourceMatch: readonly Matcher[];
  readonly targetMatch: readonly Matcher[];
  readonly equal: readonly string[];
}

/** Hours of some days of the week, in UTC: the CRD knows no other timezone. */
export interface WeeklyTimes {
  readonly weekdays: readonly string[];
  /** `HH:MM`; 24:00 is the end of the day. */
  readonly times: readonly { readonly startTime: string; readonly endTime: string }[];
}

export interface TimeInterval {
  readonly name: string;
  readonly timeIntervals: readonly WeeklyTimes[];
}

export interface AlertmanagerConfigSpec<Name> {
  readonly route: Route;
  readonly receivers: readonly Receiver<Name>[];
  readonly inhibitRules?: readonly InhibitRule[];
  /** Of muting and of activity alike. */
  readonly muteTimeIntervals?: readonly TimeInterval[];
}

/** A whole object, as the operator reads it. */
export interface AlertmanagerConfig<Name = string> {
  readonly name: string;
  readonly namespace: string;
  readonly spec: AlertmanagerConfigSpec<Name>;
}
