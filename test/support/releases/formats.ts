/** Reports in the forms in which their tools write them. Stand-ins: no tool ran; the example releases are written by them. */
import { createHash } from "node:crypto";
import type { MigrationReceipt } from "../../../evidence/reports/migration";
import type { Measured } from "../../../evidence/reports/own";

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** Hexadecimal digits that are always the same for a text. */
export const hex = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Seconds after an instant. */
export const after = (at: string, seconds: number): string =>
  new Date(Date.parse(at) + seconds * 1000).toISOString().replace(".000Z", "Z");

/** What Jest writes by jest-junit. */
export function jest(suites: Readonly<Record<string, readonly string[]>>, at: string): string {
  const count = Object.values(suites).flat().length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="jest tests" tests="${count}" failures="0" errors="0" time="8.412">`,
    ...Object.entries(suites).flatMap(([suite, cases]) => [
      `  <testsuite name="${suite}" errors="0" failures="0" skipped="0" timestamp="${at.replace("Z", "")}" time="1.204" tests="${cases.length}">`,
      ...cases.map(
        (name) => `    <testcase classname="${suite}" name="${name}" time="0.012">\n    </testcase>`,
      ),
      "  </testsuite>",
    ]),
    "</testsuites>",
    "",
  ].join("\n");
}

/** Coverage of files, each with how many of its lines ran and how many it has. */
export const lcov = (files: Readonly<Record<string, readonly [hit: number, lines: number]>>): string =>
  Object.entries(files)
    .map(([file, [hit, lines]]) =>
      [
        "TN:",
        `SF:${file}`,
        ...Array.from({ length: lines }, (_, index) => `DA:${index + 1},${index < hit ? 3 : 0}`),
        `LF:${lines}`,
        `LH:${hit}`,
        "end_of_record",
      ].join("\n"),
    )
    .join("\n")
    .concat("\n");

export const semgrep = (commit: string, at: string): string =>
  json({
    version: "2.1.0",
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    runs: [
      {
        tool: {
          driver: {
            name: "Semgrep OSS",
            semanticVersion: "1.56.0",
            rules: [
              { id: "express-check-csurf-middleware-usage", defaultConfiguration: { level: "warning" } },
            ],
          },
        },
        invocations: [{ executionSuccessful: true, endTimeUtc: at }],
        versionControlProvenance: [{ repositoryUri: "https://github.com/example/app", revisionId: commit }],
        results: [
          {
            ruleId: "express-check-csurf-middleware-usage",
            ruleIndex: 0,
            message: { text: "A CSRF middleware was not detected in this file." },
            locations: [{ physicalLocation: { artifactLocation: { uri: "src/legacy.ts" } } }],
          },
        ],
      },
    ],
  });

export const npmAudit = (): string =>
  json({
    auditReportVersion: 2,
    vulnerabilities: {
      tar: {
        name: "tar",
        severity: "moderate",
        isDirect: false,
        via: [],
        effects: [],
        range: "<6.2.1",
        nodes: [],
        fixAvailable: true,
      },
    },
    metadata: {
      vulnerabilities: { info: 0, low: 0, moderate: 1, high: 0, critical: 0, total: 1 },
      dependencies: { prod: 214, dev: 618, optional: 31, peer: 0, peerOptional: 0, total: 832 },
    },
  });

export interface Pull {
  readonly number: number;
  readonly author: string;
  readonly reviewer: string;
  readonly branch: string;
  readonly commit: string;
  readonly at: string;
  readonly files: readonly string[];
}

export const pullRequest = ({ number, author, reviewer, branch, commit, at, files }: Pull): string =>
  json({
    pull: {
      number,
      state: "closed",
      merged: true,
      user: { login: author, type: "User" },
      merge_commit_sha: hex(`merge ${commit}`).slice(0, 40),
      merged_at: after(at, 600),
      changed_files: files.length,
      head: { ref: branch, sha: commit },
      base: { ref: "main" },
    },
    reviews: [
      { user: { login: reviewer, type: "User" }, state: "APPROVED", commit_id: commit, submitted_at: at },
    ],
    files: files.map((filename) => ({ filename, status: "modified" })),
  });

export const checkRuns = (names: readonly string[], commit: string, at: string): string =>
  json({
    total_count: names.length,
    check_runs: names.map((name, index) => ({
      id: 7000 + index,
      name,
      head_sha: commit,
      status: "completed",
      conclusion: "success",
      started_at: at,
      completed_at: after(at, 180),
      app: { slug: "github-actions" },
    })),
  });

export const gitStatus = (branch: string, commit: string): string =>
  [
    `# branch.oid ${commit}`,
    `# branch.head ${branch}`,
    `# branch.upstream origin/${branch}`,
    "# branch.ab +0 -0",
    "",
  ].join("\n");

export const noAlerts = (at: string): string =>
  json({ at, answer: { status: "success", data: { alerts: [] } } });

export const doctor = (
  stack: string,
  at: string,
  checks: readonly (readonly [check: string, reading: string])[],
): string =>
  json({ stack, at, findings: checks.map(([check, reading]) => ({ check, reading, verdict: "ok" })) });

export const helmLint = (chart: string): string =>
  [
    `==> Linting ${chart}`,
    "[INFO] Chart.yaml: icon is recommended",
    "",
    "1 chart(s) linted, 0 chart(s) failed",
    "",
  ].join("\n");

