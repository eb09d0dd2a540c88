/** How long a statement of a migration may wait, and run (row G3; docs/migrations.md). */
import { duration } from "./fields";

/** Fields of `migration` and of `migrations`, as a system calls its own. */
export const migrationLimits = {
  lockTimeout: duration(
    "Time for which a statement of a migration may wait for a lock, with writers waiting behind it; then it fails, and runs again with the next up.",
  ).prefault("5s"),
  statementTimeout: duration("Time that a statement of a migration may take.").prefault("60s"),
};
