/** Lines written as a document has them: a section, and its lines below it. Pure. */
import type { Line, Moment, Stack, Way } from "../line";
import type { Text } from "../text";

/** What the lines of a section have in common. */
export interface Section {
  readonly title: Text;
  readonly moment: Moment;
  readonly stacks: readonly Stack[];
  /** @default - each line says its own */
  readonly requirements?: readonly string[];
  readonly policy?: Line["policy"];
}

/** A line without what its section says: id, the document's words, their translation, and how it is met. */
export type Row = readonly [id: string, es: string, en: string, way: Way, own?: Partial<Line>];

/** The lines of a section. */
export function section(common: Section, ...rows: readonly Row[]): readonly Line[] {
  const { title, requirements = [], ...rest } = common;
  return rows.map(([id, es, en, way, own]) => ({
    ...rest,
    requirements,
    section: title,
    id,
    text: { es, en },
    way,
    ...own,
  }));
}

export const text = (es: string, en: string): Text => ({ es, en });
