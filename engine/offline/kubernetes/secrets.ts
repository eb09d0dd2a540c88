// Secrecy carried from inputs to what the API server answers.
// Facts: pulumi-kubernetes provider/pkg/provider/provider.go annotateSecrets.
import { entries, holdsSecret, isValues, Secret, UNKNOWN, Unknown, type Value, type Values } from "../values";
import { isList, reveal } from "../values";

/** Outputs with the marks of secrecy that the inputs of the same path have; a Secret's data always has one. */
export function annotateSecrets(outputs: Values, inputs: Values): Values {
  if (outputs["kind"] === "Secret") return secretData(outputs);
  const result: Record<string, Value> = {};
  for (const [key, value] of entries(outputs)) result[key] = annotate(value, inputs[key]);
  return result;
}

function secretData(outputs: Values): Values {
  const marked = ["data", "stringData"].flatMap((key): [string, Value][] => {
    const value = outputs[key];
    return value === undefined ? [] : [[key, new Secret(value)]];
  });
  return { ...outputs, ...Object.fromEntries(marked) };
}

function annotate(value: Value, input: Value | undefined): Value {
  if (isValues(value) && isValues(input)) return annotateSecrets(value, input);
  return holdsSecret(input) && !(value instanceof Secret) ? new Secret(value) : value;
}

/** Outputs in which what is unknown in the inputs is unknown too. */
export function annotateUnknowns(outputs: Value, input: Value | undefined): Value {
  const given = reveal(input);
  if (given instanceof Unknown) return outputs instanceof Secret ? new Secret(UNKNOWN) : UNKNOWN;
  if (outputs instanceof Secret) return new Secret(annotateUnknowns(outputs.value, given));
  if (isList(outputs) && isList(given)) return outputs.map((item, i) => annotateUnknowns(item, given[i]));
  if (!isValues(outputs) || !isValues(given)) return outputs;
  return Object.fromEntries(
    entries(outputs).map(([key, value]) => [key, annotateUnknowns(value, given[key])]),
  );
}
