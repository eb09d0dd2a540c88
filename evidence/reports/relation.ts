/** Relations of numbers, as limits are written by. Pure. */

/** What each relation asks of two numbers. */
export const RELATIONS = {
  "<": (found: number, limit: number) => found < limit,
  "<=": (found: number, limit: number) => found <= limit,
  ">": (found: number, limit: number) => found > limit,
  ">=": (found: number, limit: number) => found >= limit,
  "==": (found: number, limit: number) => found === limit,
  "===": (found: number, limit: number) => found === limit,
  "!=": (found: number, limit: number) => found !== limit,
} as const;
export type Relation = keyof typeof RELATIONS;

/** Whether a text is a relation. */
export const isRelation = (text: string): text is Relation => Object.hasOwn(RELATIONS, text);
