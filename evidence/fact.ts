/** What a report says, read out of the report itself: never out of what the record claims of it. */

/** Where a fact was read. */
export interface Provenance {
  /** The report, relative to the record's folder: `reports/unit.xml`. */
  readonly file: string;
  /** SHA-256 of the report's bytes: `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  /** What wrote it, with its version where the report says: `mocha`, `k6 1.4.0`. */
  readonly tool: string;
  /** When the tool ran (ISO 8601, UTC). @default - the report does not say, and the record's `at` stands */
  readonly at?: string;
  /** Commit that was tested. @default - the report does not say, and the record's `commit` stands */
  readonly commit?: string;
}

/** Tests of a suite (JUnit). */
export interface Tests {
  readonly kind: "tests";
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Coverage of lines (istanbul JSON or lcov): counts, so that nothing has been rounded. */
export interface Coverage {
  readonly kind: "coverage";
  readonly covered: number;
  readonly total: number;
}

/** A static analysis (SARIF): results that count, without those whose suppression was accepted. */
export interface StaticAnalysis {
  readonly kind: "sast";
  readonly errors: number;
  readonly warnings: number;
  readonly suppressed: number;
}

/** A scan of dependencies or of an image (npm audit, CycloneDX with vulnerabilities, Trivy). */
export interface Scan {
  readonly kind: "scan";
  readonly target: "dependencies" | "image";
  readonly critical: number;
  readonly high: number;
  readonly moderate: number;
  readonly low: number;
  /** How many packages were looked at: zero is a scan that did not run. */
  readonly packages: number;
  /** When the scanner's database was last brought up to date (ISO 8601). @default - the scanner asks a service, which has no age */
  readonly databaseAt?: string;
  /** Digest of the scanned image. @default - no image was scanned */
  readonly image?: string;
}

/** A run of k6: a smoke test or a load test. */
export interface K6Run {
  readonly kind: "k6";
  readonly checks: readonly { readonly name: string; readonly passes: number; readonly fails: number }[];
  readonly thresholds: readonly {
    readonly metric: string;
    readonly expression: string;
    readonly ok: boolean;
  }[];
  readonly requests: number;
  /** Seconds. */
  readonly duration: number;
  /** Most virtual users at once. */
  readonly users: number;
  /** p95 of the requests' duration, milliseconds. @default - the run made no request */
  readonly p95?: number;
  /** Mean of the requests' duration, milliseconds. @default - the run made no request */
  readonly mean?: number;
  /** Requests per second. */
  readonly rate: number;
  /** Share of failed requests, 0 to 1. */
  readonly failed: number;
}

/** A database backup that was read back. */
export interface Backup {
  readonly kind: "backup";
  readonly database: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256 of the dump. */
  readonly checksum: string;
  /** Objects that `pg_restore --list` counted in it. */
  readonly entries: number;
}

/** What a migration left behind. */
export interface Migration {
  readonly kind: "migration";
  readonly stack: string;
  readonly applied: readonly string[];
  /** True where its reverse is recorded and has been tried. */
  readonly reversible: boolean;
  /** Verification queries, by name, with what each gave. */
  readonly verified: readonly Reading[];
}

/** A version's time on an earlier stack. */
export interface Soak {
  readonly kind: "soak";
  readonly stack: string;
  /** Digests of the images that ran. */
  readonly images: readonly string[];
  /** Seconds. */
  readonly duration: number;
  readonly readings: readonly Reading[];
}

/** A pull request's review, as the forge's API tells it. */
export interface Review {
  readonly kind: "review";
  readonly author: string;
  /** Accounts whose last word was an approval of the head commit, the author left out. */
  readonly approvedBy: readonly string[];
  /** Accounts whose last word was a request for changes. */
  readonly refusedBy: readonly string[];
  /** The branch that was reviewed: `release/1.1.0`. */
  readonly branch: string;
  /** The branch that it is merged into: `main`. */
  readonly base: string;
  /** True where it has been merged. */
  readonly merged: boolean;
  /** Files that the pull request changes. @default - the answer has none */
  readonly files?: readonly string[];
}

/** The checks of a commit, as the forge's API tells them. */
export interface ContinuousIntegration {
  readonly kind: "ci";
  readonly checks: readonly { readonly name: string; readonly ok: boolean }[];
}

/** What fired when Prometheus or Alertmanager was asked. */
export interface Alerts {
  readonly kind: "alerts";
  readonly firing: readonly {
    readonly name: string;
    /** @default "" - the alert has no severity */
    readonly severity: string;
    readonly namespace?: string;
    /** True where somebody silenced it, or another alert inhibits it: it fires all the same. */
    readonly silenced: boolean;
  }[];
}

/** One thing that was looked at: what it was, what was found, and whether that is as it should be. */
export interface Reading {
  readonly name: string;
  readonly ok: boolean;
  /** What was found, for people. */
  readonly reading: string;
}

/** What a running stack answered: verification queries of its database, queries of its Prometheus. */
export interface Readings {
  readonly kind: "readings";
  readonly stack: string;
  readonly readings: readonly Reading[];
}

/** The place of a release, looked at before: `golive doctor --json`, helm lint, a dry run. */
export interface Preflight {
  readonly kind: "preflight";
  /** @default - the report is of no stack, e.g. helm lint */
  readonly stack?: string;
  readonly checks: readonly Reading[];
}

/** The working tree that was built (`git status --porcelain=v2 --branch`). */
export interface WorkingTree {
  readonly kind: "git";
  readonly clean: boolean;
  /** Paths that are changed, staged or not tracked. */
  readonly changed: readonly string[];
  /** `(detached)` where no branch was checked out. */
  readonly branch: string;
}

/** A document of the release: CHANGELOG, release notes, README, API docs, runbook, rollback plan. */
export interface Document {
  readonly kind: "document";
  /** True where the text has something of this very version. */
  readonly mentionsVersion: boolean;
  readonly text: string;
}

/** A stack's state, saved before a change: `golive export`. */
export interface RestorePoint {
  readonly kind: "restore-point";
  readonly stack: string;
  readonly resources: number;
}

/** What a report says. */
export type Finding =
  | Tests
  | Coverage
  | StaticAnalysis
  | Scan
  | K6Run
  | Backup
  | Migration
  | Soak
  | Review
  | ContinuousIntegration
  | Alerts
  | Readings
  | Preflight
  | WorkingTree
  | Document
  | RestorePoint;

export type FindingKind = Finding["kind"];
export type FindingOf<Kind extends FindingKind> = Extract<Finding, { readonly kind: Kind }>;

/** A finding with where it was read. `name` tells several of a kind apart: `unit`, `integration`, `smoke`. */
export type Fact<Kind extends FindingKind = FindingKind> = FindingOf<Kind> & {
  readonly name: string;
  readonly source: Provenance;
};

/** A report that could not be believed: which, and why, in one sentence. */
export interface Disbelief {
  readonly file: string;
  readonly name: string;
  readonly kind: FindingKind;
  readonly problem: string;
}
