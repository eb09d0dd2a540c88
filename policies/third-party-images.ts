/**
 * Images that golive's own components run beside a system's: each by its repository, so that nothing else of that registry passes.
 * A test holds the list against what the stacks declare.
 */
export const thirdPartyImages: readonly string[] = [
  "burningalchemist/sql_exporter", // metrics read from a database: components/sql-exporter.ts
  "docker.io/amazon/aws-cli", // copies dumps to S3: components/pg-dump-backup.ts
  "docker.io/curlimages/curl", // keeps users out while a database is migrated: components/migration-job.ts
  "docker.io/library/postgres", // pg_dump, psql and the drill's server: components/pg-dump-backup.ts, migration-job.ts, restore-drill.ts
  "docker.io/woblerr/pgbackrest", // backups with write-ahead logs: components/pg-backrest.ts
  "grafana/k6", // smoke and load tests: components/k6/job.ts
  "otel/opentelemetry-collector-contrib", // traces, metrics and logs: components/telemetry.ts
  "public.ecr.aws/aws-cli/aws-cli", // empties a CDN's cache: components/cdn/invalidation.ts
];
