/** `golive rollout verify`: whether what runs now is well: its readings, its traffic, its pods (rows K14, G11). */
import { gate } from "../../readings/gate";
import { sourcesAt } from "../../readings/sources";
import type { Finding } from "../../rollout/verdict";
import { told } from "../../rollout/words";
import { EXIT } from "./exit-codes";
import { rulesOf } from "./plan-of";
import { openSession, type Session } from "./session";
import { addressesOf, type RolloutOptions } from "./start";
import { heldText, heldTraffic, readyServices } from "./traffic";

/** One thing that was looked at. */
interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly found: string;
}

/** Prints each check; the exit code is that of a rollout that stands still where one is not as it should be. */
export async function verifyCommand(system: string, options: RolloutOptions): Promise<number> {
  const session = await openSession(options.stack, system);
  const checks = [...(await trafficChecks(session)), ...(await readingChecks(session, options))];
  const lines = checks.map(({ name, ok, found }) => `${ok ? "ok  " : "FAIL"} ${name}: ${found}`);
  console.log(options.json === true ? JSON.stringify(checks, undefined, 2) : lines.join("\n"));
  return checks.every(({ ok }) => ok) ? EXIT.done : EXIT.stuck;
}

/** Every Service that gets requests has a ready pod. */
async function trafficChecks({ kubectl, traffic }: Session): Promise<readonly Check[]> {
  if (traffic === undefined) return [];
  const [held, ready] = await Promise.all([
    heldTraffic(kubectl, traffic),
    readyServices(kubectl, traffic.namespace),
  ]);
  const missing = Object.entries(held.shares)
    .filter(([service, percent]) => percent > 0 && !ready.has(service))
    .map(([service]) => service);
  return [
    {
      name: "traffic",
      ok: missing.length === 0 && Object.keys(held.shares).length > 0,
      found: `${heldText(held)}${missing.length === 0 ? "" : `; without a ready pod: ${missing.join(", ")}`}`,
    },
  ];
}

async function readingChecks(session: Session, options: RolloutOptions): Promise<readonly Check[]> {
  const { settings, system } = session;
  const addresses = addressesOf(session, options);
  const rollout = settings.systems[system]?.rollout;
  if (rollout === undefined) return [];
  const rules = rulesOf(settings, system, rollout, addresses);
  return (await gate(rules, sourcesAt(addresses))).findings.map(checkOf);
}

export const checkOf = ({ title, reading, unit, limit }: Finding): Check => ({
  name: title,
  ok: reading.kind === "pass",
  found: told(reading, unit, limit),
});
