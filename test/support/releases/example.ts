/** What an example release is made from, and how it is written. */
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import type * as z from "zod";
import { checklistOf } from "../../../evidence/checklists";
import type { FindingKind } from "../../../evidence/fact";
import { publicKeyOf } from "../../../evidence/keys";
import { linesSignedBy, type Role } from "../../../evidence/line";
import type { recordSchema } from "../../../evidence/record";
import { loadRecord } from "../../../evidence/records";
import { approvalOf, completionOf, signStatement } from "../../../evidence/signatures";
import { COMPLETING_ROLES, type Completion, type Statement } from "../../../evidence/signatures/statement";
import { stageOf } from "../../../settings/evidence";

export interface ExampleReport {
  readonly kind: FindingKind;
  readonly name: string;
  /** Relative to the record's folder. */
  readonly file: string;
  readonly text: string;
  /** True where it is of the stack alone. */
  readonly ofStack?: boolean;
}

export interface ExampleApproval {
  readonly role: Role;
  readonly at: string;
  readonly expires: string;
  /** @default - all that the role signs, but for those of a way back that nobody went */
  readonly lines?: readonly string[];
}

/** An example release on the one stack that it is of. */
export interface Example {
  readonly stack: string;
  readonly record: Omit<z.input<typeof recordSchema>, "reports" | "stacks">;
  readonly rollback: { readonly to: string; readonly plan: string; readonly restorePoint: string };
  readonly reports: readonly ExampleReport[];
  readonly approvals: readonly ExampleApproval[];
  readonly completion?: Omit<Completion, "system" | "version" | "stack" | "by"> & {
    readonly role: (typeof COMPLETING_ROLES)[number];
  };
}

/** Somebody who signs in an example. */
export interface Person {
  readonly name: string;
  readonly account: string;
  readonly privateKey: KeyObject;
}
export type People = Readonly<Partial<Record<Role, Person>>>;

/** People of the roles, with new keys. */
export const newPeople = (...roles: readonly Role[]): People =>
  Object.fromEntries(
    roles.map((role) => [
      role,
      {
        name: `Ejemplo ${role}`,
        account: `ejemplo-${role}`,
        privateKey: generateKeyPairSync("ed25519").privateKey,
      },
    ]),
  );

/** The public half, as a stack file has it. */
export const publicText = ({ privateKey }: Person): string => publicKeyOf(privateKey).text;

/** Lines of a way back, which nobody signs who did not go it. */
const WAY_BACK = /^(?:rollback-.*|post-mortem)$/;

/** Every line that a role signs. */
export function signedLines(system: string, stack: string, role: Role): readonly string[] {
  const [checklist, stage] = [checklistOf(system), stageOf(stack)];
  if (checklist === undefined || stage === undefined) return [];
  return linesSignedBy(checklist, role, stage, ["before", "during", "after"])
    .map(({ id }) => id)
    .filter((id) => !WAY_BACK.test(id));
}

/** Writes a record with its reports and its signatures below `releases`; gives its folder. */
export function writeExample(releases: string, example: Example, people: People): string {
  const { record, stack } = example;
  const folder = path.join(releases, record.system, record.version);
  rmSync(folder, { recursive: true, force: true });
  for (const { file, text } of example.reports) write(folder, file, text);
  write(folder, "release.yaml", recordText(example));
  for (const approval of example.approvals) sign(folder, example, approval, personOf(people, approval.role));
  if (example.completion !== undefined) {
    const { role, ...ended } = example.completion;
    const { name, account, privateKey } = personOf(people, role);
    const by = { role, person: name, account };
    seal(folder, stack, "completion", completionOf(loadRecord(folder), { ...ended, stack, by }), privateKey);
  }
  return folder;
}

function write(folder: string, file: string, text: string): void {
  const target = path.join(folder, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
}

function recordText({ stack, record, rollback, reports }: Example): string {
  const cited = (ofStack: boolean) =>
    reports
      .filter((report) => (report.ofStack ?? false) === ofStack)
      .map(({ kind, name, file }) => ({ kind, name, file }));
  const value = { ...record, reports: cited(false), stacks: { [stack]: { reports: cited(true), rollback } } };
  return [
    "# yaml-language-server: $schema=../../../schema/release.schema.json",
    "# An example: a script wrote its reports (test/support/releases), and nobody has the keys of those who signed.",
    stringify(value, { lineWidth: 0 }),
  ].join("\n");
}

function sign(
  folder: string,
  { record, stack }: Example,
  { role, at, expires, lines }: ExampleApproval,
  { name, account, privateKey }: Person,
): void {
  const statement = approvalOf(loadRecord(folder), {
    stack,
    role,
    name,
    account,
    lines: lines ?? signedLines(record.system, stack, role),
    at: new Date(at),
    expires: new Date(expires),
  });
  seal(folder, stack, role, statement, privateKey);
}

function seal(folder: string, stack: string, of: string, statement: Statement, key: KeyObject): void {
  write(folder, `signatures/${stack}/${of}.dsse.json`, signStatement(statement, key));
}

function personOf(people: People, role: Role): Person {
  const person = people[role];
  if (person === undefined) throw new Error(`the example has nobody for ${role}`);
  return person;
}
