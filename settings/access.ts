/** `golive:access`: which groups of the cluster's authentication have which role in the stack's namespaces (row L5). */
import type * as z from "zod";
import { list, mapping, text } from "./fields";
import type { Parsed } from "./parsed";
import type { Problem } from "./rules";

declare const group: unique symbol;
/** A group that the cluster's authentication gives to who logs in. */
export type Group = string & { readonly [group]: true };

const GROUP_PATTERN = "^(?!system:)[A-Za-z0-9][A-Za-z0-9:@._/-]{0,127}$";
const GROUP = new RegExp(GROUP_PATTERN);

const isGroup = (text: string): text is Group => GROUP.test(text);

/** A group of the team's own: those of Kubernetes itself hold everybody, or may do anything. */
export function parseGroup(text: string): Parsed<Group> {
  if (isGroup(text)) return { value: text };
  const mend = text.startsWith("system:") ? "; groups of Kubernetes itself are not the team's" : "";
  return { problem: `expected the name of a group such as golive:devops${mend}` };
}

const groups = (description: string) =>
  list(text(parseGroup, { title: "group", description, pattern: GROUP_PATTERN }), description)
    .min(1, { error: () => "expected at least one group; leave the role out where nobody has it" })
    .optional();

export const access = mapping(
  {
    devops: groups("Groups of who deploys to and looks into staging."),
    "release-manager": groups("Groups of who releases to production."),
    "ci-preview": groups("Groups of the pipeline that previews a pull request: it reads, and no Secret."),
    "ci-deploy": groups("Groups of the pipeline that deploys."),
  },
  "Groups that have each role in the stack's namespaces, e.g. the Kubernetes groups of an EKS access entry.",
);

export type AccessSettings = z.output<typeof access>;

/** The role of the people who release, on production and everywhere else. */
const ROLES = { production: "release-manager", elsewhere: "devops" } as const;

/** A role of people on the wrong stack: `devops` is for staging, `release-manager` for production. */
export function accessProblems(stack: string, given: Readonly<Record<string, unknown>>): readonly Problem[] {
  const isProduction = stack === "production";
  const right = isProduction ? ROLES.production : ROLES.elsewhere;
  const wrong = isProduction ? ROLES.elsewhere : ROLES.production;
  if (given[wrong] === undefined) return [];
  return [
    {
      path: [wrong],
      part: "key",
      message: `expected no ${wrong} on ${stack}, whose role is ${right}; move its groups to the stack they are for`,
    },
  ];
}
