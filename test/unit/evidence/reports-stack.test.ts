import assert from "node:assert/strict";
import fc from "fast-check";
import { factOf, findingOf, problemOf } from "./read";

const HASH = "9f".repeat(32);
const DUMP = "/backups/v1.2.0-20261124T080000Z.dump";

/** As PostgreSQL 15's programs write it of a database with one table. */
const LIST = `;
; Archive created at 2026-11-24 08:00:00 UTC
;     dbname: shop_db
;     TOC Entries: 6
;     Compression: -1
;     Dump Version: 1.14-0
;     Format: CUSTOM
;     Integer: 4 bytes
;     Offset: 8 bytes
;     Dumped from database version: 15.14
;     Dumped by pg_dump version: 15.14
;
;
; Selected TOC Entries:
;
214; 1259 16389 TABLE public Product postgres
3319; 0 16389 TABLE DATA public Product postgres
3176; 2606 16393 CONSTRAINT public Product Product_pkey postgres
`;
const PROOF = `dumped: 1902 bytes
${HASH}  ${DUMP}
1902 ${DUMP}
${LIST}read to its end: ${DUMP}
backup: ${DUMP}, 1902 bytes, 1 tables
`;

describe("a proof of a backup", () => {
  it("G2 K13 counts the objects of the dump, and says which database and when", () => {
    assert.deepEqual(findingOf("backup", PROOF), {
      kind: "backup",
      database: "shop_db",
      size: 1902,
      checksum: `sha256:${HASH}`,
      entries: 3,
    });
    const { source } = factOf("backup", PROOF);
    assert.deepEqual([source.tool, source.at], ["pg_dump 15.14", "2026-11-24T08:00:00.000Z"]);
  });

  const BROKEN: readonly [string, string, string][] = [
    [
      "0 bytes",
      PROOF.replace(`1902 ${DUMP}`, `0 ${DUMP}`),
      "is of a dump of 0 bytes; expected one that holds something",
    ],
    [
      "nothing in it",
      PROOF.replace(/^\d+; .*$/gm, ""),
      "is of a dump with 0 objects; expected its table of contents",
    ],
    [
      "no end",
      PROOF.replace(/^read to its end.*$/m, ""),
      "lacks what pg_restore --file=/dev/null, that it read all says; expected it of the dump",
    ],
    ["no checksum", PROOF.replace(HASH, ""), "lacks what sha256sum says; expected it of the dump"],
    ["no size", PROOF.replace(`\n1902 ${DUMP}`, ""), "lacks what wc -c says; expected it of the dump"],
    [
      "a checksum alone",
      `${HASH}  ${DUMP}\n1902 ${DUMP}\nread to its end: ${DUMP}\n`,
      "lacks what pg_restore --list says; expected it of the dump",
    ],
    [
      "two files",
      PROOF.replace(`1902 ${DUMP}`, "1902 /backups/other.dump"),
      `is of ${DUMP} and /backups/other.dump; expected one file`,
    ],
    [
      "a time in another zone",
      PROOF.replace("08:00:00 UTC", "02:00:00 CST"),
      'has its dump\'s time as "2026-11-24 02:00:00 CST"; expected it in UTC: run pg_restore with TZ=UTC',
    ],
    [
      "the future",
      PROOF.replace("2026-11-24 08:00", "2026-11-25 08:00"),
      "is of 2026-11-25T08:00:00Z, which is yet to come (now is 2026-11-24T08:30:00.000Z)",
    ],
  ];
  for (const [what, report, problem] of BROKEN) {
    it(`G2 is not believed with ${what}`, () => assert.equal(problemOf("backup", report), problem));
  }
});

const step = (name: string, log: string, exitCode = 0) => ({
  name,
  exitCode,
  finishedAt: "2026-11-24T08:00:00Z",
  log,
});
const receipt = (steps: readonly object[], change: object = {}) => ({
  apiVersion: "golive/v1",
  kind: "MigrationReceipt",
  stack: "staging",
  version: "v1.2.0",
  job: "shop-migration-1a2b3c",
  steps,
  ...change,
});
const MIGRATE = step("migrate", "000-begin.sql: applied before\n001-state.sql: applied\n");
const VERIFY = step("verify", "ok: every product has version 1: 0\nok: a name: of two parts: 7\n");

