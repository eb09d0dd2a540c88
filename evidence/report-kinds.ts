/** The kinds of report that a record may cite. Pure. */
import type { FindingKind } from "./fact";

/** What a report of each kind is, and the formats that are read. */
export const reportTitles: Readonly<Record<FindingKind, string>> = {
  tests: "a run of tests: JUnit XML",
  coverage: "coverage of the tests: istanbul's JSON or lcov",
  sast: "a static analysis: SARIF 2.1.0",
  scan: "a scan of dependencies or of an image: npm audit, CycloneDX or Trivy, as JSON",
  k6: "a smoke test or a load test: k6's summary, as JSON",
  backup: "a backup that was read back: what sha256sum, wc and pg_restore said of it",
  migration: "the receipt of a migration, as JSON",
  soak: "the version's time on an earlier stack, as JSON",
  review: "the review of the pull request, as the forge's API tells it, as JSON",
  ci: "the checks of the commit, as the forge's API tells them",
  alerts: "what fires, as Prometheus or Alertmanager answers",
  preflight: "what was tried before: golive doctor --json, helm lint, helm --dry-run",
  readings: "what a running stack answered, as JSON: verification queries of its database or its Prometheus",
  git: "the working tree that was built: git status --porcelain=v2 --branch",
  document: "a document of the release, such as CHANGELOG.md",
  "restore-point": "the stack's state before the change: golive export",
};

/** Every kind of report. */
export const reportKinds: readonly FindingKind[] = Object.keys(reportTitles).filter(isReportKind);

/** Whether a text is a kind of report. */
export function isReportKind(kind: string): kind is FindingKind {
  return Object.hasOwn(reportTitles, kind);
}
