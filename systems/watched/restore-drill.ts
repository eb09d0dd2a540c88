/** A restore drill, as rules see it: a backup that was not restored in time is as good as none. Pure. */
import type { WatchedBackup } from "../../observability/watched";
import { RESTORE_DRILL_SECONDS, restoreDrillName } from "../names";

export const drillOf = (
  system: string,
  { drill }: { readonly drill?: object | undefined },
): readonly WatchedBackup[] =>
  drill === undefined ? [] : [{ cronJob: restoreDrillName(system), everySeconds: RESTORE_DRILL_SECONDS }];
