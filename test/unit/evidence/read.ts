/** Reads a report for a release of a shop: for tests of the formats. */
import assert from "node:assert/strict";
import type { Disbelief, Fact, FindingKind } from "../../../evidence/fact";
import { isFact, readReport } from "../../../evidence/reports";
import { COMMIT } from "./release";

export const RELEASE = { system: "shop", version: "v1.2.0", commit: COMMIT, at: "2026-11-20T08:00:00Z" };
export const NOW = new Date("2026-11-24T08:30:00Z");

/** A text as it is, or a value as its JSON. */
export type Report = string | object;

export function read(kind: FindingKind, report: Report, now = NOW): Fact | Disbelief {
  const text = typeof report === "string" ? report : JSON.stringify(report);
  return readReport({ kind, name: kind, file: "reports/report" }, Buffer.from(text), RELEASE, now);
}

/** A report that is believed. */
export function factOf<Kind extends FindingKind>(kind: Kind, report: Report, now = NOW): Fact<Kind> {
  const fact = read(kind, report, now);
  assert.ok(isFact(fact), JSON.stringify(fact));
  assert.ok(isOfKind(fact, kind));
  return fact;
}

const isOfKind = <Kind extends FindingKind>(fact: Fact, kind: Kind): fact is Fact<Kind> => fact.kind === kind;

/** What a report says, without where it was read. */
export function findingOf(kind: FindingKind, report: Report, now = NOW): object {
  const { name, source, ...finding } = factOf(kind, report, now);
  assert.deepEqual([name, source.file], [kind, "reports/report"]);
  return finding;
}

/** Why a report is not believed. */
export function problemOf(kind: FindingKind, report: Report, now = NOW): string {
  const disbelief = read(kind, report, now);
  assert.ok(!isFact(disbelief), JSON.stringify(disbelief));
  assert.deepEqual(
    [disbelief.kind, disbelief.name, disbelief.file],
    [kind, kind, "reports/report"],
    disbelief.problem,
  );
  return disbelief.problem;
}
