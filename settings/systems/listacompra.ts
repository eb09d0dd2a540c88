/** `golive:listacompra`: an API and an AI worker of one image, their database's migration and backups (rows L1, L3, L5, L6, L8, L14, L15). */
import semver from "semver";
import * as z from "zod";

import { alerting, alertingProblems } from "../alerting";
import { contacts } from "../contacts";
import { secretValue } from "../environment";
import { filled, list, mapping, text, whole } from "../fields";
import { migrationFolder } from "../migration-folder";
import { migrationLimits } from "../migration-limits";
import { BUCKET_PATTERN, LABEL_PATTERN, parseBucketName, parseLabelName } from "../names";
import { objectives } from "../objectives";
import { rolloutUponSchema } from "../rollout";
import { evidence, evidenceProblems } from "../evidence";
import { restoreDrill } from "../restore-drill";
import { type Given, oidcProviderProblems, type Problem, serviceProblems, workloadProblems } from "../rules";
import { service, urlPath, withRequests, workload } from "../service";
import { telemetry } from "../telemetry";
import { environmentOf, VARIABLES, variableProblems } from "./listacompra-variables";

const { image, ...parts } = workload;

const bucket = (description: string) =>
  text(parseBucketName, { title: "S3 bucket", description, pattern: BUCKET_PATTERN });

const api = mapping(
  { ...parts, readyPath: urlPath("Path that answers 200 when requests may be sent.").prefault("/ready") },
  "listacompra-api, which also sends the outbox.",
).transform(withRequests);

const worker = mapping(
  {
    ...parts,
    port: whole(
      1,
      65_535,
      "TCP port on which the worker answers its health check; it serves nothing else.",
    ).default(3001),
    command: list(filled("A word."), "What the container runs instead of the image's own command.").min(1),
  },
  "The AI worker, of the same image.",
).transform(withRequests);

const ports = mapping(
  {
    database: whole(1, 65_535, "TCP port of PostgreSQL.").default(5432),
    redis: whole(1, 65_535, "TCP port of Redis.").default(6379),
    rabbitmq: whole(1, 65_535, "TCP port of RabbitMQ.").default(5672),
  },
  "Ports of the services on private networks that the pods reach.",
).prefault({});

const backup = mapping(
  {
    bucket: bucket("Bucket of the backups and of the archived WAL; it is declared here."),
    database: mapping(
      {
        host: filled("Host of the database, where pgBackRest's server answers over TLS."),
        dataPath: filled("Folder of the cluster's data on that host, e.g. /var/lib/postgresql/15/main."),
        tlsPort: whole(1, 65_535, "Port of pgBackRest's server.").default(8432),
      },
      "The database's host.",
    ),
    tlsSecret: text(parseLabelName, {
      title: "Secret name",
      description: "Secret with ca.crt, tls.crt and tls.key of the client, as cert-manager makes it.",
      pattern: LABEL_PATTERN,
    }),
    cipher: secretValue.describe("Passphrase that encrypts the backups: without it none can be read."),
    keepFull: whole(1, 365, "Full backups that are kept, with what depends on them.").default(14),
    limits: service.limits.prefault({ cpu: "500m", memory: "512Mi" }),
    drill: mapping(
      {
        ...restoreDrill,
        database: filled("Database of the cluster that is asked.").default("listacompra"),
      },
      "A restore of the latest backup each week, asked and thrown away. Not set: none.",
    ).optional(),
  },
  "Backups by pgBackRest: full each day, incremental every six hours. Required on production.",
);

export const schema = mapping(
  {
    namespace: service.namespace,
    host: service.host,
    image,
    environment: service.environment,
    api,
    worker,
    ports,
    migration: mapping(
      { ...migrationFolder, ...migrationLimits },
      "The Prisma migration that runs after a release.",
    ).prefault({}),
    backup: backup.optional(),
    telemetry,
    contacts,
    alerting: alerting.optional(),
    objectives: objectives("listacompra").optional(),
    rollout: rolloutUponSchema(["listacompra"]),
    evidence: evidence.optional(),
  },
  "ListaCompra: an API and an AI worker of one image.",
);

/** What the ListaCompra system is built from. */
export type ListaCompraSettings = z.output<typeof schema>;

const entries = z.record(z.string(), z.unknown()).catch({});

const view = z.object({
  image: z.object({ tag: z.string().optional().catch(undefined) }).catch({}),
  environment: entries,
  api: z.object({ environment: entries }).catch({ environment: {} }),
  worker: z.object({ environment: entries }).catch({ environment: {} }),
  backup: z.unknown().optional(),
});

type View = z.output<typeof view>;

/** Every mistake between ListaCompra's fields. */
export function problems(given: Given): readonly Problem[] {
  const environment = environmentOf(given.stack);
  const seen = view.parse(given.service);
  const shared = serviceProblems({ ...given, service: { environment: seen.environment } });
  const own = [
    ...(environment === undefined ? [foreignStack] : placeProblems(environment, seen, given)),
    ...misplaced(seen),
    ...bucketProblems(given, seen),
  ];
  return [
    ...shared,
    ...withoutTwins(own, shared),
    ...workloadProblems(given, ["api", "worker"]),
    ...alertingProblems(given),
    ...evidenceProblems(given),
  ];
}

const foreignStack: Problem = {
  path: [],
  part: "key",
  message:
    "expected on a stack named staging or production, or with such a beginning (staging-eu): its variables are those " +
    "of that environment; golive local serves the third one, Local",
};

/** What one environment asks for and another does not. */
function placeProblems(environment: "staging" | "production", seen: View, given: Given): Problem[] {
  const variables = variableProblems(environment, seen.environment);
  if (environment === "staging") return [...variables];
  return [...variables, ...versionProblems(seen), ...backupProblems(seen, given)];
}

function versionProblems({ image: { tag } }: View): Problem[] {
  if (tag === undefined || (tag.startsWith("v") && semver.valid(tag.slice(1)) === tag.slice(1))) return [];
  const message = "expected a semantic version on production, such as v1.4.0 (etiquetas semánticas vX.Y.Z)";
  return [{ path: ["image", "tag"], message }];
}

const backupProblems = ({ backup: given }: View, all: Given): readonly Problem[] =>
  given === undefined
    ? [{ path: ["backup"], message: "expected backups on production: incremental every 6 h, full each day" }]
    : oidcProviderProblems(all, ["backup", "bucket"]);

/** The table's variables are the system's: one place says them for the API and the worker. */
const misplaced = (seen: View): Problem[] =>
  (["api", "worker"] as const).flatMap((part) =>
    Object.keys(seen[part].environment)
      .filter((name) => name in VARIABLES)
      .map((name): Problem => ({
        path: [part, "environment", name],
        part: "key",
        message: `expected ${name} in golive:listacompra.environment, which the API and the worker share; move it there`,
      })),
  );

function bucketProblems(given: Given, { environment: { S3_BUCKET: name } }: View): readonly Problem[] {
  if (name === undefined) return [];
  const parsed =
    typeof name === "string" ? parseBucketName(name) : { problem: "expected the plain name of a bucket" };
  const path = ["environment", "S3_BUCKET"];
  return "problem" in parsed ? [{ path, message: parsed.problem }] : oidcProviderProblems(given, path);
}

/** A value that is already told of is not told of again. */
function withoutTwins(own: readonly Problem[], told: readonly Problem[]): readonly Problem[] {
  const places = new Set(told.map(({ path }) => path.join(".")));
  return own.filter(({ path }) => path.length === 0 || !places.has(path.join(".")));
}
