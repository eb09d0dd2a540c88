// Inputs as the API server's own types would read them: fields that a kind does not have are dropped.
// Facts: pulumi-kubernetes provider/pkg/clients/unstructured.go Normalize converts to Go types and back, which drops
// them in silence; /openapi/v3 of the API server says the same of the types.
import { entries, isList, isValues, type Value, type Values } from "../values";
import { bagsAt, textAt, type GroupVersionKind } from "./object";
import { canonicalQuantity } from "./quantity";

/** The types of one group and version. */
export type Schemas = Values;

const PREFIX = "#/components/schemas/";
const QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity";

/** A value is of another type than the schema says; the API server will say so. */
class MismatchError extends Error {}

/** The object without fields that its kind does not have. One that does not fit its types is given back as it is. */
export function conform(object: Values, kind: GroupVersionKind, schemas: Schemas): Values {
  const schema = entries(schemas).find(([, one]) =>
    bagsAt(one, "x-kubernetes-group-version-kind").some(
      (of) =>
        textAt(of, "kind") === kind.kind &&
        textAt(of, "version") === kind.version &&
        textAt(of, "group") === kind.group,
    ),
  );
  if (schema === undefined || !isValues(schema[1])) return object;
  try {
    const fitted = fit(object, schema[1], schemas);
    return isValues(fitted) ? fitted : object;
  } catch (error) {
    if (error instanceof MismatchError) return object;
    throw error;
  }
}

function fit(value: Value, given: Values, schemas: Schemas): Value {
  const reference = referenceOf(given);
  if (reference === QUANTITY) return quantity(value);
  const schema = reference === undefined ? given : schemas[reference];
  if (!isValues(schema)) return value;
  refuseMismatch(value, textAt(schema, "type"));
  if (isList(value)) return fitList(value, schema, schemas);
  return isValues(value) ? fitBag(value, schema, schemas) : value;
}

function referenceOf(schema: Values): string | undefined {
  const text = textAt(schema, "$ref") || textAt(bagsAt(schema, "allOf")[0], "$ref");
  return text.startsWith(PREFIX) ? text.slice(PREFIX.length) : undefined;
}

function quantity(value: Value): Value {
  const known = typeof value === "string" || typeof value === "number" ? canonicalQuantity(value) : undefined;
  if (known === undefined) throw new MismatchError();
  return known;
}

const IS_TYPE: Readonly<Record<string, (value: Value) => boolean>> = {
  array: isList,
  boolean: (value) => typeof value === "boolean",
  integer: (value) => typeof value === "number",
  number: (value) => typeof value === "number",
  object: isValues,
  string: (value) => typeof value === "string",
};

function refuseMismatch(value: Value, type: string): void {
  const isType = IS_TYPE[type];
  if (isType !== undefined && !isType(value)) throw new MismatchError();
}

function fitList(list: readonly Value[], schema: Values, schemas: Schemas): Value {
  const items = schema["items"];
  return isValues(items) ? list.map((item) => fit(item, items, schemas)) : list;
}

function fitBag(bag: Values, schema: Values, schemas: Schemas): Value {
  const { properties, additionalProperties: others } = schema;
  const result: Record<string, Value> = {};
  for (const [key, value] of entries(bag)) {
    const own = isValues(properties) ? properties[key] : others;
    if (isValues(own)) result[key] = fit(value, own, schemas);
    else if (!isValues(properties)) result[key] = value;
  }
  return result;
}
