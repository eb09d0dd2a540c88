/** What goes back, and in which order: the way there, reversed. Pure. */
import type { Change, ChangeStep, Plan, Scope, Step, Update } from "./plan";
import type { State } from "./state";

const isChange = (step: Step): step is ChangeStep => step.kind === "change";

/** A step that has a way back. */
export type Undoable = ChangeStep & {
  readonly undo: Change;
  /** Ids of the steps that go back by the same `up`. */
  readonly also: readonly string[];
};

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
const schemaStays = (worksWith: readonly string[], going: readonly ChangeStep[]): boolean =>
  going.every(({ service }) => service === undefined || worksWith.includes(service));

/** The steps to be taken back, in their order; of several with the same undo the first that comes. */
export function stepsBack(state: State): readonly Undoable[] {
  const begun = ordered(state.plan).filter(({ id }) => state.changes[id] !== undefined);
  const going = goingBack(state, begun);
  const undos = begun.flatMap((step): readonly Undoable[] => {
    const undo = undoOf(step, state, going);
    return undo === undefined ? [] : [{ ...step, undo, also: [] }];
  });
  const same = ({ undo }: Undoable) => JSON.stringify(undo);
  return undos
    .filter((step, index) => undos.findIndex((other) => same(other) === same(step)) === index)
    .reduce<readonly Undoable[]>(together, []);
}

/** A migration that has failed is taken back as any change is; one that is done is reversed, where it has to be. */
function undoOf(step: ChangeStep, { changes }: State, going: readonly ChangeStep[]): Change | undefined {
  const { id, undo, schema } = step;
  if (schema === undefined) return going.includes(step) ? undo : undefined;
  if (changes[id]?.kind !== "done") return undo;
  return schemaStays(schema.worksWith, going) ? undefined : schema.reverse;
}

/** Undos of resources that are named, one after the other, are one `up`: the engine keeps their order. */
function together(before: readonly Undoable[], step: Undoable): readonly Undoable[] {
  const last = before.at(-1);
  const [first, second] = [last && named(last.undo), named(step.undo)];
  if (last === undefined || first === undefined || second === undefined) return [...before, step];
  const undo: Update = {
    settings: [...first.settings, ...second.settings],
    scope: { kind: "resources", names: [...new Set([...first.names, ...second.names])] },
  };
  const title = `${last.title}; ${step.title}`;
  return [...before.slice(0, -1), { ...last, title, undo, also: [...last.also, step.id] }];
}

const namesOf = (scope: Scope) => (scope.kind === "resources" ? scope.names : undefined);

function named(
  change: Change,
): { readonly settings: Update["settings"]; readonly names: readonly string[] } | undefined {
  if (!("settings" in change)) return undefined;
  const names = namesOf(change.scope);
  return names && { settings: change.settings, names };
}

/**
 * Of what changes no schema: that of the services that failed, with the traffic that led to them, and what keeps users out;
 * everything where none is theirs.
 */
function goingBack(state: State, begun: readonly ChangeStep[]): readonly ChangeStep[] {
  const only = servicesBack(state);
  const all = begun.filter(({ schema }) => schema === undefined);
  const some = all.filter(({ service }) => service !== undefined && only.includes(service));
  return some.length === 0
    ? all
    : all.filter((step) => some.includes(step) || isOfAll(step) || step.downtime === "begins");
}

/** It gave several services their traffic at once. */
const isOfAll = ({ service, percent }: ChangeStep): boolean => service === undefined && percent !== undefined;

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