export const dryRun = (release: string, namespace: string, image: string): string =>
  [
    `NAME: ${release}`,
    `NAMESPACE: ${namespace}`,
    "STATUS: pending-upgrade",
    "REVISION: 11",
    "MANIFEST:",
    "---",
    "kind: Service",
    `metadata: { name: ${release} }`,
    "---",
    "kind: Deployment",
    `metadata: { name: ${release} }`,
    "spec:",
    "  template:",
    "    spec:",
    `      containers: [{ name: app, image: "${image}" }]`,
    "",
  ].join("\n");

interface K6 {
  readonly kind: "smoke" | "load";
  readonly version: string;
  readonly at: string;
  readonly seconds: number;
  readonly users: number;
  readonly requests: number;
  readonly steps: readonly string[];
  readonly p95: number;
  readonly average: number;
}

/** What golive's k6 Job leaves in the status of its pod (`k6/result.js`). */
export const k6Job = ({ steps, p95, average, seconds, requests, ...run }: K6): string =>
  json({
    ...run,
    passed: true,
    seconds,
    requests,
    steps: { passed: steps, failed: [], notReached: [] },
    readings: {
      requests: { found: requests },
      p95Ms: { found: p95, is: "<", limit: run.kind === "load" ? 5000 : 2000, ok: true },
      averageMs: { found: average, is: "<", limit: 2000, ok: true },
      requestsPerSecond: { found: requests / seconds },
      failedPercent: { found: 0, is: "<", limit: 1, ok: true },
    },
    faults: [],
  });

/** What a person measured, once each at the time given. */
export const readings = (
  stack: string,
  tool: string,
  at: string,
  found: Readonly<Record<string, number | string>>,
): string =>
  json({
    apiVersion: "golive/v1",
    kind: "Readings",
    stack,
    tool,
    readings: Object.entries(found).map(([name, value]): Measured => ({
      name,
      expected: null, // a person looked at it; a limit in its name binds all the same
      taken: [{ at, found: value }],
    })),
  });

interface Soaked {
  readonly system: string;
  readonly version: string;
  readonly images: readonly string[];
  readonly start: string;
  readonly hours: number;
  readonly found: Readonly<Record<string, number>>;
}

/** What `golive watch` writes of a version's time on staging: a value of each reading every half an hour. */
export const soak = ({ system, version, images, start, hours, found }: Soaked): string => {
  const times = Array.from({ length: hours * 2 + 1 }, (_, index) => after(start, index * 1800));
  return json({
    apiVersion: "golive/v1",
    kind: "Soak",
    stack: "staging",
    system,
    version,
    tool: "golive watch",
    images,
    start,
    end: after(start, hours * 3600),
    readings: Object.entries(found).map(([name, value]): Measured => ({
      name,
      expected: null,
      taken: times.map((at) => ({ at, found: value })),
    })),
  });
};

/** What the programs say of a dump (docs/evidence.md). */
export const backup = (file: string, database: string, at: string, tables: readonly string[]): string => {
  const time = at.replace("T", " ").replace("Z", "");
  return [
    `${hex(file)}  ${file}`,
    `1843207 ${file}`,
    ";",
    `; Archive created at ${time} UTC`,
    `;     dbname: ${database}`,
    `;     TOC Entries: ${tables.length + 4}`,
    ";     Compression: gzip",
    ";     Dump Version: 1.15-0",
    ";     Format: CUSTOM",
    ";     Dumped from database version: 15.6",
    ";     Dumped by pg_dump version: 15.6",
    ";",
    ...tables.map((table, index) => `${215 + index}; 1259 ${16385 + index} TABLE public ${table} postgres`),
    `read to its end: ${file}`,
    "",
  ].join("\n");
};

interface Migrated {
  readonly stack: string;
  readonly version: string;
  readonly job: string;
  readonly at: string;
  readonly applied: string;
  readonly answers: Readonly<Record<string, string>>;
  readonly reverse?: string;
}

export const migration = ({ stack, version, job, at, applied, answers, reverse }: Migrated): string => {
  const step = (name: string, seconds: number, log: string) => ({
    name,
    exitCode: 0,
    finishedAt: after(at, seconds),
    log,
  });
  const receipt: MigrationReceipt = {
    apiVersion: "golive/v1",
    kind: "MigrationReceipt",
    stack,
    version,
    job,
    steps: [
      step("backup", 20, "pg_dump: done\n"),
      step(
        "migrate",
        45,
        `1 migration found in prisma/migrations\nApplying migration \`${applied}\`\nAll migrations have been successfully applied.\n`,
      ),
      step(
        "verify",
        60,
        Object.entries(answers)
          .map(([name, found]) => `ok: ${name}: ${found}\n`)
          .join(""),
      ),
    ],
    ...(reverse !== undefined && {
      reverse: {
        what: reverse,
        steps: [
          step("reverse", 240, "ALTER TABLE\n"),
          step("verify-reverse", 250, "ok: Product has no column version: 0\n"),
        ],
      },
    }),
  };
  return json(receipt);
};

/** `golive export`: a stack's state, of which the names alone matter here. */
export const stackState = (
  stack: string,
  at: string,
  resources: readonly (readonly [type: string, name: string])[],
): string => {
  const urn = (type: string, name: string) => `urn:pulumi:${stack}::golive::${type}::${name}`;
  return json({
    version: 3,
    deployment: {
      manifest: { time: at, magic: hex(at), version: "v3.101.1" },
      secrets_providers: { type: "passphrase" },
      resources: [
        { urn: urn("pulumi:pulumi:Stack", `golive-${stack}`), custom: false, type: "pulumi:pulumi:Stack" },
        ...resources.map(([type, name]) => ({ urn: urn(type, name), custom: true, type })),
      ],
    },
  });
};
