/** A stack's settings: `parseStack` turns Pulumi's configuration into one typed value, or lists every mistake. */
export { parseStack, parseStackText, readStackFile, type StackConfig, type StackText } from "./parse";
export { SettingsError, type Mistake } from "./mistakes";
export type { RouterSettings } from "./router";
export type { StackSettings } from "./schema";
export { ENOVA_SOAKS, STRATEGIES } from "./rollout";
export { ENOVA_INGRESSES, ENOVA_SERVICES, type EnovaSettings } from "./systems";
export { S5_APIS, s5Versioned, type S5Settings } from "./systems";
export type { GuelaguetzaSettings, KometaSettings, ListaCompraSettings } from "./systems";
export type { CertificateSource, HttpPath, Resources, WebAclSource, WorkloadSettings } from "./service";
export {
  parseEmail,
  parseHttpsUrl,
  parseSlackChannel,
  type Contacts,
  type Email,
  type EscalationLevel,
  type HttpsUrl,
  type Link,
  type Person,
  type SlackChannel,
} from "./contacts";
export type { AlertChannel, AlertingSettings, RoutedSeverity, Timezone, Weekday } from "./alerting";
export type { EnvironmentVariable, SecretValue, VariableName } from "./environment";
export { parseArn, parseCertificateArn, parsePrincipalArn, parseWebAclArn, type Arn } from "./arn";
export {
  oidcProviderArn,
  parseAccountId,
  parseOidcProvider,
  parseRegion,
  parseZoneId,
  type AccountId,
  type OidcProvider,
  type Region,
  type ZoneId,
} from "./aws";
export { formatDuration, parseDuration, type Duration } from "./duration";
export { parseHost, type Host } from "./host";
export {
  imageReference,
  parseDigest,
  parseTag,
  registryHost,
  type Digest,
  type Image,
  type Tag,
} from "./image";
export {
  parseBucketName,
  parseLabelName,
  parseNamespaceName,
  parseReleaseName,
  parseRepositoryName,
  type BucketName,
  type DataKey,
  type LabelName,
  type ReleaseName,
  type RepositoryName,
} from "./names";
export { valueOf, type Parsed } from "./parsed";
export {
  amountOf,
  compareQuantities,
  formatCpu,
  formatMemory,
  parseCpu,
  parseMemory,
  type Cpu,
  type Memory,
  type Quantity,
} from "./quantity";
export { Secret } from "./secret";
export { parseToleration, type Effect, type Toleration } from "./toleration";
export type { AccessSettings } from "./access";
export type { Endpoint } from "./endpoint";
export type { TelemetrySettings } from "./telemetry";
