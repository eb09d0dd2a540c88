/** The systems that a stack may hold. To add one: its file here, a line below, its key in `schema.ts`, and its composition in `systems/`. */
import * as kometa from "./kometa";

/** Key in the stack file, without `golive:`, to schema and rules. */
export const SYSTEMS = { kometa } as const;

export type { KometaSettings } from "./kometa";
