/**
 * Compiles a TypeScript entry and what it imports into one JavaScript file, once for each state of its sources.
 *
 * `entry` and `output` are paths from the checkout. Gives the output's absolute path, and whether it was made anew.
 * Throws esbuild's own error, which names file and line, where a source does not compile.
 */
export function compile(entry: string, output: string): { readonly file: string; readonly built: boolean };
