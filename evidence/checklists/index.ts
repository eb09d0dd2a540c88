/** The documents' checklists, by the system's key in the stack file. Pure. */
import type { Checklist } from "../line";
import { enova } from "./enova";
import { guelaguetza } from "./guelaguetza";
import { kometa } from "./kometa";
import { listacompra } from "./listacompra";
import { s5 } from "./s5";

/** Every checklist. */
export const checklists = { enova, guelaguetza, kometa, listacompra, s5 } as const;

const bySystem: Readonly<Partial<Record<string, Checklist>>> = checklists;

/** The checklist of a system; `undefined` where no document has one. */
export const checklistOf = (system: string): Checklist | undefined =>
  Object.hasOwn(bySystem, system) ? bySystem[system] : undefined;
