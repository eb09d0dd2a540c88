/** `golive:s5`: three APIs and a frontend behind a CDN, released in waves (rows S3–S6, S8, S10). */
import * as z from "zod";
import { parseCertificateArn } from "../arn";
import { alerting, alertingProblems } from "../alerting";
import { contacts } from "../contacts";
import { secretValue } from "../environment";
import { duration, filled, mapping, text } from "../fields";
import { parseTag, TAG_PATTERN } from "../image";
import { migrationFolder } from "../migration-folder";
import { migrationLimits } from "../migration-limits";
import { BUCKET_PATTERN, parseBucketName } from "../names";
import { objectives } from "../objectives";
import { rolloutUponSchema } from "../rollout";
import { evidence, evidenceProblems } from "../evidence";
import { oidcProviderProblems, workloadProblems, type Given, type Problem } from "../rules";
import { service, urlPath, withRequests, workload } from "../service";

/** The APIs, in the order of their waves. */
export const S5_APIS = ["auth", "catalog", "orders"] as const;

const api = (description: string) =>
  mapping({ ...workload, host: service.host }, description).transform(withRequests);

const migrations = mapping(
  {
    image: service.image,
    expectedVersion: filled("What `SELECT version FROM migrations` must answer after the migrations."),
    database: secretValue.describe("URL of the PostgreSQL database, for the migrations."),
    ...migrationFolder,
    ...migrationLimits,
    limits: service.limits,
    timeout: duration("Time that the migrations and their verification may take together.").prefault("15m"),
  },
  "The schema migrations, `db-migrate up`.",
);

const bucket = (description: string) =>
  text(parseBucketName, { title: "S3 bucket name", description, pattern: BUCKET_PATTERN });

const frontend = mapping(
  {
    version: text(parseTag, {
      title: "version of the build",
      description: "The build that is served: the folder of the buckets that CI put it into.",
      pattern: TAG_PATTERN,
    }),
    host: service.host,
    bucket: bucket("Bucket of the builds that the public sees. Its name must be free in all of AWS."),
    candidate: mapping(
      {
        host: service.host.describe("DNS name under which a build is looked at before the public sees it."),
        bucket: bucket("Bucket of the builds that are looked at. CI puts each build into both buckets."),
      },
      "Where a build is verified before it is opened to the public.",
    ),
    certificate: text(parseCertificateArn, {
      title: "ACM certificate ARN",
      description: "Certificate of both hosts, in us-east-1: CloudFront takes no other.",
    }),
  },
  "The frontend: a build in S3 behind CloudFront.",
);

const smoke = mapping(
  {
    registerPath: urlPath("Path of auth that registers a user, by POST.").prefault("/api/v1/auth/register"),
    loginPath: urlPath("Path of auth that answers a token, by POST.").prefault("/api/v1/auth/login"),
    searchPath: urlPath("Path of catalog that answers products, by GET with ?search=.").prefault(
      "/api/v1/products",
    ),
    ordersPath: urlPath(
      "Path of orders that takes an order, by POST, and answers one below it, by GET.",
    ).prefault("/api/v1/orders"),
    searchFor: filled("What is searched for: a product that there is, and that may be ordered."),
  },
  "The smoke test before traffic is opened.",
);

export const schema = mapping(
  {
    namespace: service.namespace,
    migrations,
    auth: api("The API of users and their sessions."),
    catalog: api("The API of products."),
    orders: api("The API of orders."),
    frontend,
    smoke,
    contacts,
    alerting: alerting.optional(),
    objectives: objectives("s5").optional(),
    rollout: rolloutUponSchema(S5_APIS),
    evidence: evidence.optional(),
  },
  "S5: three APIs and a frontend, released in waves.",
);

/** What the S5 system is built from. */
export type S5Settings = z.output<typeof schema>;

/** Most characters of a Helm release's name. */
const LONGEST_RELEASE = 53;

/** Name of what each version of an API has of its own, beside the one that serves: its release and all in it, its verification. */
export const s5Versioned = (name: string, tag: string) =>
  `${name}-${tag
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")}`;

function sound<Field extends z.ZodType>(field: Field) {
  return field.optional().catch(undefined);
}

const apiView = z.object({
  release: sound(service.release),
  host: sound(service.host),
  image: sound(z.object({ tag: sound(service.image.shape.tag) })),
});

const view = z.object({
  auth: sound(apiView),
  catalog: sound(apiView),
  orders: sound(apiView),
  frontend: sound(
    z.object({
      host: sound(service.host),
      bucket: sound(frontend.shape.bucket),
      certificate: sound(frontend.shape.certificate),
      candidate: sound(
        z.object({ host: sound(service.host), bucket: sound(frontend.shape.candidate.shape.bucket) }),
      ),
    }),
  ),
});

type View = z.output<typeof view>;
type Rule = (view: View) => readonly Problem[];

const releasesFit: Rule = (seen) =>
  S5_APIS.flatMap((key) => {
    const { release, image } = seen[key] ?? {};
    if (release === undefined || image?.tag === undefined) return [];
    const name = s5Versioned(release, image.tag);
    if (name.length <= LONGEST_RELEASE) return [];
    const message = `expected a release and a tag that make a name of at most ${LONGEST_RELEASE} characters; ${name} has ${name.length}`;
    return [{ path: [key, "image", "tag"], message }];
  });

/** Values of the same kind that must differ, each by where it stands. */
const distinct = (values: readonly (readonly [Problem["path"], string | undefined])[]): readonly Problem[] =>
  values.flatMap(([path, value], index) => {
    const first = values.find(([, other]) => other === value && value !== undefined);
    if (first === undefined || first === values[index]) return [];
    return [{ path, message: `expected another than that of golive:s5.${first[0].join(".")}` }];
  });

const hostsDiffer: Rule = ({ auth, catalog, orders, frontend: site }) =>
  distinct([
    [["auth", "host"], auth?.host],
    [["catalog", "host"], catalog?.host],
    [["orders", "host"], orders?.host],
    [["frontend", "host"], site?.host],
    [["frontend", "candidate", "host"], site?.candidate?.host],
  ]);

const releasesDiffer: Rule = (seen) => distinct(S5_APIS.map((key) => [[key, "release"], seen[key]?.release]));

const bucketsDiffer: Rule = ({ frontend: site }) =>
  distinct([
    [["frontend", "bucket"], site?.bucket],
    [["frontend", "candidate", "bucket"], site?.candidate?.bucket],
  ]);

const certificateIsForCloudFront: Rule = ({ frontend: site }) => {
  const region = site?.certificate?.region;
  if (region === undefined || region === "us-east-1") return [];
  const message =
    "expected a certificate of us-east-1, whatever the stack's region: CloudFront takes no other";
  return [{ path: ["frontend", "certificate"], message }];
};

const RULES: readonly Rule[] = [
  releasesFit,
  releasesDiffer,
  hostsDiffer,
  bucketsDiffer,
  certificateIsForCloudFront,
];

/** Every mistake between S5's fields. */
export function problems(given: Given): readonly Problem[] {
  const seen = view.parse(given.service);
  return [
    ...workloadProblems(given, ["migrations", ...S5_APIS]),
    ...oidcProviderProblems(given, ["frontend"]),
    ...RULES.flatMap((rule) => rule(seen)),
    ...alertingProblems(given),
    ...evidenceProblems(given),
  ];
}
