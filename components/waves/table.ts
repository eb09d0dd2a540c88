/** What is wrong with a table of waves. Pure. */

const NAME = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

/** Every mistake of a table, by the names of its waves in their order. */
export function tableProblems(names: readonly string[]): readonly string[] {
  if (names.length === 0) return ["expected at least one wave"];
  return names.flatMap((name, index) => {
    if (!NAME.test(name)) {
      return [
        `wave ${index + 1}: expected a name of lower-case letters, digits and "-", found ${JSON.stringify(name)}`,
      ];
    }
    const first = names.indexOf(name);
    return first === index
      ? []
      : [`wave ${index + 1}: expected a name of its own, found ${name}, which is wave ${first + 1}`];
  });
}

/** Name of a wave's resources: its order, counted from 1, and its own name. */
export const waveName = (table: string, index: number, name: string) => `${table}-${index + 1}-${name}`;
