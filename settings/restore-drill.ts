/** `backup.drill` of a system: the latest backup restored each week, and asked (rows L14, G2; docs/backups.md). */
import { duration, memory } from "./fields";

/** Fields of the mapping. */
export const restoreDrill = {
  recoveryTime: duration("Longest that fetching, restoring and verifying may take.").prefault("1h"),
  recoveryPoint: duration("Oldest that the latest backup may be: what would be lost.").prefault("26h"),
  storage: memory({ description: "Room for the backup and for the restored database." }).prefault("20Gi"),
};
