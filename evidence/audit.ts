/** What the cluster keeps of a release: facts and digests, no report's text, no signature, no secret (rows K27, G17). Pure. */
import type { Fact } from "./fact";
import type { ReleaseVerdict, SystemVerdict } from "./gate";
import { reportsFor } from "./records";
import { isFact } from "./reports";
import { summaryOf } from "./summary";

/** A release, as the cluster keeps it: texts by name, the same for the same record, whatever the time. */
export interface Audit {
  readonly system: string;
  readonly version: string;
  /** Of the record and of every report: `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  readonly data: Readonly<Record<AuditFile, string>>;
}

/** Names of the texts. */
export type AuditFile = "release.json" | "reports.json" | "approvals.json" | "completion.json";

/** Every release that a stack's system is at. */
export const auditsOf = ({ stack, releases }: SystemVerdict): readonly Audit[] =>
  releases.map((release) => auditOf(stack, release));

function auditOf(stack: string, { loaded, approvals, completion }: ReleaseVerdict): Audit {
  const { record, digest } = loaded;
  const { rollback, waivers = [] } = record.stacks[stack] ?? {};
  const release = { ...record, reports: undefined, stacks: undefined };
  return {
    system: record.system,
    version: record.version,
    digest,
    data: {
      "release.json": json({ stack, ...release, rollback, waivers, digest }),
      "reports.json": json(
        reportsFor(loaded, stack).map(({ citation, digest: of, read }) => ({
          ...citation,
          digest: of,
          ...(isFact(read) ? told(read) : { problem: read.problem }),
        })),
      ),
      "approvals.json": json(
        approvals.flatMap((approval) => {
          if (!approval.valid) return [];
          const { role, person, account, at, expires, lines } = approval.signed;
          return [{ role, person, account, at, expires, lines }];
        }),
      ),
      "completion.json": json(completion?.valid === true ? completion.signed : null),
    },
  };
}

const told = (fact: Fact) => ({ tool: fact.source.tool, at: fact.source.at, says: summaryOf(fact) });

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
