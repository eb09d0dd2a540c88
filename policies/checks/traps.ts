/**
 * The traps of progressive delivery: what is written, what then happens, and how it is mended. The checks, `golive traffic lint` and
 * docs/traffic.md read this table. Facts of ingress-nginx's controller 1.14 (getBackendServers, balancer.lua) and of the Gateway API 1.3.
 */
import type { Field } from "./field";
import type { Violation } from "./violation";

interface Trap {
  /** What is written. */
  readonly trap: string;
  /** What then happens. */
  readonly happens: string;
  readonly allowed: string;
  readonly mend: string;
}

export const TRAPS = {
  "canary-mark": {
    trap: 'A `canary` that Go does not read as true: `"yes"`, `"on"`, `"false"` beside other annotations of canaries',
    happens:
      "The Ingress is a second primary: newer than the first it gets nothing, older it takes every request.",
    allowed: '"true", or no annotation of canaries at all',
    mend: 'set it to "true": without it the Ingress is a second primary, and may take every request',
  },
  "canary-choice": {
    trap: "A canary without weight, header or cookie",
    happens: "No request goes to it.",
    allowed: "a weight, a header or a cookie that sends requests to it",
    mend: "set canary-weight, or remove the Ingress",
  },
  "weight-unreadable": {
    trap: 'A weight that is no plain whole number: `"50%"`, `"0.5"`, `" 50"`, `"-1"`',
    happens: "It counts as 0, with a line in the controller's log alone.",
    allowed: "a whole number from 0 to its total",
    mend: 'write the number alone, such as "10"',
  },
  "weight-above-total": {
    trap: "A weight above its total",
    happens: "It counts as all requests.",
    allowed: "a whole number from 0 to its total",
    mend: 'write the number alone, such as "10"',
  },
  "total-below-100": {
    trap: "`canary-weight-total` below 100, or no whole number",
    happens: "It is ignored: 5 in 10 is 5 %, 10 in 10 is 10 %.",
    allowed: "a whole number, at least 100",
    mend: "set it to 100 or more, or remove it",
  },
  "header-ignored": {
    trap: "`canary-by-header-value` or `-pattern` without `canary-by-header`, or both of them",
    happens: "Without the header both are ignored; beside the value the pattern is.",
    allowed: "canary-by-header with one of canary-by-header-value and canary-by-header-pattern",
    mend: "name the header, and keep one of the two",
  },
  "header-never": {
    trap: "`canary-by-header-value` of `never` or `always`",
    happens: "Beside a value `never` refuses nothing: it chooses the canary, or falls through to the weight.",
    allowed: "a value of your own, or no value: then always chooses the canary and never refuses it",
    mend: "remove canary-by-header-value, or take another value",
  },
  "header-regex": {
    trap: "`canary-by-header-pattern` that is no regular expression",
    happens: "Each request with the header goes to the primary, at weight 100 too.",
    allowed: "a regular expression of PCRE",
    mend: "correct the pattern",
  },
  "ignored-annotation": {
    trap: "Another annotation of ingress-nginx on the canary, other than the primary's",
    happens: "It is ignored: the location is the primary's, with the primary's annotations.",
    allowed: "the primary's value, or none",
    mend: "set it on the primary, or remove it: on a canary only canary-*, load-balance, upstream-hash-by and session affinity count",
  },
  "affinity-outlives-weight": {
    trap: "Weight 0 where the primary has session affinity",
    happens: "Sessions that began on the canary stay there, all of their requests.",
    allowed: "no canary Ingress, or affinity-canary-behavior: legacy on the primary",
    mend: "delete the canary Ingress: weight 0 is no rollback",
  },
  "no-primary": {
    trap: "A canary whose host, path, pathType or class no primary has: an unknown host, `Exact` beside `Prefix`, one path more",
    happens: "The canary is dropped; a host that only it names answers 404.",
    allowed: "host, path and pathType of a primary Ingress",
    mend: "make all three the primary's, or remove the canary with its primary",
  },
  "alias-host": {
    trap: "A canary on a host that the primary serves by `server-alias` alone",
    happens: "The canary is dropped: it is looked up by the names of servers, not by aliases.",
    allowed: "the primary's own host, whose aliases it covers",
    mend: "name the primary's own host in the canary",
  },
  "cross-namespace": {
    trap: "A canary in another namespace than its primary",
    happens: "The canary is dropped, or is none of that primary: upstreams are of a namespace.",
    allowed: "the primary's namespace",
    mend: "move the canary into the primary's namespace",
  },
  "second-canary": {
    trap: "Two canaries of one path",
    happens: "Only the oldest counts.",
    allowed: "one canary for each path: ingress-nginx uses only the oldest",
    mend: "remove one of the two canaries",
  },
  "second-primary": {
    trap: "Two primaries of one path beside a canary",
    happens: "The oldest has the path; a canary of the newer one is dropped or is the other's.",
    allowed: "one primary for each path",
    mend: "remove the primary that shall not serve the path",
  },
  "same-service": {
    trap: "A primary with the canary's own Service",
    happens:
      "A primary that is older takes all and the canary nothing; one made anew, and so newer than the canary, leaves its host with 404.",
    allowed: "a Service of the canary's own",
    mend: "give the new version a Service of its own",
  },
  "canary-service-shared": {
    trap: "A canary's Service behind another Ingress: a preview host, a second host's canary",
    happens:
      "The oldest Ingress decides what the Service is: the canary gets nothing, the other host answers 404, or both hosts get one weight.",
    allowed: "a Service that no other Ingress uses",
    mend: "give the canary a Service of its own",
  },
  "primary-service-shared": {
    trap: "A primary's Service behind further hosts or paths",
    happens: "All of them get the canary: it is tied to the Service, not to the rule.",
    allowed: "a primary whose Service is behind the canary's own paths alone",
    mend: "give the primary a Service for these paths alone",
  },
  certificate: {
    trap: "Another certificate on the canary than on the primary",
    happens: "It is never used.",
    allowed: "the primary's Secret",
    mend: "name the primary's Secret",
  },
  "same-pods": {
    trap: "Services of primary and canary that select the same pods",
    happens: "The weight splits nothing, or a part of the primary's share reaches the new version.",
    allowed: "selectors that no pod fits both of",
    mend: "give each Service a label of its own version's pods",
  },
  "primary-without-endpoints": {
    trap: "A primary whose Service has no ready endpoint",
    happens: "503 for every request, whatever the weight, the canary's share too.",
    allowed: "a Service with a ready pod for as long as the canary is there",
    mend: "keep a pod of the old version until the primary itself is moved to the new one",
  },
  "canary-without-endpoints": {
    trap: "A canary whose Service has no ready endpoint",
    happens: "Every request goes to the primary: a soak at this weight proves nothing.",
    allowed: "a Service with a ready pod",
    mend: "wait for the new version's pods, then raise the weight",
  },
  "route-weights-zero": {
    trap: "A rule of an HTTPRoute without a backend of weight above 0",
    happens: "500 for every request that it matches.",
    allowed: "at least one backend with a weight above 0",
    mend: "give the stable backend a weight",
  },
  "route-second": {
    trap: "Two HTTPRoutes with the same match on one host of one Gateway",
    happens: "The oldest has the requests; the weights of the other are never used.",
    allowed: "one HTTPRoute for each host and match",
    mend: "join the two, or remove one of them",
  },
  "route-cross-namespace": {
    trap: "A backend in another namespace without a ReferenceGrant there",
    happens: "500 for its share of the requests.",
    allowed: "a backend of the route's namespace, or a ReferenceGrant of HTTPRoutes to Services there",
    mend: "move the Service, or declare the ReferenceGrant in the Service's namespace",
  },
  "route-same-service": {
    trap: "A backend twice in one rule",
    happens: "The weights add up on one version.",
    allowed: "each Service once",
    mend: "name the new version's own Service",
  },
} as const satisfies Readonly<Record<string, Trap>>;

export type TrapId = keyof typeof TRAPS;

/** The violation of somebody who fell into a trap. */
export function trapped(
  id: TrapId,
  field: Field,
  found: string,
  allowed: string = TRAPS[id].allowed,
): Violation {
  return { path: field.path, found, allowed, mend: TRAPS[id].mend, trap: id };
}
