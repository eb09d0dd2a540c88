/**
 * Proof that a backup can be read, as the programs themselves say it: the output of `sha256sum FILE`, `wc -c FILE`,
 * `pg_restore --list FILE`, and a last line `read to its end: FILE` where `pg_restore --file=/dev/null FILE` ended well
 * (`components/migration/scripts.ts` does so; by hand see docs/evidence.md).
 */
import { Disbelieved } from "./disbelieved";
import type { Format } from "./format";

/** A backup by pg_dump. Its objects are counted in its table of contents. */
export const backup: Format<"backup"> = {
  title: "proof of a backup by pg_dump",
  kind: "backup",
  recognise: ({ text }) => /^; Archive created at /m.test(text) || /^[0-9a-f]{64} [ *]/m.test(text),
  read: ({ text }) => {
    const [hash, hashed] = found(text, /^([0-9a-f]{64}) [ *](.+)$/m, "sha256sum");
    const [size, sized] = found(text, /^ *(\d+) (\S.*)$/m, "wc -c");
    const [read] = found(text, /^read to its end: (.+)$/m, "pg_restore --file=/dev/null, that it read all");
    const files = new Set([hashed, sized, read]);
    if (files.size > 1) throw new Disbelieved(`is of ${[...files].join(" and ")}; expected one file`);
    if (Number(size) === 0)
      throw new Disbelieved("is of a dump of 0 bytes; expected one that holds something");
    const [created] = found(text, /^; Archive created at (.+)$/m, "pg_restore --list");
    const [database] = found(text, /^; +dbname: (.+)$/m, "pg_restore --list");
    const [program] = found(text, /^; +Dumped by pg_dump version: (\S+)/m, "pg_restore --list");
    const entries = text.match(ENTRY)?.length ?? 0;
    if (entries === 0) throw new Disbelieved("is of a dump with 0 objects; expected its table of contents");
    return {
      finding: { kind: "backup", database, size: Number(size), checksum: `sha256:${hash}`, entries },
      tool: `pg_dump ${program}`,
      at: instantOf(created),
    };
  },
};

/** `215; 1259 16385 TABLE public Product postgres` */
const ENTRY = /^\d+; \d+ \d+ [A-Z]/gm;

function found(text: string, pattern: RegExp, what: string): readonly [string, string] {
  const [, first, second = ""] = pattern.exec(text) ?? [];
  if (first === undefined) throw new Disbelieved(`lacks what ${what} says; expected it of the dump`);
  return [first, second];
}

/** pg_restore writes the time in the zone of its clock. */
function instantOf(created: string): string {
  const [, day, time] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (?:UTC|GMT)$/.exec(created) ?? [];
  if (day !== undefined && time !== undefined) return `${day}T${time}Z`;
  throw new Disbelieved(
    `has its dump's time as "${created}"; expected it in UTC: run pg_restore with TZ=UTC`,
  );
}
