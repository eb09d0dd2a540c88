/** The files of a new system: one service behind one host, to be edited from there. Pure. */

/** What a system is called. */
export interface Names {
  /** Key in the stack file and name of its files, e.g. `tienda`. */
  readonly name: string;
  /** Class of its component, e.g. `Tienda`. */
  readonly type: string;
}

/** `settings/systems/<name>.ts` */
export const settingsFile = ({
  name,
  type,
}: Names) => `/** \`golive:${name}\`: one service behind one host. */
import type * as z from "zod";
import { alerting, alertingProblems } from "../alerting";
import { contacts } from "../contacts";
import { evidence, evidenceProblems } from "../evidence";
import { mapping } from "../fields";
import { objectives } from "../objectives";
import { rollout } from "../rollout";
import { serviceProblems, type Given, type Problem } from "../rules";
import { service, withRequests, workload } from "../service";

export const schema = mapping(
  {
    namespace: service.namespace,
    host: service.host,
    ...workload,
    contacts,
    alerting: alerting.optional(),
    objectives: objectives("${name}").optional(),
    rollout,
    evidence: evidence.optional(),
  },
  "${type}: one service behind one host.",
).transform(withRequests);

/** Every mistake between the fields. */
export const problems = (given: Given): readonly Problem[] => [
  ...serviceProblems(given),
  ...alertingProblems(given),
  ...evidenceProblems(given),
];

/** What the ${type} system is built from. */
export type ${type}Settings = z.output<typeof schema>;
`;

/** `systems/<name>.ts` */
export const compositionFile = ({ name, type }: Names) => `/** ${type}: one service behind one host. */
import * as pulumi from "@pulumi/pulumi";
import { ContainerRepository } from "../components/container-repository";
import { Namespace } from "../components/namespace";
import { ServiceIngress } from "../components/service-ingress";
import { ServiceRelease } from "../components/service-release";
import { imageReference, type StackSettings } from "../settings";
import type { ${type}Settings } from "../settings/systems/${name}";
import { declareAccess } from "./access";
import { contactOutputs, urlOutputs } from "./contact-outputs";
import { ANYWHERE } from "./networks";
import { namespaceQuota } from "./quota";
import { fromRouter, routerOf, tlsOf } from "./router";
import { toMetrics } from "./scraping";
import { quantities, serviceArgs } from "./service-args";

/** Name of the Deployment and of the Service, for who watches them too. */
const SERVICE = "${name}";

/** What a person or another program asks of the deployed system. */
export interface ${type}Outputs {
  readonly namespace: pulumi.Output<string>;
  readonly release: pulumi.Output<string>;
  readonly image: string;
  readonly urls: object;
  readonly contacts: object;
}

/** Declares ${type} for one stack: namespace, repository, release and entrance. */
export class ${type} extends pulumi.ComponentResource {
  readonly outputs: ${type}Outputs;

  constructor(
    name: string,
    settings: ${type}Settings,
    stack: StackSettings,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("golive:systems:${type}", name, {}, opts);
    const { repository } = settings.image;
    const tags = { system: name, stack: stack.stack };
    new ContainerRepository(repository, { name: repository, tags }, { parent: this });
    const namespace = declareNamespace(settings, stack, this);
    declareAccess(name, namespace.name, stack, { parent: this });
    const release = new ServiceRelease(
      settings.release,
      serviceArgs({ name: SERVICE, namespace: settings.namespace, settings, stack }),
      { parent: this, dependsOn: [namespace] },
    );
    const entrance = new ServiceIngress(
      name,
      {
        name: SERVICE,
        namespace: settings.namespace,
        host: settings.host,
        service: { service: SERVICE, port: settings.port },
        tls: tlsOf(stack, \`\${name}-tls\`),
        router: routerOf(stack),
      },
      { parent: this, dependsOn: [namespace, release] },
    );
    this.outputs = {
      namespace: namespace.name,
      release: release.release,
      image: imageReference(stack.aws, settings.image),
      urls: urlOutputs({ api: entrance.url }, settings.contacts),
      contacts: contactOutputs(settings.contacts),
    };
    this.registerOutputs(this.outputs);
  }
}

/** Every door is closed but these: the stack's router to the service, and the service to what is reached over TLS. */
const declareNamespace = (settings: ${type}Settings, stack: StackSettings, parent: pulumi.Resource) =>
  new Namespace(
    settings.namespace,
    {
      name: settings.namespace,
      quota: namespaceQuota(settings),
      containerDefault: quantities(settings.requests),
      containerMaximum: quantities(stack.ceiling),
      openings: [
        fromRouter(stack, SERVICE, settings.port),
        ...toMetrics(stack, SERVICE, settings),
        { name: "to-https", app: SERVICE, direction: "egress", port: 443, peer: { cidrs: ANYWHERE } },
      ],
    },
    { parent },
  );
`;

