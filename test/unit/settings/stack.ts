/** A sound stack file for the tests, and what the engine makes of its text. */
import { parse } from "yaml";

export const FILE = "Pulumi.develop.yaml";

export const GOOD = `# yaml-language-server: $schema=schema/stack.schema.json
config:
  golive:aws:
    accountId: "202533518394"
    region: us-east-1
  golive:kubernetes:
    context: kometa-develop
  golive:ceiling:
    cpu: 500m
    memory: 512Mi
  golive:kometa:
    namespace: kometa-develop
    release: kometa-develop
    host: marketplace.kometadeveloper.xyz
    image:
      repository: kometa-marketplace
      tag: v1.0-develop-11
    replicas: 1
    limits: { cpu: 200m, memory: 200Mi }
    tolerations: [spot-instance]
    certificate: { create: true }
    environment:
      LOG_LEVEL: info
      JWT_SECRET:
        secure: v1:AAAA
      DB_PASSWORD: { secretRef: { name: database, key: password } }
`;

/** What a `secure:` value of a test decrypts to; it may never show up in a message. */
export const PLANTED = "planted-hunter2";

/** One replacement in the sound file; every one must hit exactly once. */
export type Edit = readonly [from: string, to: string];

export function edited(...edits: readonly Edit[]): string {
  return edits.reduce((text, [from, to]) => {
    if (text.split(from).length !== 2) throw new Error(`"${from}" is not once in the sound file`);
    return text.replace(from, () => to);
  }, GOOD);
}

/**
 * The configuration that the engine (3.259, tried) hands to a program for this file: texts as they are, all else as
 * JSON, a date in Go's words.
 */
export function engineConfig(text: string): { config: Record<string, string>; secretKeys: string[] } {
  const file: unknown = parse(text, { customTags: ["timestamp"] });
  const config = isRecord(file) && isRecord(file["config"]) ? file["config"] : {};
  const entries = Object.entries(config);
  return {
    config: Object.fromEntries(
      entries.map(([key, value]) => {
        const plain = decrypt(value);
        return [qualify(key), typeof plain === "string" ? plain : JSON.stringify(plain)];
      }),
    ),
    secretKeys: entries
      .filter(([, value]) => JSON.stringify(value).includes('"secure"'))
      .map(([key]) => qualify(key)),
  };
}

function qualify(key: string): string {
  return key.includes(":") ? key : `golive:${key}`;
}

function decrypt(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decrypt);
  if (value instanceof Date) return `${value.toISOString().slice(0, 10)} 00:00:00 +0000 UTC`;
  if (!isRecord(value)) return value;
  if (typeof value["secure"] === "string") return PLANTED;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decrypt(item)]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
