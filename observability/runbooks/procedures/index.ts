/** The procedures of a system: those of its document, and going back. Pure. */
import type { Watched } from "../../watched";
import type { Procedure } from "../runbook";
import { after, backOf } from "./back";
import { GUELAGUETZA } from "./guelaguetza";
import { LISTACOMPRA } from "./listacompra";

/** By the system's key in the stack file. One that goes back in its own way has a procedure `back` here. */
const OWN: Readonly<Record<string, (watched: Watched) => readonly Procedure[]>> = {
  guelaguetza: GUELAGUETZA,
  listacompra: LISTACOMPRA,
};

/** In the order of the page: the way back first. */
export function proceduresOf(watched: Watched): readonly Procedure[] {
  const own = OWN[watched.system]?.(watched) ?? [];
  const back = own.some(({ name }) => name === "back") ? [] : backOf(watched);
  return [...back, ...own, after(watched)];
}
