/** Secret values, and the signs by which a plain one is known. Pure. */
import { inspect } from "node:util";

const SHOWN = "[secret]";

/**
 * A value that is never shown: every way of printing it gives `[secret]`.
 * `reveal` is for the one place that hands it to Pulumi as a secret; where the stack file was read without the
 * engine (`golive render`, `golive doctor`) the value is unknown and `reveal` gives `undefined`.
 */
export class Secret {
  readonly #value: string | undefined;

  constructor(value?: string) {
    this.#value = value;
  }

  reveal(): string | undefined {
    return this.#value;
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}

const SECRET_NAME =
  /(?:PASSWORD|PASSWD|PASSPHRASE|PWD|SECRET|TOKEN|CREDENTIALS?|APIKEY|SECRETKEY|PRIVATEKEY|ACCESSKEY|ROUTINGKEY|LICENCEKEY|(?:^|_)KEY)S?$/;
const PUBLIC_NAME = /PUBLIC_?KEYS?$/;

/** Whether a variable's name says that its value is secret: `DB_PASSWORD`, `API_KEY`, not `TOKEN_TTL` or `PUBLIC_KEY`. */
export function hasSecretName(name: string): boolean {
  const upper = name.toUpperCase();
  return SECRET_NAME.test(upper) && !PUBLIC_NAME.test(upper);
}

const SECRET_VALUES: readonly RegExp[] = [
  /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{36}/,
  /\bxox[abposr]-[A-Za-z0-9-]{10}/,
  /\bhooks\.slack\.com\/(?:services|workflows|triggers)\//,
  /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/,
];

/** Whether a text is a secret by its look: a URL with a password, a private key, an AWS, GitHub, Slack or JWT token. */
export function looksSecret(text: string): boolean {
  return SECRET_VALUES.some((sign) => sign.test(text));
}
