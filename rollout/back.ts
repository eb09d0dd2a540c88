/** What goes back, and in which order: the way there, reversed. Pure. */
import type { Change, ChangeStep, Plan, Step } from "./plan";
import type { State } from "./state";

const isChange = (step: Step): step is ChangeStep => step.kind === "change";

/** A step that has a way back. */
export type Undoable = ChangeStep & { readonly undo: Change };

const isUndoable = (step: ChangeStep): step is Undoable => step.undo !== undefined;

/** Services to which the way back is kept; none named: all that was changed goes back. */
function servicesBack({ plan, back }: State): readonly string[] {
  if (plan.goBack === "all" || back === undefined) return [];
  const { cause } = back;
  switch (cause.kind) {
    case "verdict":
      return cause.services;
    case "change failed":
      return plan.steps
        .filter(isChange)
        .flatMap(({ id, service }) => (id === cause.step ? (service ?? []) : []));
    case "aborted":
    case "asked":
      return [];
  }
}

/** A schema stays where every service that goes back works with it: its window is wider than one version. */
function schemaStays({ schema }: ChangeStep, going: readonly ChangeStep[]): boolean {
  return (
    schema !== undefined &&
    going.every(({ service }) => service === undefined || schema.worksWith.includes(service))
  );
}

/** The steps to be taken back, in their order; of several with the same undo the first that comes. */
export function stepsBack(state: State): readonly Undoable[] {
  const begun = ordered(state.plan).filter(({ id }) => state.changes[id] !== undefined);
  const going = goingBack(state, begun);
  const undos = begun
    .filter((step) => (step.schema === undefined ? going.includes(step) : !schemaStays(step, going)))
    .filter(isUndoable);
  const same = ({ undo }: Undoable) => JSON.stringify(undo);
  return undos.filter((step, index) => undos.findIndex((other) => same(other) === same(step)) === index);
}

/** Of what changes no schema: that of the services that failed, and what keeps users out; everything where none is theirs. */
function goingBack(state: State, begun: readonly ChangeStep[]): readonly ChangeStep[] {
  const only = servicesBack(state);
  const all = begun.filter(({ schema }) => schema === undefined);
  const some = all.filter(({ service }) => service !== undefined && only.includes(service));
  return some.length === 0 ? all : all.filter((step) => some.includes(step) || step.downtime === "begins");
}

/** Changes in the order of the way back; one that the plan's `back` does not name has none. */
const ordered = ({ steps, back }: Plan): readonly ChangeStep[] =>
  back.flatMap((id) => steps.filter(isChange).filter((step) => step.id === id));

/** What the way back needs beside its undos: what it takes longer for, or what a person must do; the last step's first. */
export function backNeeds(state: State): readonly string[] {
  const { plan, changes } = state;
  const going = goingBack(
    state,
    plan.steps.filter(isChange).filter(({ id }) => changes[id] !== undefined),
  );
  return plan.steps
    .filter(isChange)
    .flatMap((step) => {
      const { id, backNeeds: needs } = step;
      return changes[id] === undefined || needs === undefined || isCovered(step, state, going) ? [] : [needs];
    })
    .reverse();
}

/** A schema that is whole, and that all of the services which go back are known to work with. */
function isCovered({ id, schema }: ChangeStep, { changes }: State, going: readonly ChangeStep[]): boolean {
  const services = going.flatMap(({ service }) => service ?? []);
  return (
    changes[id]?.kind === "done" &&
    services.length > 0 &&
    services.every((service) => schema?.worksWith.includes(service) === true)
  );
}
