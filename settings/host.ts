/** DNS host names (RFC 1123), as an Ingress rule takes them. Pure. */
import type { Parsed } from "./parsed";

declare const host: unique symbol;

/** A full DNS name in lower case: no scheme, port, path or wildcard. */
export type Host = string & { readonly [host]: true };

const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
/** What a host looks like; the JSON Schema gives it to editors. */
export const HOST_PATTERN = `^(?=.{1,253}$)(?:${LABEL}\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$`;
const SHAPE = new RegExp(HOST_PATTERN);

function isHost(text: string): text is Host {
  return SHAPE.test(text);
}

interface Habit {
  readonly sign: RegExp;
  readonly mend: string;
}

/** What people write in a host field that is not the host. */
const HABITS: readonly Habit[] = [
  { sign: /^[a-z]+:\/\//i, mend: "leave out the scheme" },
  { sign: /\//, mend: "leave out the path" },
  { sign: /:\d*$/, mend: "leave out the port" },
  { sign: /^\*\./, mend: "name one host, without the wildcard" },
  { sign: /[A-Z]/, mend: "write it in lower case" },
  { sign: /_/, mend: 'a host has no "_"; use "-"' },
  { sign: /\.$/, mend: "leave out the dot at the end" },
  { sign: /^[\d.]+$/, mend: "an ingress needs a name, not an IP address" },
  { sign: /^[^.]+$/, mend: "write the full name, with its domain" },
];

/** A host such as `marketplace.kometadeveloper.xyz`. */
export function parseHost(text: string): Parsed<Host> {
  if (isHost(text)) return { value: text };
  const mends = HABITS.filter(({ sign }) => sign.test(text)).map(({ mend }) => `; ${mend}`);
  return { problem: `expected a DNS host such as shop.example.com${mends.join("")}` };
}
