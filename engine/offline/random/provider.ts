// RandomPassword, RandomString, RandomId, RandomPet, RandomUuid and RandomInteger: made once, kept in state.
import {
  NotServed,
  keepSecrets,
  Secret,
  UNKNOWN,
  type CheckRequest,
  type CheckResult,
  type CreateRequest,
  type CreateResult,
  type DiffRequest,
  type DiffResult,
  type ReadRequest,
  type ReadResult,
  type ResourceProvider,
  type UpdateRequest,
  type Values,
} from "../provider";
import { plugins } from "../../plugins";
import { missing, planByInputs } from "../table";
import { KINDS, type Kind } from "./kinds";

/** Stands in for pulumi-resource-random. */
export class RandomProvider implements ResourceProvider {
  readonly name = "random";
  readonly version = plugins.random;

  configure(): void {
    // The package has no settings.
  }

  check({ type, newInputs }: CheckRequest): CheckResult {
    const kind = kindOf(type);
    return { inputs: newInputs, failures: [...missing(newInputs, kind.required), ...kind.check(newInputs)] };
  }

  /** Every argument is part of what was drawn, so that every change draws again. */
  diff({ type, oldInputs, newInputs }: DiffRequest): DiffResult {
    const { withDefaults } = kindOf(type);
    return planByInputs(withDefaults(oldInputs), withDefaults(newInputs), () => true);
  }

  async create({ type, newInputs, preview }: CreateRequest): Promise<CreateResult> {
    const kind = kindOf(type);
    const given = kind.withDefaults(newInputs);
    if (preview) return { id: "", outputs: { ...given, ...unknowns(kind) } };
    const { id, outputs } = await kind.generate(newInputs);
    return { id, outputs: keepSecrets({ ...given, ...outputs }, newInputs) };
  }

  /** What was drawn is nowhere but in the state. */
  read({ type, id, oldInputs, oldOutputs }: ReadRequest): Promise<ReadResult> {
    kindOf(type);
    if (Object.keys(oldOutputs).length === 0) throw new NotServed(`the import of a ${type}`);
    return Promise.resolve({ id, inputs: oldInputs, outputs: oldOutputs });
  }

  update({ oldOutputs, newInputs }: UpdateRequest): Promise<Values> {
    return Promise.resolve({ ...oldOutputs, ...newInputs });
  }

  delete(): Promise<void> {
    return Promise.resolve();
  }
}

function kindOf(type: string): Kind {
  const kind = KINDS[type];
  if (kind === undefined) throw new NotServed(`the type ${type}`);
  return kind;
}

const unknowns = ({ computed }: Kind): Values =>
  Object.fromEntries(
    Object.entries(computed).map(([property, secret]) => [property, secret ? new Secret(UNKNOWN) : UNKNOWN]),
  );
