/** `golive:guelaguetza`: the marketplace's backend, its migrations and its backups (rows G2–G5, G10, G11). */
import * as z from "zod";
import { alerting, alertingProblems } from "../alerting";
import { contacts } from "../contacts";
import { secretValue } from "../environment";
import { duration, filled, list, mapping, memory, text, whole } from "../fields";
import { parseTag, TAG_PATTERN } from "../image";
import { migrationFolder } from "../migration-folder";
import { migrationLimits } from "../migration-limits";
import { BUCKET_PATTERN, parseBucketName } from "../names";
import { objectives } from "../objectives";
import { rolloutUponSchema } from "../rollout";
import { evidence, evidenceProblems } from "../evidence";
import { restoreDrill } from "../restore-drill";
import { oidcProviderProblems, oneWriterProblems, serviceProblems, type Given, type Problem } from "../rules";
import { service, urlPath, withRequests, workload } from "../service";

const backup = mapping(
  {
    bucket: text(parseBucketName, {
      title: "S3 bucket name",
      description: "Private bucket of the nightly dumps. Its name must be free in all of AWS.",
      pattern: BUCKET_PATTERN,
    }),
    keepDays: whole(1, 3650, "Days that a dump is kept.").default(30),
    storage: memory({
      description: "Room for one dump while it is made, and for those made before migrations.",
    }).prefault("10Gi"),
    drill: mapping(
      restoreDrill,
      "A restore of the latest dump each week, asked and thrown away. Not set: none.",
    ).optional(),
  },
  "Dumps of the database: every night, and before each migration.",
);

const migration = mapping(
  {
    versionColumnSince: text(parseTag, {
      title: "image tag",
      description:
        "The release whose migration adds Product.version: right after it every product must have version 1.",
      pattern: TAG_PATTERN,
    }),
    ...migrationFolder,
    ...migrationLimits,
    timeout: duration("Time that backup, migration and verification may take together.").prefault("20m"),
  },
  "The Prisma migration that runs before a release.",
);

const maintenance = mapping(
  {
    enablePath: urlPath("Path that turns maintenance on, by POST.").prefault("/admin/maintenance/enable"),
    disablePath: urlPath("Path that turns maintenance off, by POST.").prefault("/admin/maintenance/disable"),
  },
  "Maintenance mode around a migration.",
);

const TESTS = ["checkout", "stock", "race"] as const;

const smoke = mapping(
  {
    tests: list(
      z.enum(TESTS, { error: () => `expected one of ${TESTS.join(", ")}` }),
      "What is tried after a release, beside the health check: a checkout, one with too little stock, and several at once.",
    ).default([...TESTS]),
    productId: filled("Id of the product that the test account buys."),
    lowStockProductId: filled("Id of a product of which there are fewer than 999."),
    raceCopies: whole(2, 100, "Checkouts at once; exactly one may succeed.").default(5),
    shippingAddress: z
      .record(z.string(), z.string({ error: () => "expected a text" }), {
        error: () => "expected a mapping of NAME: value",
      })
      .describe("Where the test orders are sent to, as the checkout takes it."),
    buyerToken: secretValue.describe("Token of the account that buys."),
    overbuyerToken: secretValue.describe("Token of the account that asks for more than there is."),
  },
  "The smoke test after each release, by test accounts of its own.",
);

export const schema = mapping(
  {
    namespace: service.namespace,
    host: service.host,
    ...workload,
    database: secretValue.describe(
      "URL of the PostgreSQL database, for the service, its migrations and its dumps.",
    ),
    migration,
    maintenance: maintenance.prefault({}),
    backup,
    smoke,
    contacts,
    alerting: alerting.optional(),
    objectives: objectives("guelaguetza").optional(),
    rollout: rolloutUponSchema(["guelaguetza"]),
    evidence: evidence.optional(),
  },
  "Guelaguetza: the marketplace's backend behind one host.",
).transform(withRequests);

/** What the Guelaguetza system is built from. */
export type GuelaguetzaSettings = z.output<typeof schema>;

/** Every mistake between Guelaguetza's fields. */
export const problems = (given: Given): readonly Problem[] => [
  ...serviceProblems(given),
  ...oidcProviderProblems(given, ["backup", "bucket"]),
  ...oneWriterProblems(given, ["smoke"], ["buyerToken", "overbuyerToken"]),
  ...alertingProblems(given),
  ...evidenceProblems(given),
];
