/** The policy pack's rules at the API server, out of the stack's settings. */
import type * as pulumi from "@pulumi/pulumi";
import { ROLE_NAMES } from "../components/access/roles";
import { AdmissionPolicies } from "../components/admission-policies";
import { formOf } from "../policies/admission/forms";
import type { AdmissionRule } from "../policies/admission/objects";
import { settingsOf, type Setting } from "../policies/parameters";
import type { Rule } from "../policies/rule";
import { rules } from "../policies/rules";
import { stackPolicies } from "../policies/stack";
import type { StackSettings } from "../settings";
import { quantities } from "./service-args";

/** Declares the policies of one namespace; nothing where the stack wants none. */
export function declareAdmission(
  name: string,
  namespace: string,
  stack: StackSettings,
  opts: pulumi.ComponentResourceOptions,
): void {
  if (stack.admission === undefined) return;
  new AdmissionPolicies(name, { namespace, rules: admissionRules(stack), readers: readersOf(stack) }, opts);
}

/** The rules that the API server can judge, as the pack judges them on this stack. */
export function admissionRules(stack: StackSettings): AdmissionRule[] {
  const { stackFile, implied, exemptions } = stackPolicies(writtenOf(stack));
  const settings = settingsOf(rules, stack.stack, { configuration: {}, stackFile, implied });
  return rules.flatMap((rule) => {
    const [form, setting] = [formOf(rule.name), settings.get(rule.name)];
    const action = setting === undefined ? undefined : actionOf(setting, stack);
    if (form === undefined || action === undefined) return [];
    const exempt = exemptions.filter((each) => each.rule === rule.name).map(({ resource }) => resource);
    return [
      { name: rule.name, form, action, message: messageOf(rule), parameters: setting?.parameters, exempt },
    ];
  });
}

function actionOf({ level }: Setting, { admission }: StackSettings): AdmissionRule["action"] | undefined {
  switch (level) {
    case "disabled":
      return undefined;
    case "advisory":
      return "warn";
    case "mandatory":
    case "remediate":
      return admission;
  }
}

const messageOf = ({ checks, mend }: Rule): string => `${checks} ${mend}`;

/** The settings that rules read, as the stack file has them. */
const writtenOf = ({ aws, ceiling, router, policies, exemptions, systems }: StackSettings) => ({
  ...systems,
  aws,
  ceiling: quantities(ceiling),
  router,
  policies,
  exemptions,
});

/** Everybody who has a role on the stack: an update reads back what it declares. */
const readersOf = ({ access = {} }: StackSettings): string[] =>
  ROLE_NAMES.flatMap((role) => access[role] ?? []);
