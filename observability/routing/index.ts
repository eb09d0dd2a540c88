/** Where alerts go: AlertmanagerConfig, what the operator makes of it, the proof that each alert arrives, and escalation. Pure. */
export type {
  AlertmanagerConfig,
  AlertmanagerConfigSpec,
  InhibitRule,
  Matcher,
  Receiver,
  Route,
} from "./alertmanager-config";
export { channelsOf, ROUTED } from "./channels";
export { alertmanagerConfig, alertmanagerConfigOf, configName } from "./config";
export { deliveryProblems, labelSets } from "./delivery";
export { escalationRules, UNATTENDED, unattendedAlert } from "./escalation";
export {
  operatorRender,
  ROOT_RECEIVER,
  type AlertmanagerTree,
  type MatcherStrategy,
} from "./operator-render";
export { NOBODY, receiverOf, receiverOfLevel } from "./receivers";
export { matches, routeOf, type Delivery, type Labels, type TreeRoute } from "./route-of";
export {
  placesIn,
  receiverSecrets,
  type ReceiverSecret,
  type SecretPlaces,
  type SecretSelector,
} from "./secrets";
