/** Whether a text holds a secret, and of which sort: never which. Pure. */
import { isUnknown } from "./field";
import { secretFormats, sortOf, type Sort } from "./secret-formats";

/** What the engine and `pulumi preview --json` write for a secret that they do not show. */
const HIDDEN = "[secret]";

/** What of a secret a single value holds, by its form, its name and how random it is; undefined where it holds none. */
export function secretValue(name: string, text: string): string | undefined {
  const sort = sortOf(name);
  if (text.trim() === HIDDEN) return "a value that Pulumi keeps secret";
  const known = secretForm(text) ?? secretForm(decoded(text) ?? "");
  if (known !== undefined) return known;
  const named = (sort === "password" || sort === "secret") && isNamedSecret(sort, text);
  if (named) return `a ${sort} in plain text, by its name`;
  if (sort !== "public" && isRandom(text.trim())) return "a random text such as a key";
  return undefined;
}

/** What of a secret a longer text holds, by its forms and by what is assigned in it. */
export const secretText = (text: string): string | undefined => secretForm(text) ?? assignedSecret(text);

/** What of a secret has the form that its issuer gives it. */
const secretForm = (text: string): string | undefined =>
  secretFormats.find(({ pattern }) => pattern.test(text))?.what;

/** Text that is written in base64; undefined for what is none, or is no text. */
function decoded(text: string): string | undefined {
  const compact = text.trim();
  if (compact.length < 16 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(compact)) return undefined;
  const bytes = Buffer.from(compact, "base64").toString("latin1");
  return /^[\t\n\r\x20-\x7e]+$/.test(bytes) ? bytes : undefined;
}

/** `name = value` and `name: value`, quoted or not, in configuration, scripts and command lines. */
const assignment = /([A-Za-z_][\w.-]*)["']?[ \t]*[:=][ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"',;&|()}\]]+))/g;

function assignedSecret(text: string): string | undefined {
  for (const [, name = "", double, single, bare] of text.matchAll(assignment)) {
    const sort = sortOf(name);
    if (sort !== "password" && sort !== "secret") continue;
    if (isAssignedSecret(sort, double ?? single ?? bare ?? "")) return `a ${sort} in plain text, by its name`;
  }
  return undefined;
}

/** Words that stand where a value would. */
const STAND_INS =
  /^(?:true|false|yes|no|on|off|null|nil|none|undefined|string|text|number|object|required|optional|hidden|redacted|placeholder|tbd|[*•.x-]+)$/i;

/** True where a value refers to what is elsewhere, or stands in for it. */
function isReference(text: string): boolean {
  if (text === "" || isUnknown(text) || STAND_INS.test(text)) return true;
  if (/[$%]\(|\$\{|\{\{|^\$\w|^[{<[]|^__\w+/.test(text)) return true;
  if (/^(?:\.{0,2}|~)(?:\/[\w.@-]+)+\/?$/.test(text)) return true;
  if (/^(?:arn|https?|file|vault|ref\+\w+|op|s3|projects):?\/\/|^arn:/.test(text)) return true;
  // Names of variables, one or several.
  return /^[A-Z]+(?:_[A-Z0-9]+)+(?:,[A-Z]+(?:_[A-Z0-9]+)+)*$/.test(text);
}

/** The value of a variable, a flag or a key of its own. */
function isNamedSecret(sort: Sort, text: string): boolean {
  const value = text.trim();
  if (isReference(value) || value.includes("\n")) return false;
  return sort === "password" || isStrong(value);
}

/** A value in the middle of a text, which may as well be code or a label. */
function isAssignedSecret(sort: Sort, value: string): boolean {
  if (isReference(value) || /[\s(){}[\]<>`]/.test(value) || /^[A-Za-z_$][\w$]*(?:\.[\w$]+)+$/.test(value))
    return false;
  if (sort === "secret") return isStrong(value) && value.length >= 16;
  return value.length >= 6 && /[^\p{L}]/u.test(value) && !/^\d+$/.test(value);
}

/** More than a name or a number: letters and digits, or so random that no word is. */
function isStrong(value: string): boolean {
  const isName = /^[a-z]+\d{0,2}(?:[-./_:][a-z]+\d{0,2})*$/.test(value);
  if (value.length < 8 || isName || /^[\d.]+$/.test(value)) return false;
  return (/\d/.test(value) && /[A-Za-z]/.test(value)) || entropy(value) >= 3.5;
}

/** What begins so is a public key. */
const PUBLIC_KEY =
  /^(?:AAAA[BCE]|MII[BC][A-Za-z0-9]{1,3}ANBgkqhkiG9w0BAQ|MFkwEwYHKoZIzj0CAQ|MCowBQYDK2VwAyEA|pk_)/;

/** One text of upper and lower case and digits, as no name, path, hash in hexadecimal or UUID is. */
function isRandom(text: string): boolean {
  if (!/^[A-Za-z0-9+/_-]{32,}={0,2}$/.test(text) || PUBLIC_KEY.test(text)) return false;
  if (/^sha(?:256|384|512)-/.test(text) || decoded(text) !== undefined || isUnknown(text)) return false;
  const separators = text.replace(/[^/_-]/g, "").length;
  const mixed = [/[a-z]/, /[A-Z]/, /\d/].every((kind) => kind.test(text));
  return mixed && separators <= text.length / 10 && entropy(text) >= 4.2;
}

/** Shannon's entropy of a text's characters, in bits each. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()]
    .map((count) => count / text.length)
    .reduce((sum, share) => sum - share * Math.log2(share), 0);
}
