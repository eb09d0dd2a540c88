/**
 * Steps and what each needs, as a graph of one direction: forward it is the order of a release, reversed the order of its way
 * back. What a part needs is an argument of whoever makes it, so that a wrong order does not compile. Pure.
 */
import type { ApprovalStep, ChangeStep, Step } from "./plan";

/** A part of a release, whose end shows something: that there is a backup, that a service is healthy. */
export interface Part<Shows extends string = string> {
  readonly shows: Shows;
  readonly steps: readonly Step[];
  readonly needs: readonly Part[];
}

const part = <Shows extends string>(
  shows: Shows,
  steps: readonly Step[],
  needs: readonly Part[],
): Part<Shows> => ({ shows, steps, needs });

/** That the data can be restored as they were. */
export type BackupProof = Part<"BackupProof">;
/** That the schema is the one which the new version expects. */
export type MigrationReceipt = Part<"MigrationReceipt">;
/** That a service answers in its new version, beside the old one or in its place. */
export type ServiceHealthy<Name extends string = string> = Part<`ServiceHealthy ${Name}`>;
/** That the new frontend answers where nobody but its tests sees it. */
export type FrontendLive = Part<"FrontendLive">;
/** That the smoke test of everything together has passed. */
export type SmokePassed = Part<"SmokePassed">;
/** That the public has the new version. */
export type TrafficOpen = Part<"TrafficOpen">;

/** A backup that is a step of its own. */
export const backup = (steps: readonly Step[]): BackupProof => part("BackupProof", steps, []);

/** A backup that is made elsewhere: by the migration itself, or, as a document has none, by nobody. */
export const backedUpElsewhere = (): BackupProof => part("BackupProof", [], []);

/** A migration; never without a proof that there is a backup. */
export const migration = (steps: readonly Step[], proof: BackupProof): MigrationReceipt =>
  part("MigrationReceipt", steps, [proof]);

/** A service upon a schema, after the services that it calls. */
export const service = <Name extends string>(
  name: Name,
  steps: readonly Step[],
  schema: MigrationReceipt,
  ...calls: readonly ServiceHealthy[]
): ServiceHealthy<Name> => part(`ServiceHealthy ${name}`, steps, [schema, ...calls]);

/** A frontend, after the last of the services that it calls. */
export const frontend = (
  steps: readonly Step[],
  ...calls: readonly [ServiceHealthy, ...ServiceHealthy[]]
): FrontendLive => part("FrontendLive", steps, calls);

/** The smoke test; S8: before any traffic. */
export const smoke = (steps: readonly Step[], live: FrontendLive): SmokePassed =>
  part("SmokePassed", steps, [live]);

/** Traffic to everything new, and the frontend's caches emptied. */
export const traffic = (steps: readonly Step[], passed: SmokePassed): TrafficOpen =>
  part("TrafficOpen", steps, [passed]);

/** Every part that one needs, before those that need it, and itself last. */
function parts(last: Part): readonly Part[] {
  const found = last.needs.flatMap(parts);
  return [...new Set([...found, last])];
}

/** The steps of a release in their order. */
export const forward = (last: Part): readonly Step[] => parts(last).flatMap(({ steps }) => steps);

/** Ids of the changes that can be taken back, the last first: the same graph, reversed. */
export const backward = (steps: readonly Step[]): readonly string[] =>
  steps
    .filter(
      (step): step is ChangeStep =>
        step.kind === "change" && (step.undo ?? step.schema?.reverse) !== undefined,
    )
    .map(({ id }) => id)
    .reverse();

/** Who must say yes before a step. */
export interface Approvals {
  /** Id of the step before which they are asked for. */
  readonly before: string;
  readonly roles: readonly string[];
  readonly quorum: number;
}

/** The steps with the approvals before them. A name of no step is a mistake of the settings, which `unknownSteps` tells. */
export const withApprovals = (steps: readonly Step[], approvals: readonly Approvals[]): readonly Step[] =>
  steps.flatMap((step) => [
    ...approvals.filter(({ before }) => before === step.id).map(approvalBefore(step)),
    step,
  ]);

const approvalBefore =
  (step: Step) =>
  ({ roles, quorum }: Approvals): ApprovalStep => ({
    kind: "approval",
    id: `approval of ${step.id}`,
    title: `approval of: ${step.title}`,
    roles,
    quorum,
  });

/** Names in approvals that no step has. */
export const unknownSteps = (steps: readonly Step[], approvals: readonly Approvals[]): readonly string[] =>
  approvals.map(({ before }) => before).filter((before) => steps.every(({ id }) => id !== before));