describe("the receipt of a migration", () => {
  it("G3 L13 gives what is applied and what the database answered, out of the Job's logs", () => {
    const fact = factOf("migration", receipt([step("backup", "dumped: 12 bytes\n"), MIGRATE, VERIFY]));
    const { applied, verified, reversible, stack } = fact;
    assert.deepEqual(applied, ["000-begin.sql", "001-state.sql"]);
    assert.deepEqual(verified, [
      { name: "every product has version 1", ok: true, reading: "0" },
      { name: "a name: of two parts", ok: true, reading: "7" },
    ]);
    assert.deepEqual([stack, reversible, fact.source.tool], ["staging", false, "Job shop-migration-1a2b3c"]);
  });

  const LOGS: readonly [string, string, readonly string[]][] = [
    [
      "Prisma",
      "1 migration found in prisma/migrations\n\nApplying migration `20261101000000_add_version`\n\nAll migrations have been successfully applied.\n",
      ["20261101000000_add_version"],
    ],
    ["Prisma with nothing to do", "No pending migrations to apply.\n", []],
    [
      "db-migrate",
      "[INFO] Processed migration 20261101000000-add-users\n[INFO] Done\n",
      ["20261101000000-add-users"],
    ],
    ["db-migrate with nothing to do", "[INFO] No migrations to run\n[INFO] Done\n", []],
  ];
  for (const [tool, log, applied] of LOGS) {
    it(`G3 S4 reads what ${tool} says`, () => {
      assert.deepEqual(factOf("migration", receipt([step("migrate", log)])).applied, applied);
    });
  }

  it("G3 S7 is reversible where its reverse was tried to its end", () => {
    const reversible = (exitCode: number) =>
      factOf(
        "migration",
        receipt([MIGRATE], { reverse: { what: "down.sql", steps: [step("reverse", "", exitCode)] } }),
      ).reversible;
    assert.deepEqual([reversible(0), reversible(1)], [true, false]);
  });

  it("G3 G4 shows an answer that is not the one expected", () => {
    const verify = step("verify", "failed: no product has a negative stock: expected 0, found 3\n", 1);
    assert.deepEqual(factOf("migration", receipt([MIGRATE, verify])).verified, [
      { name: "no product has a negative stock", ok: false, reading: "expected 0, found 3" },
    ]);
  });

  it("G3 is not believed of another version, without its steps, or where one failed", () => {
    assert.equal(
      problemOf("migration", receipt([MIGRATE], { version: "v1.1.0" })),
      "is of version v1.1.0; expected v1.2.0",
    );
    assert.equal(
      problemOf("migration", receipt([VERIFY])),
      "has no step migrate; expected every container of the Job",
    );
    assert.equal(
      problemOf("migration", receipt([step("migrate", "ERROR", 1)])),
      "is of a Job whose step migrate ended with code 1; expected 0",
    );
    assert.equal(
      problemOf("migration", receipt([MIGRATE, step("verify", "", 2)])),
      "is of a Job whose step verify ended with code 2; expected 0",
    );
    assert.equal(
      problemOf("migration", receipt([MIGRATE, step("verify", "")])),
      "has a step verify that says nothing; expected its answers",
    );
    assert.equal(
      problemOf("migration", receipt([MIGRATE], { apiVersion: "golive/v2" })),
      'is malformed MigrationReceipt: apiVersion: Invalid input: expected "golive/v1"',
    );
  });
});

const taken = (...found: readonly (number | string | null)[]) =>
  found.map((value, hour) => ({ at: `2026-11-24T0${hour}:00:00Z`, found: value }));
const LATENCY = { name: "latency p95 < 500 ms", unit: "ms", taken: taken(120, 499.9) };
const readings = (...all: readonly object[]) => ({
  apiVersion: "golive/v1",
  kind: "Readings",
  stack: "production",
  tool: "golive watch",
  readings: all,
});

