import type { Field } from "./field";
import { undecidable, type Violation } from "./violation";

/**
 * An Ingress answers for hosts that it names in full: no rule without a host, no wildcard, no default backend for what nobody named; where
 * `known` is not empty, for those alone.
 */
export function checkHosts(ingress: Field, known: readonly string[]): Violation[] {
  const spec = ingress.at("spec");
  const [rules, byDefault] = [spec.at("rules"), [spec.at("defaultBackend"), spec.at("backend")]];
  if (rules.unknown) return [undecidable(rules)];
  return [
    ...byDefault.filter((backend) => !backend.absent).map((backend) => answersAll(backend, "there")),
    ...(rules.items().length === 0 ? [answersAll(rules, "without a rule")] : []),
    ...rules.items().flatMap((rule) => checkHost(rule.at("host"), known)),
  ];
}

function checkHost(host: Field, known: readonly string[]): Violation[] {
  if (host.unknown) return [undecidable(host)];
  const text = host.text() ?? "";
  if (text === "") return [answersAll(host, "absent")];
  if (text.includes("*")) return [hostViolation(host, `${host.shown()}, a wildcard`)];
  if (known.length === 0 || known.some((each) => each.toLowerCase() === text.toLowerCase())) return [];
  return [
    {
      path: host.path,
      found: host.shown(),
      allowed: `a known host: ${known.join(", ")}`,
      mend: "correct the host, or add it to the hosts of the stack, in review",
    },
  ];
}

const answersAll = (field: Field, found: string): Violation =>
  hostViolation(field, `${found}, so that the Ingress answers for every host`);

function hostViolation(field: Field, found: string): Violation {
  return {
    path: field.path,
    found,
    allowed: "one full host name in each rule, and no default backend",
    mend: "name the host that the service answers for",
  };
}
