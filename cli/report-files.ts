/** Files that a command was asked to write. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { UserError } from "./user-error";

/**
 * Writes a file, and makes its folder.
 *
 * @throws {UserError} where it cannot be written
 */
export async function writeReport(file: string, text: string): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  } catch (error) {
    throw new UserError(
      `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