describe("readings of a running stack", () => {
  it("E10 G9 judges each by the values and the limit, and is of the time of the last", () => {
    const stock = {
      name: "orders by state",
      expected: { is: "==", limit: "paid" },
      taken: taken("paid"),
    };
    const fact = factOf(
      "readings",
      readings(LATENCY, stock, { name: "checkouts", expected: null, taken: taken(412) }),
    );
    assert.deepEqual(fact.readings, [
      {
        name: "latency p95 < 500 ms",
        ok: true,
        reading: "499.9 ms at 2026-11-24T01:00:00Z (expected < 500 ms)",
      },
      { name: "orders by state", ok: true, reading: "paid at 2026-11-24T00:00:00Z (expected == paid)" },
      { name: "checkouts", ok: true, reading: "412 at 2026-11-24T00:00:00Z" },
    ]);
    assert.deepEqual([fact.stack, fact.source.at], ["production", "2026-11-24T01:00:00.000Z"]);
  });

  const WRONG: readonly [string, object, string][] = [
    ["one value of several", { ...LATENCY, taken: taken(120, 500, 120) }, "500 ms at 2026-11-24T01:00:00Z"],
    ["an answer without data", { ...LATENCY, taken: taken(null) }, "no data at 2026-11-24T00:00:00Z"],
    ["no data of what has no limit", { name: "checkouts", expected: null, taken: taken(null) }, "no data at"],
    ["a text for a number", { ...LATENCY, taken: taken("12") }, "12 ms at"],
    ["some where the name says no", { name: "no errors in logs", taken: taken(0, 2) }, "2 at 2026-11-24T01"],
    ["a text that differs", { name: "state", expected: { is: "==", limit: "a" }, taken: taken("b") }, "b at"],
    ["a text that is less", { name: "state", expected: { is: "<", limit: "b" }, taken: taken("a") }, "a at"],
  ];
  for (const [what, reading, start] of WRONG) {
    it(`E10 G9 ${what} is not as it should be`, () => {
      const [found] = factOf("readings", readings(reading)).readings;
      assert.equal(found?.ok, false);
      assert.ok(found.reading.startsWith(start), found.reading);
    });
  }

  it("E10 a limit in a name binds, whatever the values", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 999 }), (value, limit) => {
        const name = `errors < ${limit} %`;
        const [found] = factOf("readings", readings({ name, taken: taken(value) })).readings;
        assert.equal(found?.ok, value < limit);
      }),
    );
    const limits = (name: string, limit: number) =>
      factOf("readings", readings({ name, expected: { is: "<=", limit }, taken: taken(100, 500) }))
        .readings[0];
    const lax = limits("latency < 500 ms", 5000);
    assert.deepEqual(
      [lax?.ok, lax?.reading],
      [false, "500 at 2026-11-24T01:00:00Z (expected < 500 and <= 5000)"],
    );
    assert.equal(limits("latency < 501 ms", 100)?.ok, false);
    assert.equal(limits("latency < 501 ms", 500)?.ok, true);
  });

  it("E10 does not believe none, a reading that was never taken, an unknown key, or one to come", () => {
    assert.equal(problemOf("readings", readings()), "has 0 readings; expected what the stack answered");
    assert.equal(
      problemOf("readings", readings({ name: "x", expected: null, taken: [] })),
      'has no value of "x"; expected what was measured',
    );
    assert.equal(
      problemOf("readings", readings({ name: "x", taken: taken(1) })),
      'does not say what is expected of "x"; expected a limit, or null where people read it',
    );
    assert.match(problemOf("readings", readings({ ...LATENCY, ok: true })), /Unrecognized key: "ok"/);
    const later = [{ at: "2026-11-25T00:00:00Z", found: 1 }];
    assert.match(
      problemOf("readings", readings({ name: "x", expected: null, taken: later })),
      /which is yet to come/,
    );
  });
});

const IMAGE = `sha256:${"a1".repeat(32)}`;
const soaked = (change: object = {}) => ({
  apiVersion: "golive/v1",
  kind: "Soak",
  stack: "staging",
  system: "shop",
  version: "v1.2.0",
  tool: "golive watch",
  images: [IMAGE],
  start: "2026-11-24T00:00:00Z",
  end: "2026-11-24T02:00:00Z",
  readings: [{ name: "no errors in logs", taken: taken(0, 0, 0) }],
  ...change,
});

