/** Every threshold of the five documents, once each, and golive's own where they have none. Pure. */
import { ENOVA } from "./enova";
import { withGolden } from "./golden";
import { GUELAGUETZA } from "./guelaguetza";
import { KOMETA } from "./kometa";
import { LISTACOMPRA } from "./listacompra";
import type { Objective } from "./objective";
import { type Overrides, withOverrides } from "./overrides";
import { S5 } from "./s5";

const OWN: Readonly<Record<string, readonly Objective[]>> = {
  kometa: KOMETA,
  listacompra: LISTACOMPRA,
  guelaguetza: GUELAGUETZA,
  s5: S5,
  enova: ENOVA,
};

/**
 * The objectives of a system by its key in the stack file, as the stack has them; one without a document has the golden
 * signals and upkeep.
 */
export const objectivesOf = (system: string, overrides: Overrides = {}): readonly Objective[] =>
  withOverrides(withGolden(system, OWN[system] ?? []), overrides);
