import type { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";

import { ceilingOf } from "./ceiling";
import type { Ceiling } from "./checks/resources";
import { levelOn } from "./levels";
import type { RenderChart } from "./release";
import { isJudged, Subjects } from "./resource";
import type { Rule } from "./rule";
import { messagesOf, rules } from "./rules";
import { plain } from "./unknown";

/** Where and for which stack the pack runs. */
export interface PackSettings {
  /** The stack's name; empty where no stack is selected. */
  readonly stack: string;
  /** The JSON text of `golive:ceiling`. @default - not set: container-resources refuses every container. */
  readonly ceiling?: string;
  /** Where a relative chart path may start, tried in order. */
  readonly folders: readonly string[];
  readonly render: RenderChart;
}

/** What a policy configuration may set beside the level. */
interface PolicyConfiguration {
  readonly ceiling?: Ceiling;
}

/** The pack's policies: one for each rule, at the stack's level. */
export function policiesOf(settings: PackSettings): ResourceValidationPolicy[] {
  const subjects = new Subjects(settings.folders, settings.render);
  return rules.map((rule) => policyOf(rule, settings, subjects));
}

function policyOf(rule: Rule, settings: PackSettings, subjects: Subjects): ResourceValidationPolicy {
  return {
    name: rule.name,
    description: `${rule.checks} (${rule.requirements.join(", ")})`,
    enforcementLevel: levelOn(settings.stack, rule.levels),
    ...(rule.parameters === undefined ? {} : { configSchema }),
    validateResource: async (args, reportViolation) => {
      if (!isJudged(args.type)) return;
      const judged = await subjects.of({ type: args.type, name: args.name, props: plain(args.props) });
      const ceiling = ceilingOf(settings.ceiling, configurationOf(args).ceiling);
      const messages = messagesOf(rule, judged, { ceiling });
      // One report for them all: the SDK repeats the description before each.
      if (messages.length > 0) reportViolation(messages.join("\n"));
    },
  };
}

function configurationOf(args: ResourceValidationArgs): PolicyConfiguration {
  return args.getConfig<PolicyConfiguration>();
}

const quantity = { type: "string" } as const;

const configSchema: ResourceValidationPolicy["configSchema"] = {
  properties: {
    ceiling: {
      type: "object",
      description: "The most that one container may be limited to, in place of the stack's golive:ceiling.",
      properties: { cpu: quantity, memory: quantity },
      additionalProperties: false,
    },
  },
};