describe("a soak", () => {
  it("G9 gives the images that ran, for how long, and how they did", () => {
    assert.deepEqual(findingOf("soak", soaked()), {
      kind: "soak",
      stack: "staging",
      images: [IMAGE],
      duration: 7200,
      readings: [
        { name: "no errors in logs", ok: true, reading: "0 at 2026-11-24T02:00:00Z (expected == 0)" },
      ],
    });
  });

  const BROKEN: readonly [string, object, string | RegExp][] = [
    ["another version", { version: "v1.1.0" }, "is of version v1.1.0; expected v1.2.0"],
    ["another system", { system: "kometa" }, "is of the system kometa; expected shop"],
    ["no reading", { readings: [] }, "has 0 readings; expected what was watched all the time"],
    ["no image", { images: [] }, /^is malformed Soak: images: /],
    ["a tag for an image", { images: ["v1.2.0"] }, /images\[0\]: expected sha256:/],
    [
      "no time in it",
      { end: "2026-11-24T00:00:00Z" },
      "ends at 2026-11-24T00:00:00Z, and began at 2026-11-24T00:00:00Z; expected a time in between",
    ],
    [
      "hours in which nobody looked",
      { end: "2026-11-24T05:00:00Z" },
      'took nothing of "no errors in logs" from 2026-11-24T02:00:00Z to 2026-11-24T05:00:00Z; expected a value every hour at the least',
    ],
    [
      "values of before it",
      { start: "2026-11-24T00:30:00Z" },
      'took "no errors in logs" at 2026-11-24T00:30:00Z, and then at 2026-11-24T00:00:00Z; expected times in order',
    ],
  ];
  for (const [what, change, problem] of BROKEN) {
    it(`G9 is not believed with ${what}`, () => {
      const found = problemOf("soak", soaked(change));
      if (typeof problem === "string") assert.equal(found, problem);
      else assert.match(found, problem);
    });
  }
});

/** As Prometheus 3 answers `/api/v1/alerts`. */
const firing = (alertname: string, state = "firing", labels: object = {}) => ({
  labels: { alertname, severity: "critical", namespace: "shop", ...labels },
  annotations: { summary: "Shop is down" },
  state,
  activeAt: "2026-11-24T07:00:00.123Z",
  value: "1e+00",
});
const ofPrometheus = (...alerts: readonly object[]) => ({
  at: "2026-11-24T08:29:00Z",
  answer: { status: "success", data: { alerts } },
});

/** As Alertmanager 0.28 answers `/api/v2/alerts`. */
const routed = (alertname: string, status: object = {}, change: object = {}) => ({
  annotations: {},
  endsAt: "2026-11-24T08:33:00.000Z",
  fingerprint: "c3d9",
  receivers: [{ name: "slack" }],
  startsAt: "2026-11-24T07:00:00.000Z",
  status: { inhibitedBy: [], silencedBy: [], mutedBy: [], state: "active", ...status },
  updatedAt: "2026-11-24T08:29:00.000Z",
  generatorURL: "http://prometheus:9090/graph",
  labels: { alertname, severity: "warning" },
  ...change,
});
const ofAlertmanager = (...answer: readonly object[]) => ({ at: "2026-11-24T08:29:00Z", answer });

