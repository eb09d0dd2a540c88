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
}

const releaseType = "kubernetes:helm.sh/v3:Release";
const repositoryTypes = ["aws:ecr/repository:Repository", "aws-native:ecr:Repository"];

/** True for the types that some rule may judge: the others are not even read. */
export function isJudged(type: string): boolean {
  return type.startsWith("kubernetes:") || repositoryTypes.includes(type);
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
    if (repositoryTypes.includes(type)) return [repository(resource)];
    const [pack, apiVersion, kind] = type.split(":");
    if (pack !== "kubernetes" || apiVersion === undefined || kind === undefined) return [];
    return kubernetesSubjects(props, { apiVersion, kind, name });
  }

  private release(resource: string, props: Readonly<Record<string, unknown>>): Promise<Subject[]> {
    const key = JSON.stringify([resource, props]);
    const rendered =
      this.releases.get(key) ?? releaseSubjects({ resource, props }, this.folders, this.render);
    this.releases.set(key, rendered);
    return rendered;
  }
}

function repository({ name, props }: Resource): Subject {
  const object = Field.of(props);
  return {
    group: "aws",
    kind: "Repository",
    name: object.at("name").text() ?? object.at("repositoryName").text() ?? name,
    object,
  };
}
