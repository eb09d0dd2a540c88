/** Takes secrets out of what is told: known values, in each form in which they travel, and what has a secret's look. Pure. */
const SHOWN = "[secret]";

/** Shorter texts occur by chance, and are no secret worth the name. */
const LEAST_LENGTH = 4;

/** A secret as a whole, by its look. The same signs as in settings/secret.ts, there to refuse, here to cut out. */
const LOOKS: readonly (readonly [look: RegExp, instead: string])[] = [
  [/([a-z][a-z0-9+.-]*:\/\/)[^/\s:@]*:[^/\s@]+@/gi, `$1${SHOWN}@`],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, SHOWN],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, SHOWN],
  [/\bgh[pousr]_[A-Za-z0-9]{36,}/g, SHOWN],
  [/\bxox[abposr]-[A-Za-z0-9-]{10,}/g, SHOWN],
  [/\bhooks\.slack\.com\/(?:services|workflows|triggers)\/[^\s"'<>]*/g, `hooks.slack.com/${SHOWN}`],
  [/\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*/g, SHOWN],
  [/\b(Bearer|Basic|GenieKey)\s+[\w.~+/=-]{8,}/gi, `$1 ${SHOWN}`],
  [/\b((?:password|passwd|secret|token|api_?key)["']?\s*[=:]\s*["']?)[^\s"'&,;]+/gi, `$1${SHOWN}`],
];

/** A value as it is, in a URL, in JSON, in base64, and as SMTP sends it beside its user's name. */
const forms = (secret: string): readonly string[] => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString("base64"),
  Buffer.from(secret).toString("base64url"),
];

/** Makes what hides these values, and everything that looks like a secret, in a text. */
export function hiding(secrets: readonly string[]): (text: string) => string {
  const known = [...new Set(secrets.filter(({ length }) => length >= LEAST_LENGTH).flatMap(forms))].sort(
    (a, b) => b.length - a.length,
  );
  return (text) => {
    const left = known.reduce((rest, secret) => rest.replaceAll(secret, SHOWN), text);
    return LOOKS.reduce((rest, [look, instead]) => rest.replace(look, instead), left);
  };
}
