/** The systems of a stack as their rules, dashboards, routes and runbooks see them. Pure: for the program and for the CLI. */
import type { Platform, Watched } from "../../observability/watched";
import type { AlertingSettings, StackSettings } from "../../settings";
import { enova } from "./enova";
import { guelaguetza } from "./guelaguetza";
import { kometa } from "./kometa";
import { listacompra } from "./listacompra";
import { s5 } from "./s5";

type Systems = StackSettings["systems"];
type Name = keyof Systems;
type Described = Omit<Watched, "system" | "stack" | "platform">;
type Describe = (stack: StackSettings) => Described | undefined;

/** Name to description, of a stack that has it. */
const SYSTEMS: Readonly<Record<Name, Describe>> = {
  enova: (stack) => stack.systems.enova && enova(stack, stack.systems.enova, "enova"),
  guelaguetza: (stack) =>
    stack.systems.guelaguetza && guelaguetza(stack, stack.systems.guelaguetza, "guelaguetza"),
  kometa: (stack) => stack.systems.kometa && kometa(stack, stack.systems.kometa, "kometa"),
  listacompra: (stack) =>
    stack.systems.listacompra && listacompra(stack, stack.systems.listacompra, "listacompra"),
  s5: (stack) => stack.systems.s5 && s5(stack, stack.systems.s5, "s5"),
};

/** The systems that the stack has, each watched as `golive:observability` says; none where the stack does not set it. */
export function watchedOf(stack: StackSettings): readonly Watched[] {
  const { observability: platform } = stack;
  if (platform === undefined) return [];
  return Object.entries(SYSTEMS).flatMap(([system, describe]) => {
    const described = describe(stack);
    if (described === undefined) return [];
    const overrides = settingsOf(stack, system)?.objectives;
    return [
      {
        system,
        stack: stack.stack,
        ...described,
        ...(overrides === undefined ? {} : { overrides }),
        platform: ownPlatform(platform, described),
      },
    ];
  });
}

/** A system whose document names a Grafana of its own has its links there. */
function ownPlatform(platform: Platform, { contacts }: Described): Platform {
  const { grafana } = contacts.urls;
  return grafana === undefined ? platform : { ...platform, grafana: { ...platform.grafana, url: grafana } };
}

/** How the alerts of a system reach its channels; nothing where the stack file does not say. */
export const alertingOf = (stack: StackSettings, system: string): AlertingSettings | undefined =>
  settingsOf(stack, system)?.alerting;

const settingsOf = ({ systems }: StackSettings, system: string) =>
  Object.entries(systems).find(([name]) => name === system)?.[1];
