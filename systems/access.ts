/** Who may do what in a system's namespace, out of the stack's settings. */
import type * as pulumi from "@pulumi/pulumi";
import { ROLE_NAMES } from "../components/access/roles";
import { TeamAccess } from "../components/team-access";
import type { StackSettings } from "../settings";

/** Declares the roles that the stack gives to some group, in one namespace; nothing where it gives none. */
export function declareAccess(
  name: string,
  namespace: pulumi.Input<string>,
  { access = {} }: StackSettings,
  opts: pulumi.ComponentResourceOptions,
): void {
  const roles = ROLE_NAMES.flatMap((role) => {
    const groups = access[role];
    return groups === undefined ? [] : [{ name: role, groups }];
  });
  if (roles.length > 0) new TeamAccess(name, { namespace, roles }, opts);
}
