/** The whole of a stack's `golive:` settings. */
import * as z from "zod";
import { access } from "./access";
import { admission } from "./admission";
import { filled, mapping } from "./fields";
import { observability } from "./observability";
import { exemptions, policies } from "./policies";
import { aws, ceiling, secretStore } from "./place";
import { router, type RouterSettings } from "./router";
import { systems, type SystemSettings } from "./systems";

/** The project's name, and so the namespace of its keys: `golive:aws`. */
export const NAMESPACE = "golive";

const kubernetes = mapping(
  {
    context: filled("Context of the kubeconfig. Not set: its current one.").optional(),
    kubeconfig: filled(
      "Path of a kubeconfig file. Not set: KUBECONFIG of the environment, else ~/.kube/config.",
    ).optional(),
  },
  "The cluster of the stack.",
);

/** Every `golive:` key of a stack file, without the namespace. */
export const stackSchema = mapping(
  {
    aws,
    kubernetes: kubernetes.prefault({}),
    ceiling,
    router,
    secretStore: secretStore.optional(),
    access: access.optional(),
    observability: observability.optional(),
    policies: policies.optional(),
    exemptions: exemptions.optional(),
    admission: admission.optional(),
    ...systems,
  },
  "golive's settings of one stack.",
);

/** The settings of one stack, parsed: nothing in it has to be checked again. */
export interface StackSettings {
  /** Name of the stack, e.g. `develop`. */
  readonly stack: string;
  /** Name of its file, for messages, e.g. `Pulumi.develop.yaml`. */
  readonly file: string;
  readonly aws: z.output<typeof aws>;
  readonly kubernetes: z.output<typeof kubernetes>;
  readonly ceiling: z.output<typeof ceiling>;
  readonly router: RouterSettings;
  readonly secretStore?: z.output<typeof secretStore> | undefined;
  readonly access?: z.output<typeof access> | undefined;
  /** What watches the systems. Not set: they declare no observability. */
  readonly observability?: z.output<typeof observability> | undefined;
  /** Levels and parameters of the policy pack's rules. */
  readonly policies?: z.output<typeof policies> | undefined;
  /** Objects that may break a rule for a while. */
  readonly exemptions?: z.output<typeof exemptions> | undefined;
  /** What the API server does with what a mandatory rule refuses. Not set: it knows no rule. */
  readonly admission?: z.output<typeof admission> | undefined;
  /** Only the systems that the stack file names. */
  readonly systems: SystemSettings;
}
