/** A command of an image as a Job: a suite of tests, a seed, whatever a release must see done once. */
import * as batch from "@pulumi/kubernetes/batch/v1";
import * as pulumi from "@pulumi/pulumi";
import type { SecretVariable } from "../charts/service-values";
import {
  type CpuAndMemory,
  literal,
  patienceSeconds,
  resources,
  RESTRICTED_CONTAINER,
  RESTRICTED_POD,
  runOnce,
} from "./jobs/once";

export interface CommandJobArgs {
  /** Name of the Job before its hash; at most 48 characters. */
  readonly name: string;
  readonly namespace: pulumi.Input<string>;
  /** Value of the pods' label `app`, by which the namespace's openings find them. */
  readonly app: string;
  /** Image with its tag. */
  readonly image: string;
  /** The program and its words, e.g. `["npm", "run", "test:smoke"]`. */
  readonly command: readonly string[];
  /** A new version runs anew. */
  readonly version: string;
  /** @default - none */
  readonly environment?: Readonly<Record<string, string>>;
  /** Variables taken from Secrets of the namespace. @default - none */
  readonly secretEnvironment?: readonly SecretVariable[];
  /** Limits of the container, which are its requests too. */
  readonly limits: CpuAndMemory;
  /** Seconds in which the command must be done. @default 600 */
  readonly deadlineSeconds?: number;
}

/**
 * Declares a Job `<name>-<hash>` that runs a command once: an exit code other than 0 fails the `up`, and what depends on
 * `job` is not applied. Another version, image or command is another Job; one that failed runs again at the next `up`.
 *
 * @throws {RangeError} when the name is too long.
 * @see L8 of the requirements
 */
export class CommandJob extends pulumi.ComponentResource {
  /** There once the command has ended well: what must wait for that depends on it. */
  readonly job: batch.Job;

  constructor(name: string, args: CommandJobArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:CommandJob", name, {}, opts);
    const { namespace, app, version, deadlineSeconds = 600 } = args;
    const { spec, ...metadata } = runOnce({ name: args.name, app, version, deadlineSeconds, pod: pod(args) });
    this.job = new batch.Job(
      name,
      { metadata: { ...metadata, namespace }, spec },
      {
        parent: this,
        // What a component depends on, its children do not wait for unless they are told.
        dependsOn: opts?.dependsOn ?? [],
        customTimeouts: { create: `${patienceSeconds(deadlineSeconds)}s` },
      },
    );
    this.registerOutputs({ job: this.job.metadata.name });
  }
}

const pod = ({ app, image, command, limits, ...args }: CommandJobArgs) => ({
  ...RESTRICTED_POD,
  containers: [
    {
      name: app,
      image,
      command: command.map(literal),
      env: variables(args),
      resources: resources(limits),
      securityContext: RESTRICTED_CONTAINER,
      // The end of the log is the pod's message, which the failed `up` shows.
      terminationMessagePolicy: "FallbackToLogsOnError",
      volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
    },
  ],
  volumes: [{ name: "tmp", emptyDir: { sizeLimit: "256Mi" } }],
});

const variables = ({
  environment = {},
  secretEnvironment = [],
}: Pick<CommandJobArgs, "environment" | "secretEnvironment">) => [
  // npm keeps its logs in the home folder; the image's own cannot be written to.
  ...Object.entries({ HOME: "/tmp", ...environment }).map(([name, value]) => variable(name, value)),
  ...secretEnvironment.map(({ name, secret, key }) => ({
    name,
    valueFrom: { secretKeyRef: { name: secret, key } },
  })),
];

/** The API server leaves an empty value out; a refresh would else find another Job than the declared one. */
const variable = (name: string, value: string) => (value === "" ? { name } : { name, value });
