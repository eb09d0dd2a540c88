import { Field, isRecord } from "./checks/field";
import { kubernetesSubjects } from "./kubernetes";
import { releaseSubjects, type RenderChart } from "./release";
import type { Subject } from "./subject";

/** A resource as the engine shows it, its inputs already a plain tree (`plain`). */
export interface Resource {
  /** Pulumi's type: `kubernetes:apps/v1:Deployment`. */
  readonly type: string;
  /** Its name in the program. */
  readonly name: string;
  readonly props: unknown;
  /** @default - not known: nothing refers to it by dependency */
  readonly urn?: string;
  /** The URNs of the resources that each input takes its value from, by the input's name. @default - not known */
  readonly dependsOn?: Readonly<Record<string, readonly string[]>>;
}

const releaseType = "kubernetes:helm.sh/v3:Release";

/** The services of AWS that some rule judges, as Pulumi's types name them. */
const awsServices = ["cloudfront", "ecr", "iam", "kms", "s3", "secretsmanager", "sns", "sqs"];

/** True for the types that some rule may judge: the others are not even read. */
export function isJudged(type: string): boolean {
  return type.startsWith("kubernetes:") || awsKind(type) !== undefined;
}

/** Turns resources into what the rules judge; a release is rendered once, however many rules ask. */
export class Subjects {
  private readonly releases = new Map<string, Promise<Subject[]>>();

  /** @param folders where a relative chart path may start, tried in order */
  constructor(
    private readonly folders: readonly string[],
    private readonly render: RenderChart,
  ) {}

  /** The subjects of one resource; none for a type that no rule judges. */
  async of(resource: Resource): Promise<Subject[]> {
    const { type, name, props } = resource;
    if (type === releaseType) return this.release(name, isRecord(props) ? props : {});
    const aws = awsKind(type);
    if (aws !== undefined) return [awsSubject(resource, aws)];
    const [pack, apiVersion, kind] = type.split(":");
    if (pack !== "kubernetes" || apiVersion === undefined || kind === undefined) return [];
    return kubernetesSubjects(props, { apiVersion, kind, name, ...originOf(resource) });
  }

  private release(resource: string, props: Readonly<Record<string, unknown>>): Promise<Subject[]> {
    const key = JSON.stringify([resource, props]);
    const rendered =
      this.releases.get(key) ?? releaseSubjects({ resource, props }, this.folders, this.render);
    this.releases.set(key, rendered);
    return rendered;
  }
}

type Origin = Pick<Resource, "urn" | "dependsOn">;

function originOf({ urn, dependsOn }: Resource): Origin {
  return { ...(urn === undefined ? {} : { urn }), ...(dependsOn === undefined ? {} : { dependsOn }) };
}

interface AwsKind {
  readonly group: string;
  readonly kind: string;
}

/** Group and kind of a type: `aws:s3/bucketV2:BucketV2` and `aws-native:s3:Bucket` are both `aws:s3` `Bucket`; undefined where no rule judges it. */
function awsKind(type: string): AwsKind | undefined {
  const [pack, module = "", kind = ""] = type.split(":");
  const [service = ""] = module.split("/");
  const judged = (pack === "aws" || pack === "aws-native") && awsServices.includes(service);
  return judged ? { group: `aws:${service}`, kind: kind.replace(/V2$/, "") } : undefined;
}

/** The inputs in which a resource of AWS keeps its name, or the name of what it belongs to. */
const nameInputs = ["name", "repositoryName", "bucket", "repository"];

function awsSubject(resource: Resource, kind: AwsKind): Subject {
  const object = Field.of(resource.props);
  const named = nameInputs.map((input) => object.at(input).text()).find((name) => name !== undefined);
  return { ...kind, ...originOf(resource), name: named ?? resource.name, object };
}
