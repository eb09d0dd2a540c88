// Pet names: adverbs, one adjective, one animal.
import { randomInt } from "node:crypto";

const ADVERBS = [
  "barely",
  "briskly",
  "gladly",
  "kindly",
  "mostly",
  "neatly",
  "openly",
  "rarely",
  "surely",
  "vastly",
];
const ADJECTIVES = [
  "brave",
  "calm",
  "clever",
  "fair",
  "gentle",
  "happy",
  "keen",
  "lively",
  "patient",
  "quick",
  "sunny",
  "witty",
];
const ANIMALS = [
  "badger",
  "crane",
  "dolphin",
  "falcon",
  "heron",
  "lynx",
  "marmot",
  "otter",
  "puffin",
  "robin",
  "seal",
  "tapir",
];

/** A name of `words` words: the last an animal, the one before it an adjective, the rest adverbs. */
export function petName(words: number, separator: string): string {
  const lists = [...Array.from({ length: Math.max(0, words - 2) }, () => ADVERBS), ADJECTIVES, ANIMALS];
  return lists
    .slice(-words)
    .map((list) => list[randomInt(list.length)])
    .join(separator);
}
