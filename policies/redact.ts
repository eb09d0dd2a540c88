import { isRecord } from "./checks/field";

const secretKey = /secret|password|passwd|token|credential|private|apikey|api_key|connection|dsn/i;
/** A shorter text occurs in a message by chance, and is no secret worth the name. */
const leastLength = 4;

/**
 * A message without the texts that lie below keys named like a secret. The engine hands a pack secrets in plain text and unmarked
 * (https://github.com/pulumi/pulumi-policy/pull/115), and helm repeats a value that it refuses.
 */
export function redacted(message: string, values: unknown): string {
  return secretTexts(values, false)
    .filter((text) => text.length >= leastLength)
    .sort((a, b) => b.length - a.length)
    .reduce((left, text) => left.replaceAll(text, "[secret]"), message);
}

function secretTexts(value: unknown, secret: boolean): string[] {
  if (typeof value === "string") return secret ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => secretTexts(item, secret));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => secretTexts(item, secret || secretKey.test(key)));
}