/** `systems/watched/<name>.ts` */
export const watchedFile = ({
  name,
  type,
}: Names) => `/** ${type}, as its rules, dashboards, routes and runbooks see it. Pure. */
import type { ${type}Settings } from "../../settings/systems/${name}";
import { routed, watchedService } from "./service";
import type { SystemOf } from "./system";

export const ${name}: SystemOf<${type}Settings> = (stack, settings, system) => ({
  title: "${type}",
  namespace: settings.namespace,
  services: [
    watchedService({ name: system, traffic: routed(stack, { host: settings.host, route: system }) }, settings),
  ],
  backups: [],
  jobs: [],
  database: false,
  contacts: settings.contacts,
});
`;

/** The entry of `systems/watched/index.ts`. */
export const watchedEntry = ({ name }: Names) =>
  `  ${name}: (stack) => stack.systems.${name} && ${name}(stack, stack.systems.${name}, "${name}"),\n`;

/** `test/unit/systems/<name>.test.ts` */
export const testFile = ({ name, type }: Names, stack: string) => `import assert from "node:assert/strict";
import path from "node:path";
import { record, shortType } from "../../../cli/recorder";
import { repositoryRoot } from "../../../engine/cache";
import { readStackFile } from "../../../settings";
import { ${type} } from "../../../systems/${name}";
import { useHelm } from "../../support/helm";

describe("the ${type} system", () => {
  before(useHelm);

  it("E12 declares its namespace, repository, release and entrance on ${stack}", async () => {
    const settings = readStackFile(path.join(repositoryRoot, "Pulumi.${stack}.yaml"));
    const { ${name} } = settings.systems;
    assert.ok(${name});
    const registrations = await record("${stack}", () => Promise.resolve(new ${type}("${name}", ${name}, settings)));
    const declared = registrations.map(({ type, name }) => \`\${shortType(type)} \${name}\`);
    for (const resource of [
      \`Namespace \${${name}.namespace}\`,
      \`Repository \${${name}.image.repository}\`,
      \`Release \${${name}.release}\`,
      "Ingress ${name}",
    ]) {
      assert.ok(declared.includes(resource), \`no \${resource}\`);
    }
  });
});
`;

/** The entry of `systems/index.ts`. */
export const declaration = ({ name, type }: Names) => `  ${name}: async (stack, opts) => {
    const settings = stack.systems.${name};
    if (settings === undefined) return undefined;
    const { ${type} } = await import("./${name}");
    return new ${type}("${name}", settings, stack, opts);
  },
`;

/** The entry of `cli/doctor/endpoints.ts`. */
export const endpoint = ({ name }: Names) =>
  `  ${name}: ({ ${name} }, behindRouter) => hostOf(${name}).map(behindRouter),\n`;

/** The key of the stack file. */
export const stackEntry = ({ name }: Names, stack: string) => `  golive:${name}:
    namespace: ${name}-${stack}
    host: ${name}.example.com
    release: ${name}
    port: 3000
    healthPath: /health
    image: { repository: ${name}, tag: v0.1.0 }
    replicas: 1
    limits: { cpu: 200m, memory: 200Mi }
    contacts:
      channels: { slack: "#${name}" }
      people:
        - { role: Tech Lead, name: TBD, contact: TBD }
    alerting: { slack: { webhook: { secretRef: { name: ${name}-alerting, key: slackWebhook } } } }
`;
