// The types of the random package: which inputs they take and what they generate.
// Sources: registry.terraform.io/providers/hashicorp/random/3.7 and @pulumi/random 4.21.2.
import { randomBytes, randomInt, randomUUID } from "node:crypto";
import type { CheckFailure } from "../provider";
import { isBelow, missing, numberOf, textOf } from "../table";
import { Secret, type Values } from "../values";
import { characterDefaults, checkCharacters, randomText } from "./characters";
import { petName } from "./pet";

/** What a create made: the id and the outputs beside the inputs. */
export interface Generated {
  readonly id: string;
  readonly outputs: Values;
}

/** One type of the package. */
export interface Kind {
  readonly required: readonly string[];
  /** Inputs with the defaults that the outputs show. */
  readonly withDefaults: (inputs: Values) => Values;
  readonly check: (inputs: Values) => CheckFailure[];
  /** The outputs that a preview does not know, with true for the secret ones. */
  readonly computed: Readonly<Record<string, boolean>>;
  readonly generate: (inputs: Values) => Promise<Generated> | Generated;
}

const asGiven = (inputs: Values): Values => inputs;
const atLeast = (property: string, least: number) => (inputs: Values) =>
  isBelow(inputs, property, least)
    ? [{ property, reason: `must be a whole number of at least ${least}` }]
    : [];

/** By type token. */
export const KINDS: Readonly<Record<string, Kind | undefined>> = {
  "random:index/randomPassword:RandomPassword": {
    required: ["length"],
    withDefaults: characterDefaults,
    check: checkCharacters,
    computed: { result: true, bcryptHash: true },
    generate: password,
  },
  "random:index/randomString:RandomString": {
    required: ["length"],
    withDefaults: characterDefaults,
    check: checkCharacters,
    computed: { result: false },
    generate: (inputs) => {
      const result = randomText(inputs);
      return { id: result, outputs: { result } };
    },
  },
  "random:index/randomId:RandomId": {
    required: ["byteLength"],
    withDefaults: asGiven,
    check: atLeast("byteLength", 1),
    computed: { b64Std: false, b64Url: false, dec: false, hex: false },
    generate: identifier,
  },
  "random:index/randomPet:RandomPet": {
    required: [],
    withDefaults: (inputs) => ({ length: 2, separator: "-", ...inputs }),
    check: atLeast("length", 1),
    computed: {},
    generate: pet,
  },
  "random:index/randomUuid:RandomUuid": {
    required: [],
    withDefaults: asGiven,
    check: () => [],
    computed: { result: false },
    generate: () => {
      const result = randomUUID();
      return { id: result, outputs: { result } };
    },
  },
  "random:index/randomInteger:RandomInteger": {
    required: ["min", "max"],
    withDefaults: asGiven,
    check: checkInteger,
    computed: { result: false },
    generate: (inputs) => {
      const result = randomInt(numberOf(inputs, "min", 0), numberOf(inputs, "max", 0) + 1);
      return { id: String(result), outputs: { result } };
    },
  },
};

const BCRYPT_COST = 10;

async function password(inputs: Values): Promise<Generated> {
  const { hash } = await import("bcryptjs");
  const result = randomText(inputs);
  const bcryptHash = await hash(result, BCRYPT_COST);
  return { id: "none", outputs: { result: new Secret(result), bcryptHash: new Secret(bcryptHash) } };
}

function identifier(inputs: Values): Generated {
  const bytes = randomBytes(numberOf(inputs, "byteLength", 1));
  const prefix = textOf(inputs, "prefix") ?? "";
  const forms = {
    b64Std: bytes.toString("base64"),
    b64Url: bytes.toString("base64url"),
    dec: BigInt(`0x${bytes.toString("hex")}`).toString(),
    hex: bytes.toString("hex"),
  };
  const prefixed = Object.entries(forms).map(([form, text]): [string, string] => [form, prefix + text]);
  return { id: forms.b64Url, outputs: Object.fromEntries(prefixed) };
}

function pet(inputs: Values): Generated {
  const separator = textOf(inputs, "separator") ?? "-";
  const name = petName(numberOf(inputs, "length", 2), separator);
  const prefix = textOf(inputs, "prefix") ?? "";
  return { id: prefix === "" ? name : prefix + separator + name, outputs: {} };
}

const LARGEST_RANGE = 2 ** 48 - 1;

function checkInteger(inputs: Values): CheckFailure[] {
  if (missing(inputs, ["min", "max"]).length > 0) return [];
  if (inputs["seed"] !== undefined) {
    return [
      {
        property: "seed",
        reason: "golive's offline stand-in draws without a seed; Pulumi's own plugin has it",
      },
    ];
  }
  const range = numberOf(inputs, "max", 0) - numberOf(inputs, "min", 0);
  if (range < 0) return [{ property: "max", reason: "is less than min" }];
  return range < LARGEST_RANGE ? [] : [{ property: "max", reason: "is too far from min (2^48 at most)" }];
}
