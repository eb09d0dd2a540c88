/** Exemptions of one object from one rule, for a while. */
import type { Exemption } from "../settings/policies";
import { endOf } from "../settings/date";
import { objectName, type Judgement } from "./judgement";

/** The most days that an exemption may have left. */
const LONGEST = 366;
const DAY = 86_400_000;

const isOf = ({ rule, subject }: Judgement, exemption: Exemption): boolean =>
  rule.name === exemption.rule && objectName(subject) === exemption.resource;

const holds = ({ until }: Exemption, now: Date): boolean => endOf(until) > now;

/** The exemption that holds for what a rule says of an object; undefined where none does. */
export function exemptionOf(
  judgement: Judgement,
  exemptions: readonly Exemption[],
  now: Date,
): Exemption | undefined {
  return exemptions.find((exemption) => isOf(judgement, exemption) && holds(exemption, now));
}

/**
 * What is wrong with the exemptions, a sentence each: one that has ended, one that lasts too long, one that exempts nothing.
 *
 * @param judgements what the exempted rules say of every object of the stack
 */
export function exemptionFaults(
  exemptions: readonly Exemption[],
  judgements: readonly Judgement[],
  now: Date,
): string[] {
  return exemptions.flatMap((exemption) => {
    const fault = faultOf(exemption, judgements, now);
    return fault === undefined ? [] : [`${named(exemption)} ${fault}`];
  });
}

/** Exemptions that have ended or last too long, a sentence each: what can be said before any object is known. */
export const endedExemptions = (exemptions: readonly Exemption[], now: Date): string[] =>
  exemptions.flatMap((exemption) => {
    const fault = lengthFault(exemption, now);
    return fault === undefined ? [] : [`${named(exemption)} ${fault}`];
  });

const named = ({ rule, resource, owner }: Exemption): string =>
  `golive:exemptions: the exemption of ${resource} from ${rule} (owner ${owner})`;

function faultOf(exemption: Exemption, judgements: readonly Judgement[], now: Date): string | undefined {
  const tooLong = lengthFault(exemption, now);
  if (tooLong !== undefined) return tooLong;
  const needed = judgements.some((judgement) => isOf(judgement, exemption) && judgement.verdict !== "pass");
  return needed ? undefined : "exempts nothing: no such object breaks the rule. Remove it";
}

function lengthFault(exemption: Exemption, now: Date): string | undefined {
  if (!holds(exemption, now))
    return `ended with ${exemption.until}: mend the object and remove the exemption, or agree on a new date in review`;
  if (endOf(exemption.until).getTime() - now.getTime() > LONGEST * DAY)
    return `lasts until ${exemption.until}; allowed: at most a year ahead. Name an earlier date`;
  return undefined;
}
