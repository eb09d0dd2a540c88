/** How secrets are written: the forms that their issuers give them. Pure data. */

/** A form of secrets. */
export interface SecretFormat {
  /** What it is, after "holds". */
  readonly what: string;
  readonly pattern: RegExp;
}

/** A password's place in a URL: no variable, placeholder or mask. */
const PASSWORD = "(?![$%{<*]|x+@|\\[)[^\\s@/?#\"'`<>{}]+";

export const secretFormats: readonly SecretFormat[] = [
  { what: "a private key", pattern: /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/ },
  { what: "an age key", pattern: /\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b/ },
  { what: "an AWS access key", pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/ },
  { what: "a key of an Azure account", pattern: /\bAccountKey=[A-Za-z0-9+/]{60,}/ },
  { what: "a Google API key", pattern: /\bAIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])/ },
  { what: "a secret of a Google client", pattern: /\bGOCSPX-[\w-]{28}(?![\w-])/ },
  { what: "a GitHub token", pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{60,})\b/ },
  { what: "a GitLab token", pattern: /\bgl(?:pat|dt|rt|cbt|ptt|soat)-[\w-]{20,}/ },
  { what: "an npm token", pattern: /\bnpm_[A-Za-z0-9]{36}\b/ },
  { what: "a PyPI token", pattern: /\bpypi-AgE[\w-]{50,}/ },
  { what: "a Slack token", pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,}|\bxapp-\d-[A-Za-z0-9-]{10,}/ },
  {
    what: "the address of a webhook",
    pattern:
      /\bhttps:\/\/(?:hooks\.slack\.com\/(?:services|workflows|triggers)\/[\w/-]{20,}|(?:ptb\.|canary\.)?discord(?:app)?\.com\/api\/webhooks\/\d+\/[\w-]+|[\w-]+\.webhook\.office\.com\/webhookb2\/[\w@/-]{20,})/,
  },
  { what: "a Telegram token", pattern: /\b\d{8,10}:AA[\w-]{33}(?![\w-])/ },
  { what: "a Stripe key", pattern: /\b(?:sk|rk|whsec)_(?:live_|test_)?[A-Za-z0-9]{16,}\b/ },
  { what: "a SendGrid key", pattern: /\bSG\.[\w-]{22}\.[\w-]{43}(?![\w-])/ },
  { what: "an OpenAI or Anthropic key", pattern: /\bsk-(?:proj-|svcacct-|ant-)?[A-Za-z0-9_-]{32,}/ },
  { what: "a Perplexity key", pattern: /\bpplx-[A-Za-z0-9]{40,}\b/ },
  { what: "a Hugging Face token", pattern: /\bhf_[A-Za-z0-9]{34}\b/ },
  { what: "a New Relic key", pattern: /\b(?:[0-9a-f]{36}NRAL|NRAK-[A-Z0-9]{27})\b/ },
  { what: "a Grafana token", pattern: /\bgl(?:sa|c)_[A-Za-z0-9+/=_]{32,}/ },
  { what: "a Vault token", pattern: /\bhv[sbr]\.[\w-]{24,}/ },
  { what: "a Pulumi token", pattern: /\bpul-[0-9a-f]{40}\b/ },
  { what: "a DigitalOcean token", pattern: /\bdo[opr]_v1_[0-9a-f]{64}\b/ },
  { what: "a JSON Web Token", pattern: /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16,}/ },
  {
    what: "a URL with a password",
    pattern: new RegExp(`\\b[a-zA-Z][a-zA-Z0-9+.-]*://[^\\s:@/?#"'\`]*:${PASSWORD}@[^\\s@]`),
  },
  {
    what: "the value of an Authorization header",
    // A token that nobody signed, as tests send it, opens nothing.
    pattern:
      /\b(?:Bearer|Basic)\s+(?!eyJ[\w-]+\.[\w-]+\.(?![\w-]))(?=[\w.~+/-]*\d)(?=[\w.~+/-]*[A-Za-z])[\w.~+/-]{16,}/,
  },
];

/** Words at a name's end that make it one of something about a secret, and none of a secret. */
const ABOUT = [
  "algorithm algo alg arn audience backend bucket class count dir directory disabled enabled endpoint exp expiration",
  "expires expiry field file header host hours id issuer kind length lifetime limit location max min minutes mode",
  "name namespace optional path policy port prefix provider ref regex region required rounds seconds size store",
  "suffix template ttl type uri url user username validity version",
  "cert certificate checksum crt digest etag fingerprint hash integrity pub public sha sum",
]
  .join(" ")
  .split(" ");

/** Words that no random text under them is a secret by: what is meant to be seen. */
const PUBLIC =
  /^(?:ca|cert|certificate|certs|checksum|crt|digest|etag|fingerprint|hash|integrity|pub|public|sha\d*|sum|thumbprint)$/;

const PASSWORDS = /(?:password|passwd|passphrase)$|^(?:pass|pwd)$/;
const OTHERS = /(?:secret|token|apikey|secretkey|accesskey|privatekey|credential|credentials)$/;
const KEYS = [
  "access",
  "account",
  "api",
  "auth",
  "encryption",
  "licence",
  "license",
  "private",
  "role",
  "routing",
];
const MORE_KEYS = ["secret", "signing", "master", "service"];

/** What a name says of its value: a password, another secret, something public, or nothing. */
export type Sort = "password" | "secret" | "public" | "plain";

/** What the name of a variable, a flag or a key says of its value. */
export function sortOf(name: string): Sort {
  const words = wordsOf(name);
  const last = words.at(-1) ?? "";
  if (words.some((word) => PUBLIC.test(word))) return "public";
  if (ABOUT.includes(last)) return "plain";
  // PWD alone is the working directory.
  if (words.some((word) => PASSWORDS.test(word)) && words.join() !== "pwd") return "password";
  const isKey = last === "key" && [...KEYS, ...MORE_KEYS].includes(words.at(-2) ?? "");
  return isKey || words.some((word) => OTHERS.test(word)) ? "secret" : "plain";
}

/** `DB_PASSWORD`, `dbPassword` and `db.password` are words alike. */
const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
