// Resources of a stand-in's tests, through the calls that the engine makes.
import assert from "node:assert/strict";
import type { Value, Values } from "../../engine/offline/values";
import type { Plugin, Subject } from "./plugin";

/** A resource of a test with the state that the engine would hold. */
export interface Made {
  readonly id: string;
  readonly inputs: Values;
  readonly outputs: Values;
}

/** The text of an output; fails where it is none. */
export function textOf(value: Value | undefined): string {
  assert.ok(typeof value === "string");
  return value;
}

/** Creates a resource of these arguments, as an update does. */
export async function make(aws: Plugin, subject: Subject, args: Values): Promise<Made> {
  const inputs = await aws.check(subject, args);
  return { inputs, ...(await aws.create(subject, inputs)) };
}

/** Updates it in place. */
export async function change(aws: Plugin, subject: Subject, made: Made, args: Values): Promise<Made> {
  const inputs = await aws.check(subject, args, made.inputs);
  return { id: made.id, inputs, outputs: await aws.update(subject, made.id, made, inputs) };
}

/** What would be done to get to these arguments. */
export async function plan(aws: Plugin, subject: Subject, made: Made, args: Values) {
  return aws.diff(subject, made.id, made, await aws.check(subject, args, made.inputs));
}

/** A refresh finds nothing changed, and the plan after it is empty. */
export async function assertNothingToDo(
  aws: Plugin,
  subject: Subject,
  made: Made,
  args: Values,
): Promise<void> {
  const read = await aws.read(subject, made.id, made.inputs, made.outputs);
  assert.ok(read);
  assert.deepEqual(read.inputs, made.inputs);
  assert.deepEqual(read.outputs, made.outputs);
  assert.deepEqual((await plan(aws, subject, { ...made, ...read }, args)).detail, {});
}

/** Deletes it, and once more, which must be no error; a refresh then finds nothing. */
export async function assertGone(aws: Plugin, subject: Subject, made: Made): Promise<void> {
  await aws.delete(subject, made.id, made);
  assert.equal(await aws.read(subject, made.id, made.inputs, made.outputs), undefined);
  await aws.delete(subject, made.id, made);
}
