/** Where the secret values of a system come from, as its settings say: what is restored, and what is rotated. Pure. */
import * as z from "zod";

/** One secret value of a system. */
export interface SecretPlace {
  /** Below the system's key, e.g. `environment.JWT_SECRET`. */
  readonly path: string;
  /** What it is called for, e.g. `JWT_SECRET`. */
  readonly name: string;
  readonly source: Source;
}

/** The sources of settings/environment.ts; no value among them. */
const source = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("external"), key: z.string(), property: z.string().optional() }),
  z.object({ kind: z.literal("generated"), version: z.number() }),
  z.object({ kind: z.literal("reference"), secret: z.string(), key: z.string() }),
  z.object({ kind: z.literal("sealed") }),
  z.object({ kind: z.literal("secret") }),
]);
type Source = z.infer<typeof source>;

const variable = z.object({ name: z.string(), kind: z.string() });

/** Every secret value below a system's settings. */
export function secretPlaces(settings: unknown, path: readonly string[] = []): readonly SecretPlace[] {
  if (Array.isArray(settings)) {
    return settings.flatMap((item: unknown, index) =>
      secretPlaces(item, [...path, variable.safeParse(item).data?.name ?? String(index)]),
    );
  }
  if (typeof settings !== "object" || settings === null) return [];
  const found = source.safeParse(settings);
  if (found.success) {
    return [{ path: path.join("."), name: path.at(-1) ?? "", source: found.data }];
  }
  return Object.entries(settings).flatMap(([key, value]) => secretPlaces(value, [...path, key]));
}

/** How a lost one comes back. */
export function restoredBy({ path, source: from }: SecretPlace, system: string): string {
  const place = `golive:${system}.${path}`;
  switch (from.kind) {
    case "external":
      return `restore ${from.key}${from.property === undefined ? "" : `, ${from.property},`} in the store; this command has the cluster read it again`;
    case "generated":
      return `kept in the stack's state: an up writes it again; --rotate makes another (version ${from.version + 1})`;
    case "reference":
      return `restore the key ${from.key} of the Secret ${from.secret}: golive does not make it`;
    case "sealed":
      return "kept in git: an up writes it again; seal another value to rotate it";
    case "secret":
      return `kept in the stack file: an up writes it again; pulumi config set --secret --path '${place}' rotates it`;
  }
}
