/** The way back of a stack that cannot be brought up: what kubectl alone takes back, and what is said of the rest. Pure. */
import { stepsBack, type Undoable } from "../../rollout/back";
import { next, type Action } from "../../rollout/engine";
import type { State } from "../../rollout/state";

const leftOf = (state: State): readonly Undoable[] =>
  stepsBack(state).filter(({ id }) => state.undos[id]?.kind !== "done");

/** The engine's `next`, but what has failed is not tried again: no `up` works until somebody has mended what is broken. */
export function onceBack(state: State, now: number): Action {
  const action = next(state, now);
  const [step] = leftOf(state);
  const progress = step === undefined ? undefined : state.undos[step.id];
  return action.kind === "wait" && step !== undefined && progress?.kind === "failed"
    ? { kind: "stuck", step, message: progress.message }
    : action;
}

/** Said before anything is done. */
export function unreadBefore(problem: string, { bound, place }: State): readonly string[] {
  const { system } = bound;
  return [
    `${problem}: nothing can be brought up before that is mended; the journal says where the traffic is`,
    ...(place?.traffic === undefined
      ? [
          `${system} has no canary whose share kubectl could take away: only an up takes it back. ` +
            `Until then \`helm rollback RELEASE --namespace ${place?.namespace ?? "NAMESPACE"}\` takes single releases back`,
        ]
      : []),
  ];
}

/** Said at the end: what the stack file says by now, and what the next `up` of it does. */
export function unreadAfter(file: string, state: State): readonly string[] {
  const { system, stack } = state.bound;
  const left = leftOf(state);
  const written = stepsBack(state).flatMap(({ id, undo }) =>
    state.undos[id]?.kind === "done" && "settings" in undo ? undo.settings : [],
  );
  const again = `\`golive rollback ${system} --stack ${stack}\``;
  return [
    ...(written.length === 0
      ? []
      : [
          `${file} now says ${assignments(written)}: once it is mended, the next up finds the share gone and leaves the traffic where it is`,
        ]),
    ...(left.length === 0
      ? []
      : [
          `not taken back: ${left.map(({ title }) => title).join("; ")}. Mend what is broken, then ${again} does it. ` +
            `An up before that does what ${file} says: it may bring the new version back; to be sure, ` +
            `write ${assignments(left.flatMap(({ undo }) => ("settings" in undo ? undo.settings : [])))}`,
        ]),
  ];
}

const assignments = (
  settings: readonly { readonly path: string; readonly value: string | number | boolean }[],
): string => settings.map(({ path, value }) => `golive:${path}: ${value}`).join(", ");
