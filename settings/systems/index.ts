/** The systems that a stack may hold. To add one: its file here, a line in each table below, and its composition in `systems/`. */
import type * as z from "zod";
import * as enova from "./enova";
import * as guelaguetza from "./guelaguetza";
import * as kometa from "./kometa";
import * as listacompra from "./listacompra";
import * as s5 from "./s5";

/** Key in the stack file, without `golive:`, to schema and rules. */
export const SYSTEMS = { enova, guelaguetza, kometa, listacompra, s5 } as const;

/** The systems' part of a stack's schema. */
export const systems = {
  enova: enova.schema.optional(),
  guelaguetza: guelaguetza.schema.optional(),
  kometa: kometa.schema.optional(),
  listacompra: listacompra.schema.optional(),
  s5: s5.schema.optional(),
} as const;

/** The settings of the systems that a stack file names. */
export type SystemSettings = { readonly [Name in keyof typeof systems]?: z.output<(typeof systems)[Name]> };

export { ENOVA_INGRESSES, ENOVA_SERVICES, type EnovaSettings } from "./enova";
export type { GuelaguetzaSettings } from "./guelaguetza";
export type { KometaSettings } from "./kometa";
export type { ListaCompraSettings } from "./listacompra";
export { S5_APIS, s5Versioned, type S5Settings } from "./s5";
