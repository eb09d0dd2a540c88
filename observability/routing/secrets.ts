/** The secret values that receivers need, and under which keys a Secret of the namespace holds them. Pure. */
import type { AlertingSettings, SecretValue } from "../../settings";

export type ReceiverSecret = "slackWebhook" | "pagerDutyRoutingKey" | "opsgenieApiKey" | "smtpPassword";

/** One key of a Secret, as prometheus-operator selects it. */
export interface SecretSelector<Name> {
  readonly name: Name;
  readonly key: string;
}

/** Says where a secret is. The operator reads it in the namespace of the AlertmanagerConfig alone. */
export type SecretPlaces<Name> = (secret: ReceiverSecret) => SecretSelector<Name>;

/** The values that a system's settings give, of those that there are. */
export const receiverSecrets = ({
  slack,
  pagerDuty,
  opsgenie,
  email,
}: AlertingSettings): Readonly<Partial<Record<ReceiverSecret, SecretValue>>> => ({
  ...(slack && { slackWebhook: slack.webhook }),
  ...(pagerDuty && { pagerDutyRoutingKey: pagerDuty.routingKey }),
  ...(opsgenie && { opsgenieApiKey: opsgenie.apiKey }),
  ...(email && { smtpPassword: email.password }),
});

/** Every secret under its own key in one Secret. */
export const placesIn =
  <Name>(name: Name): SecretPlaces<Name> =>
  (key) => ({ name, key });
