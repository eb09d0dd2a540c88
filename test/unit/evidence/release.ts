/** A release of a shop, with its folder, its people and their keys: for tests of records and signatures. */
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { publicKeyOf } from "../../../evidence/keys";
import type { Role } from "../../../evidence/line";
import type { Signer } from "../../../evidence/signatures";

export const COMMIT = "0123456789abcdef0123456789abcdef01234567";
export const DIGEST = `sha256:${"a1".repeat(32)}`;

export const RECORD = `# the release before the holidays
system: shop
version: v1.2.0
summary: Search by price
author: { name: Ana Ruiz, account: ana }
commit: ${COMMIT}
branch: release/1.2.0
at: 2026-11-20T08:00:00Z # built by CI
previous: v1.1.0
images:
  - { repository: shop/api, tag: v1.2.0, digest: ${DIGEST} }
changes:
  - Search by price
reports:
  - { kind: document, name: changelog, file: reports/changelog.md }
stacks:
  production:
    reports:
      - { kind: document, name: rollback-plan, file: reports/production/plan.md } # by hand
    rollback: { to: v1.1.0, plan: rollback-plan }
    waivers:
      - { line: load-test, reason: nobody searches yet, by: release-manager, until: 2026-12-31 }
`;

export const CHANGELOG = "# Changelog\n\n## v1.2.0\n\n- Search by price\n";
export const PLAN = "# Rollback of v1.2.0\n\nhelm rollback shop\n";

/** A folder `releases/shop/v1.2.0` in a new temporary checkout; its path. */
export function releaseFolder(record = RECORD): string {
  const folder = path.join(mkdtempSync(path.join(tmpdir(), "golive-release-")), "releases/shop/v1.2.0");
  mkdirSync(path.join(folder, "reports/production"), { recursive: true });
  writeFileSync(path.join(folder, "release.yaml"), record);
  writeFileSync(path.join(folder, "reports/changelog.md"), CHANGELOG);
  writeFileSync(path.join(folder, "reports/production/plan.md"), PLAN);
  return folder;
}

export interface Person {
  readonly signer: Signer;
  readonly privateKey: KeyObject;
}

export function person(name: string, account: string): Person {
  const { privateKey } = generateKeyPairSync("ed25519");
  return { signer: { name, account, key: publicKeyOf(privateKey) }, privateKey };
}

export const people = {
  qa: person("Berta Gil", "berta"),
  "product-owner": person("Carlos Paz", "carlos"),
  devops: person("Dora Luz", "dora"),
} as const satisfies Partial<Record<Role, Person>>;
