/** The systems that a stack may hold. To add one: its file here, a line in each table below, and its composition in `systems/`. */
import type * as z from "zod";
import * as enova from "./enova";
import * as kometa from "./kometa";

/** Key in the stack file, without `golive:`, to schema and rules. */
export const SYSTEMS = { enova, kometa } as const;

/** The systems' part of a stack's schema. */
export const systems = {
  enova: enova.schema.optional(),
  kometa: kometa.schema.optional(),
} as const;

/** The settings of the systems that a stack file names. */
export type SystemSettings = { readonly [Name in keyof typeof systems]?: z.output<(typeof systems)[Name]> };

export { ENOVA_INGRESSES, ENOVA_SERVICES, type EnovaSettings } from "./enova";
export type { KometaSettings } from "./kometa";
