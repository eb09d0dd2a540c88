/** A checkout with stack files and release records of three systems, part of whose checklists is met, with hostile texts in them. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseDocument } from "yaml";
import { attest } from "../../cli/release/attest";
import { makeKeys } from "../../cli/release/keys";
import { newRecord } from "../../cli/release/new";
import { signRelease } from "../../cli/release/sign";
import { waive } from "../../cli/release/waive";
import { repositoryRoot } from "../../engine/cache";

/** Texts that are to be shown as they are: no element, no entity, no markup, no mention of anybody. */
export const HOSTILE = `</td><script>document.title="owned"</script><img src=x onerror="document.title='owned'"> & [a](javascript:alert(1)) | @everyone`;

export const STACK = "production";
export const RELEASES = { enova: "v2.0.0", guelaguetza: "v1.1.0", s5: "v2.1.0" } as const;

const DIGEST = `sha256:${"a1".repeat(32)}`;

const JUNIT =
  '<testsuites><testsuite name="unit" tests="2"><testcase name="a"/><testcase name="b"/></testsuite></testsuites>';

/** The root of a new temporary checkout. */
export async function recordedReleases(): Promise<string> {
  const root = mkdtempSync(path.join(tmpdir(), "golive-recorded-"));
  const { text: key } = makeKeys(path.join(root, "devops.key"));
  const stack = parseDocument(readFileSync(path.join(repositoryRoot, `Pulumi.${STACK}.yaml`), "utf8"));
  const signer = { name: "Dora Luz", account: "dora", key };
  stack.setIn(["config", "golive:guelaguetza", "evidence", "signers", "devops"], signer);
  writeFileSync(path.join(root, `Pulumi.${STACK}.yaml`), stack.toString());
  for (const [system, version] of Object.entries(RELEASES)) record(root, system, version);
  await fill(root);
  return root;
}

function record(root: string, system: string, version: string): void {
  const repository = repositoryRoot;
  const { file } = newRecord({
    root,
    system,
    version,
    repository,
    stacks: [STACK],
    previous: "v1.0.0",
  });
  const target = path.join(root, file);
  writeFileSync(
    target,
    readFileSync(target, "utf8")
      .replace(/digest: ""/g, `digest: ${DIGEST}`)
      .replace(/^summary: .*$/m, `summary: ${JSON.stringify(`Search by price ${HOSTILE}`)}`)
      .replace(
        /^changes:\n(?: {2}- .*\n(?: {4}.*\n)*)+/m,
        "changes:\n  - Search by price\n  - Prices in cents\n",
      ),
  );
}

async function fill(root: string): Promise<void> {
  const named = { root, system: "guelaguetza", version: RELEASES.guelaguetza };
  const report = path.join(root, "unit.xml");
  writeFileSync(report, JUNIT);
  await attest({ ...named, kind: "tests", name: "unit", file: report });
  waive({
    ...named,
    stack: STACK,
    line: "lint",
    reason: `nobody searches yet ${HOSTILE}`,
    by: "devops",
    until: "2027-01-31",
  });
  await signRelease({ ...named, stack: STACK, role: "devops", key: path.join(root, "devops.key"), days: 14 });
}
