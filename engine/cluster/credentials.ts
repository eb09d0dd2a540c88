/** Who may talk to the local API server, and the files that say so. */
import { generateKeyPairSync, randomBytes } from "node:crypto";

/** The users of the control plane and their groups; the first is the person at the keyboard. */
export const users = {
  "golive-admin": ["system:masters"],
  "system:kube-controller-manager": [],
  "system:kube-scheduler": [],
  "golive-kwok": ["system:masters"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type User = keyof typeof users;
export type Tokens = Readonly<Record<User, string>>;

const isUser = (name: string): name is User => name in users;
const userNames: readonly User[] = Object.keys(users).filter(isUser);
const newToken = (): string => randomBytes(24).toString("hex");

/** A token for each user, made anew for each cluster. */
export const makeTokens = (): Tokens => ({
  "golive-admin": newToken(),
  "system:kube-controller-manager": newToken(),
  "system:kube-scheduler": newToken(),
  "golive-kwok": newToken(),
});

/** Text for `--token-auth-file`: a line `token,user,uid,"group,group"` a user. */
export const tokenFile = (tokens: Tokens): string =>
  userNames.map((name) => `${tokens[name]},${name},${name},"${users[name].join(",")}"\n`).join("");

/** The key pair that signs service account tokens, as PEM. */
export const serviceAccountKeys = (): { publicKey: string; privateKey: string } =>
  generateKeyPairSync("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });

export interface KubeconfigOptions {
  readonly server: string;
  readonly ca: string;
  readonly user: string;
  readonly token: string;
  /** Names of the context; the first is current. */
  readonly contexts: readonly string[];
}

/** A kubeconfig that holds everything, as JSON (which is YAML). */
export function kubeconfig({ server, ca, user, token, contexts }: KubeconfigOptions): string {
  const cluster = { server, "certificate-authority-data": Buffer.from(ca).toString("base64") };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "golive", cluster }],
    users: [{ name: user, user: { token } }],
    contexts: contexts.map((name) => ({ name, context: { cluster: "golive", user } })),
    "current-context": contexts[0],
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
