/** Who holds a stack of a backend of files or objects, by what Pulumi says of it. Pure. */

/** A process that holds a stack. */
export interface LockHolder {
  readonly user: string;
  readonly machine: string;
  readonly pid: number;
}

/** `file:///…/<id>.json: created by root@host (pid 123) at 2026-11-28T21:20:00Z` */
const HOLDER = /created by (\S+)@(\S+) \(pid (\d+)\)/g;

/** Those that Pulumi's refusal names; none where it names none, as Pulumi Cloud does. */
export const lockHolders = (refusal: string): readonly LockHolder[] =>
  [...refusal.matchAll(HOLDER)].map(([, user = "", machine = "", pid]) => ({
    user,
    machine,
    pid: Number(pid),
  }));
