/** What a stack file says to the rules: in `golive:policies` and `golive:exemptions`, and by what it says anyway. */
import * as z from "zod";
import { parseAccountId, parseRegion } from "../settings/aws";
import { registryHost } from "../settings/image";
import { exemptions, policies, type Exemption } from "../settings/policies";
import { Field } from "./checks/field";
import { ParameterError, type RuleSettings } from "./parameters";
import { thirdPartyImages } from "./third-party-images";

/** A stack file's values by what follows `golive:`. */
export type StackValues = Readonly<Record<string, unknown>>;

export interface StackPolicies {
  readonly stackFile: RuleSettings;
  readonly implied: RuleSettings;
  readonly exemptions: readonly Exemption[];
}

/**
 * What a stack file says to the rules. What else is wrong with it is for the program to say.
 *
 * @throws {ParameterError} naming every mistake in `golive:policies` and `golive:exemptions`
 */
export function stackPolicies(values: StackValues): StackPolicies {
  const written = policies.prefault({}).safeParse(values.policies);
  const exempted = exemptions.prefault([]).safeParse(values.exemptions);
  const mistakes = [...mistakesOf("golive:policies", written), ...mistakesOf("golive:exemptions", exempted)];
  if (mistakes.length > 0) throw new ParameterError(mistakes);
  return {
    stackFile: written.data ?? {},
    exemptions: exempted.data ?? [],
    implied: impliedBy(Field.of(values)),
  };
}

function mistakesOf(key: string, { error }: z.ZodSafeParseResult<unknown>): string[] {
  return (error?.issues ?? []).map(({ path, message }) => {
    const steps = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`));
    return `${key}${steps.join("")}: ${message}`;
  });
}

/** Where a stack says nothing of what a rule asks, the rule keeps its default. */
function impliedBy(stack: Field): RuleSettings {
  const ceiling = known({
    cpu: stack.at("ceiling", "cpu").text(),
    memory: stack.at("ceiling", "memory").text(),
  });
  const registry = registryOf(stack.at("aws"));
  const className = stack.at("router", "className").text();
  const hosts = [...new Set(hostsOf(stack))];
  const ladder = laddersOf(stack);
  return {
    probes: { startup: true },
    "pull-policy": { policies: ["Always", "IfNotPresent"] },
    "image-digest": { tagged: thirdPartyImages },
    ...(ceiling === undefined ? {} : { "resource-range": { ceiling } }),
    ...(registry === undefined ? {} : { "image-registry": { registries: [registry, ...thirdPartyImages] } }),
    ...(hosts.length === 0 ? {} : { "ingress-host": { hosts } }),
    ...(className === undefined ? {} : { "ingress-class": { classes: [className, LOAD_BALANCER] } }),
    ...(ladder.length === 0 ? {} : { "canary-phase": { ladder } }),
  };
}

/** The class of the ingresses that a system gives to AWS's load balancer, whatever the stack's router is. */
const LOAD_BALANCER = "alb";

function known(fields: Readonly<Record<string, string | undefined>>): Record<string, string> | undefined {
  const given = Object.entries(fields).flatMap(([key, text]): [string, string][] =>
    text === undefined ? [] : [[key, text]],
  );
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

/** The account's own registry. */
function registryOf(aws: Field): string | undefined {
  const account = parseAccountId(aws.at("accountId").text() ?? "");
  const region = parseRegion(aws.at("region").text() ?? "");
  if (!("value" in account) || !("value" in region)) return undefined;
  return registryHost({ accountId: account.value, region: region.value });
}

/** Keys below which a host is one that a system calls, and none that it serves. */
const OTHERS = ["backup", "observability", "alerting"];

/** The hosts that the stack's systems serve: every `host` and `hosts`. */
function hostsOf(field: Field): string[] {
  return field.keys().flatMap((key) => {
    const below = field.at(key);
    if (OTHERS.includes(key)) return [];
    if (key === "host") return below.text() ?? [];
    if (key === "hosts")
      return [...below.items(), ...below.keys().map((name) => below.at(name))].flatMap(
        (host) => host.text() ?? [],
      );
    return hostsOf(below);
  });
}

/** The steps of every system's canary, in percent. */
function laddersOf(stack: Field): number[] {
  const steps = stack.keys().flatMap((system) => stack.at(system, "canary", "ladder").items());
  return [...new Set(steps.map((step) => Number(step.text())))].filter(Number.isFinite).sort((a, b) => a - b);
}

/** A stack's values out of Pulumi's configuration, where a mapping is the text of its JSON. */
export function valuesOf(config: Readonly<Record<string, string>>): StackValues {
  const own = Object.entries(config).filter(([key]) => key.startsWith("golive:"));
  return Object.fromEntries(own.map(([key, text]) => [key.slice("golive:".length), parsed(text)]));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
