/** When backups are made, as cron texts in UTC. Pure. */

export interface BackupSchedules {
  readonly full: string;
  readonly incremental: string;
  readonly check: string;
  readonly verify: string;
}

/** Hours between two backups: the document's "incrementales cada 6h". */
const EVERY_HOURS = 6;
const DAY_HOURS = 24;

/**
 * A full backup a day at `fullHour` (0–23), an incremental one every six hours, but for the full one's own slot, so that a
 * backup begins at four times of each day; a check of the archive every hour, and a reading of the whole repository on
 * Sundays, between two backups.
 *
 * @see L14 of the requirements
 */
export function backupSchedules(fullHour = 0): BackupSchedules {
  const slots = Array.from(
    { length: DAY_HOURS / EVERY_HOURS - 1 },
    (_, index) => (fullHour + (index + 1) * EVERY_HOURS) % DAY_HOURS,
  );
  return {
    full: `0 ${fullHour} * * *`,
    incremental: `0 ${slots.sort((a, b) => a - b).join(",")} * * *`,
    check: "30 * * * *",
    verify: `30 ${(fullHour + EVERY_HOURS / 2) % DAY_HOURS} * * 0`,
  };
}
