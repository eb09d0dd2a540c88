/** What a report says, as a phrase: `412 tests passed`. Pure. */
import type { Fact, Reading } from "./fact";

/** A fact as a phrase. */
export function summaryOf(fact: Fact): string {
  switch (fact.kind) {
    case "tests":
      return `${count(fact.passed, "test")} passed${also(fact.failed, "failed")}${also(fact.skipped, "skipped")}`;
    case "coverage":
      return `${fact.covered} of ${count(fact.total, "line")} covered`;
    case "sast":
      return `${count(fact.errors, "error")}, ${count(fact.warnings, "warning")}`;
    case "scan":
      return `${count(fact.packages, "package")}, ${fact.critical} critical, ${fact.high} high`;
    case "k6":
      return `${count(fact.checks.length, "check")}, ${count(fact.requests, "request")}, ${fact.failed * 100} % failed`;
    case "backup":
      return `${fact.database}, ${count(fact.size, "byte")}, ${count(fact.entries, "object")}`;
    case "migration":
      return `${count(fact.applied.length, "migration")} applied on ${fact.stack}`;
    case "soak":
      return `${Math.floor(fact.duration / 3600)} h on ${fact.stack}`;
    case "review":
      return `${fact.branch} approved by ${fact.approvedBy.join(", ")}`;
    case "ci":
      return `${count(fact.checks.length, "check")} passed`;
    case "alerts":
      return `${count(fact.firing.length, "alert")} firing`;
    case "readings":
      return readings(fact.readings);
    case "preflight":
      return readings(fact.checks);
    case "git":
      return `${fact.branch} is ${fact.clean ? "clean" : "changed"}`;
    case "document":
      return fact.mentionsVersion ? "it names the version" : "it is there";
    case "restore-point":
      return `${count(fact.resources, "resource")} of ${fact.stack}`;
  }
}

const count = (number: number, thing: string) => `${number} ${thing}${number === 1 ? "" : "s"}`;

const also = (number: number, what: string) => (number === 0 ? "" : `, ${number} ${what}`);

const readings = (all: readonly Reading[]) =>
  `${all.filter(({ ok }) => ok).length} of ${count(all.length, "reading")} as they should be`;