describe("what fires", () => {
  it("L20 E10 takes from Prometheus what fires, and not what is pending", () => {
    const fact = factOf("alerts", ofPrometheus(firing("ShopDown"), firing("ShopSlow", "pending")));
    assert.deepEqual(fact.firing, [
      { name: "ShopDown", severity: "critical", namespace: "shop", silenced: false },
    ]);
    assert.deepEqual([fact.source.tool, fact.source.at], ["Prometheus", "2026-11-24T08:29:00.000Z"]);
    assert.deepEqual(factOf("alerts", ofPrometheus()).firing, []);
  });

  it("L20 E10 takes from Alertmanager what is silenced or inhibited as well, and not what has ended", () => {
    const fact = factOf(
      "alerts",
      ofAlertmanager(
        routed("A"),
        routed("B", { state: "suppressed", silencedBy: ["1"] }),
        routed("C", { inhibitedBy: ["2"] }),
        routed("D", {}, { endsAt: "2026-11-24T08:29:00.000Z" }),
      ),
    );
    assert.deepEqual(fact.firing, [
      { name: "A", severity: "warning", silenced: false },
      { name: "B", severity: "warning", silenced: true },
      { name: "C", severity: "warning", silenced: true },
    ]);
    assert.equal(fact.source.tool, "Alertmanager");
  });

  it("L20 does not believe an answer of an unknown time, an error, one of the future, or what is none", () => {
    const untimed =
      'does not say when it was asked; expected { "at": …, "answer": … }, as golive release attest writes it';
    assert.equal(problemOf("alerts", ofPrometheus().answer), untimed);
    assert.equal(problemOf("alerts", []), untimed);
    const answer = { status: "error", errorType: "timeout", error: "query timed out" };
    assert.equal(
      problemOf("alerts", { at: "2026-11-24T08:29:00Z", answer }),
      "is an error of Prometheus: query timed out",
    );
    assert.match(problemOf("alerts", { ...ofPrometheus(), at: "2026-11-24T08:36:00Z" }), /yet to come/);
    assert.equal(factOf("alerts", { ...ofPrometheus(), at: "2026-11-24T08:35:00Z" }).firing.length, 0);
    assert.match(
      problemOf("alerts", { at: "2026-11-24T08:29:00Z", answer: { status: "success", data: {} } }),
      /^is malformed Prometheus \/api\/v1\/alerts: data\.alerts: /,
    );
    assert.match(problemOf("alerts", { at: "now", answer: [] }), /^is malformed alerts: at: /);
  });
});

const state = (change: object = {}, resources: readonly object[] | null = RESOURCES) => ({
  version: 3,
  deployment: {
    manifest: { time: "2026-11-24T08:00:00.5Z", magic: "c0ffee", version: "v3.259.0" },
    secrets_providers: { type: "passphrase", state: { salt: "v1:x" } },
    resources,
    metadata: {},
    ...change,
  },
});
const resource = (type: string, stack = "production") => ({
  urn: `urn:pulumi:${stack}::golive::${type}::shop`,
  custom: true,
  type,
});
const RESOURCES = [
  resource("pulumi:pulumi:Stack"),
  resource("pulumi:providers:kubernetes"),
  resource("kubernetes:core/v1:Namespace"),
  resource("kubernetes:helm.sh/v3:Release"),
];

describe("a restore point", () => {
  it("K13 counts what the stack declares, without itself and its providers", () => {
    assert.deepEqual(findingOf("restore-point", state()), {
      kind: "restore-point",
      stack: "production",
      resources: 2,
    });
    const { source } = factOf("restore-point", state());
    assert.deepEqual([source.tool, source.at], ["Pulumi v3.259.0", "2026-11-24T08:00:00.500Z"]);
  });

  it("K13 does not believe an empty state, one under way, of two stacks, or with secrets in clear", () => {
    const empty = "has 0 resources; expected those that would be restored";
    assert.equal(problemOf("restore-point", state({}, null)), empty);
    assert.equal(problemOf("restore-point", state({}, RESOURCES.slice(0, 2))), empty);
    assert.equal(
      problemOf("restore-point", state({ pending_operations: [{ type: "creating" }] })),
      "has 1 operation under way; expected a state between operations",
    );
    assert.equal(
      problemOf("restore-point", state({}, [...RESOURCES, resource("aws:s3:Bucket", "staging")])),
      "is of the stacks production, staging; expected one",
    );
    const clear = {
      ...resource("kubernetes:core/v1:Secret"),
      outputs: { "4dab": "1b47", plaintext: '"hunter2"' },
    };
    assert.equal(
      problemOf("restore-point", state({}, [clear])),
      "has secrets in clear; expected them encrypted: export without --show-secrets",
    );
  });
});
