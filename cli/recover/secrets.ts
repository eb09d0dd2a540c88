/**
 * `golive recover secrets`: what a command can do where secrets were lost or seen: says where each comes from and how it comes
 * back, has the cluster read the store again, and rotates those that golive makes. Row L19, "Pérdida de secretos".
 */
import { setTimeout as delay } from "node:timers/promises";
import Table from "cli-table3";
import * as z from "zod";
import type { Setting } from "../../rollout/plan";
import { EXIT } from "../rollout/exit-codes";
import type { Kubectl } from "../rollout/kubectl";
import { openSession, type Session } from "../rollout/session";
import { UserError } from "../user-error";
import { restoredBy, secretPlaces, type SecretPlace } from "./secret-places";
import { whileHeld } from "./while-held";
import { writeAndUp } from "./write-and-up";

export interface SecretsOptions {
  readonly stack: string;
  /** Names of those to be rotated, by commas, or `all`. @default - none */
  readonly rotate?: string;
}

/** Seconds for which the cluster may take to read the store. */
const SYNC_SECONDS = 60;

/** Prints each secret and how it comes back; the exit code is that of what stands still where the store lacks one. */
export async function recoverSecrets(system: string, { stack, rotate }: SecretsOptions): Promise<number> {
  const session = await openSession(stack, system);
  const places = secretPlaces(session.settings.systems[session.system]);
  const rotated = toRotate(places, rotate);
  const table = new Table({
    head: ["secret", "from", "comes back by"],
    style: { head: [], border: [] },
    wordWrap: true,
    colWidths: [34, 11, 72],
  });
  table.push(...places.map((place) => [place.path, place.source.kind, restoredBy(place, session.system)]));
  console.log(table.toString());
  return whileHeld(session, async () => {
    const missing = await synced(session, places);
    for (const one of missing) console.log(`FAIL ${one}`);
    if (rotated.length > 0) await rotateAll(session, rotated);
    return missing.length === 0 ? EXIT.done : EXIT.stuck;
  });
}

/** @throws {UserError} for what golive cannot rotate, naming what it can, and how the others are. */
export function toRotate(places: readonly SecretPlace[], rotate: string | undefined): readonly SecretPlace[] {
  const own = places.filter(({ source }) => source.kind === "generated");
  if (rotate === undefined) return [];
  if (rotate === "all") return own;
  const asked = rotate.split(",").map((name) => name.trim());
  const others = asked.filter((name) => own.every((place) => place.name !== name && place.path !== name));
  if (others.length === 0) {
    return own.filter(({ name, path }) => asked.includes(name) || asked.includes(path));
  }
  throw new UserError(
    `--rotate ${rotate}: golive makes ${own.map(({ path }) => path).join(", ") || "none of this system's secrets"}, and not ${others.join(", ")}: ` +
      "a value that another owns gets a new one there first, then in the store or the stack file",
  );
}

/** The next number of each. */
export const rotation = (system: string, places: readonly SecretPlace[]): readonly Setting[] =>
  places.flatMap(({ path, source }) =>
    source.kind === "generated"
      ? [{ path: `${system}.${path}.generate.version`, value: source.version + 1 }]
      : [],
  );

async function rotateAll(session: Session, places: readonly SecretPlace[]): Promise<void> {
  const settings = rotation(session.system, places);
  const names = places.map(({ name }) => name).join(", ");
  await writeAndUp(session, settings, {
    scope: { kind: "system" },
    message: `golive recover secrets: ${names} rotated`,
    does: "rotates them",
  });
  console.log(`rotated: ${names}; what uses them has started anew`);
}

const externalSecrets = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      status: z
        .object({
          conditions: z
            .array(z.object({ type: z.string(), status: z.string(), message: z.string().default("") }))
            .default([]),
        })
        .default({ conditions: [] }),
    }),
  ),
});

/** Has the operator read the store now, and gives what it still lacks. */
async function synced(
  { kubectl, namespace }: Session,
  places: readonly SecretPlace[],
): Promise<readonly string[]> {
  if (places.every(({ source }) => source.kind !== "external")) return [];
  const own = ["externalsecrets", "--namespace", namespace];
  await kubectl(["annotate", ...own, "--all", "--overwrite", `force-sync=${Date.now()}`]);
  const end = performance.now() + SYNC_SECONDS * 1000;
  for (;;) {
    const missing = await unready(kubectl, own);
    if (missing.length === 0 || performance.now() > end) return missing;
    await delay(1000);
  }
}

async function unready(kubectl: Kubectl, own: readonly string[]): Promise<readonly string[]> {
  const { items } = externalSecrets.parse(JSON.parse(await kubectl(["get", ...own, "-o", "json"])));
  return items.flatMap(({ metadata, status }) => {
    const ready = status.conditions.find(({ type }) => type === "Ready");
    if (ready?.status === "True") return [];
    return [`ExternalSecret ${metadata.name}: ${ready?.message || "the operator has not read it"}`];
  });
}
