/** Runs a program without an engine, and records what it would register. */
import * as pulumi from "@pulumi/pulumi";
import { isFields } from "../charts/manifest";

/** One resource that a program registers. */
export interface Registration {
  /** Type token, e.g. `kubernetes:core/v1:Namespace`. */
  readonly type: string;
  readonly name: string;
  /** Inputs in plain form; a secret is {@link SECRET}, what only an account or a cluster knows is `${Type.name.property}`. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Paths of the inputs that are secret, e.g. `stringData.TOKEN`. */
  readonly secrets: readonly string[];
}

/** What stands where a secret was. */
export const SECRET = "[secret]";

/** Marks under which the SDK sends a secret. https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/runtime/rpc.ts */
const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";

const shape = (type: string, ...properties: string[]) => [type, properties] as const;

/** Properties of a resource that only its maker knows; `${Type.name.property}` stands for each. */
const MADE_ELSEWHERE = new Map([
  shape("aws:acm/certificate:Certificate", "arn"),
  shape("aws:acm/certificateValidation:CertificateValidation", "certificateArn"),
  shape("aws:cloudfront/distribution:Distribution", "arn", "domainName"),
  shape("aws:ecr/repository:Repository", "arn", "repositoryUrl"),
  shape("aws:kms/key:Key", "arn", "keyId"),
  shape("aws:route53/record:Record", "fqdn"),
  shape("aws:s3/bucket:Bucket", "arn", "bucketRegionalDomainName"),
  shape("aws:wafv2/webAcl:WebAcl", "arn"),
  shape("random:index/randomPassword:RandomPassword", "result"),
]);

/** What ACM asks to be put into the zone. */
const VALIDATION = ["resourceRecordName", "resourceRecordType", "resourceRecordValue"];

/**
 * Runs `program` against a recorder instead of the engine, to the end of its last registration.
 * Resources come in the order of their type and name: registration order varies from run to run.
 */
export async function record(
  stack: string,
  program: () => Promise<unknown>,
): Promise<readonly Registration[]> {
  const registrations: Registration[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        const known = named(type, name, plainInputs(inputs));
        registrations.push({ type, name, inputs: known, secrets: secretPaths(inputs, "") });
        return { id: placeholder(type, name, "id"), state: { ...known, ...placeholders(type, name) } };
      },
      call: ({ token }) => ({ arn: `\${${token}.arn}` }),
    },
    "golive",
    stack,
  );
  await program();
  await pulumi.runtime.disconnect();
  return registrations.sort((a, b) => compare(`${a.type} ${a.name}`, `${b.type} ${b.name}`));
}

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));

/** `aws:ecr/repository:Repository` → `Repository`. */
export const shortType = (type: string) => type.split(":").at(-1) ?? type;

const placeholder = (type: string, name: string, property: string) =>
  `\${${shortType(type)}.${name}.${property}}`;

const standIns = (type: string, name: string, properties: readonly string[]) =>
  Object.fromEntries(properties.map((property) => [property, placeholder(type, name, property)]));

function placeholders(type: string, name: string): Record<string, unknown> {
  const validation =
    shortType(type) === "Certificate" ? { domainValidationOptions: [standIns(type, name, VALIDATION)] } : {};
  return { ...standIns(type, name, MADE_ELSEWHERE.get(type) ?? []), ...validation };
}

/** A Kubernetes object without a name of its own gets one from the plugin; here it has its resource's. */
function named(type: string, name: string, inputs: Record<string, unknown>): Record<string, unknown> {
  const { metadata } = inputs;
  if (!type.startsWith("kubernetes:") || !isFields(metadata) || metadata.name !== undefined) return inputs;
  return { ...inputs, metadata: { ...metadata, name } };
}

const isSecret = (value: unknown) => isFields(value) && value[SIGNATURE_KEY] === SECRET_SIGNATURE;

/** Every secret below a value, by its path. */
function secretPaths(value: unknown, path: string): string[] {
  if (isSecret(value)) return [path];
  return fieldsOf(value).flatMap(([key, field]) => secretPaths(field, path === "" ? key : `${path}.${key}`));
}

function fieldsOf(value: unknown): [string, unknown][] {
  if (Array.isArray(value)) return value.map((item: unknown, index) => [String(index), item]);
  return isFields(value) ? Object.entries(value) : [];
}

/** Inputs without their secrets. */
function plainInputs(inputs: unknown): Record<string, unknown> {
  return Object.fromEntries(fieldsOf(inputs).map(([key, value]) => [key, plain(value)]));
}

function plain(value: unknown): unknown {
  if (isSecret(value)) return SECRET;
  if (Array.isArray(value)) return value.map(plain);
  return isFields(value) ? plainInputs(value) : value;
}
