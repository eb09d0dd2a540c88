/** Where the SQL of a system's migrations lies, for its review at preview (rows G3, L13; docs/migration-review.md). */
import * as z from "zod";
import { filled } from "./fields";

/** Fields of `migration` and of `migrations`, as a system calls its own. */
export const migrationFolder = {
  folder: filled(
    "Folder of the migrations' SQL, from the stack file, reviewed at preview. Not set: nothing is.",
    "path",
  ).optional(),
  since: filled(
    "Last migration that is applied on every stack; what is after it is judged. Not set: all are.",
    "name of a migration",
  ).optional(),
};

/** What the gate reads of them. */
export const migrationFolderView = z.looseObject({
  folder: z.string().optional(),
  since: z.string().optional(),
});
