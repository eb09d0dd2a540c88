// Random text of RandomPassword and RandomString.
import { randomInt } from "node:crypto";
import type { CheckFailure } from "../provider";
import { flagOf, isBelow, numberOf, textOf } from "../table";
import { reveal, Unknown, type Values } from "../values";

interface CharacterClass {
  readonly flag: string;
  readonly minimum: string;
  readonly characters: string;
}

/** Source: registry.terraform.io/providers/hashicorp/random, resource random_string. */
const CLASSES: readonly CharacterClass[] = [
  { flag: "upper", minimum: "minUpper", characters: "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
  { flag: "lower", minimum: "minLower", characters: "abcdefghijklmnopqrstuvwxyz" },
  { flag: "numeric", minimum: "minNumeric", characters: "0123456789" },
  { flag: "special", minimum: "minSpecial", characters: "!@#$%&*()-_=+[]{}<>:?" },
];

/** The defaults that both types add to their outputs. */
export function characterDefaults(inputs: Values): Values {
  const numeric = flagOf(inputs, "numeric", flagOf(inputs, "number", true));
  const flags = { upper: true, lower: true, special: true, ...inputs, numeric, number: numeric };
  return { minUpper: 0, minLower: 0, minNumeric: 0, minSpecial: 0, ...flags };
}

/** What is wrong with the length, the minima and the flags. Unknown inputs are judged by the update. */
export function checkCharacters(inputs: Values): CheckFailure[] {
  const minima = CLASSES.map(({ minimum }) => minimum);
  const tooLow = minima.filter((property) => isBelow(inputs, property, 0));
  if (isBelow(inputs, "length", 1)) tooLow.push("length");
  const failures = tooLow.map((property) => ({ property, reason: limit(property) }));
  if (reveal(inputs["length"]) instanceof Unknown) return failures;
  const needed = minima.reduce((sum, property) => sum + numberOf(inputs, property, 0), 0);
  const length = numberOf(inputs, "length", needed);
  if (length < needed)
    failures.push({ property: "length", reason: `${length} is less than the minima's sum, ${needed}` });
  if (pool(inputs) === "")
    failures.push({ property: "", reason: "upper, lower, numeric and special are all false" });
  return failures;
}

const limit = (property: string) => `must be a whole number of at least ${property === "length" ? 1 : 0}`;

/** New text of `length` characters that holds each class's minimum, in random order. */
export function randomText(inputs: Values): string {
  const required = CLASSES.flatMap((group) =>
    draw(charactersOf(group, inputs), numberOf(inputs, group.minimum, 0)),
  );
  const rest = draw(pool(inputs), numberOf(inputs, "length", 0) - required.length);
  return shuffle([...required, ...rest]).join("");
}

function pool(inputs: Values): string {
  const filled = characterDefaults(inputs);
  return CLASSES.filter(({ flag }) => flagOf(filled, flag, true))
    .map((group) => charactersOf(group, inputs))
    .join("");
}

function charactersOf({ flag, characters }: CharacterClass, inputs: Values): string {
  const override = flag === "special" ? textOf(inputs, "overrideSpecial") : undefined;
  return override === undefined || override === "" ? characters : override;
}

const draw = (characters: string, count: number): string[] =>
  Array.from({ length: count }, () => characters.charAt(randomInt(characters.length)));

/** Fisher and Yates: every order is as likely. */
function shuffle(items: string[]): string[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const [item = ""] = result.splice(randomInt(i + 1), 1);
    result.push(item);
  }
  return result;
}
