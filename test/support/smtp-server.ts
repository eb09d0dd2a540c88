/** An SMTP server on the loopback that speaks TLS as a real one does; what it answers is the test's. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { selfSigned } from "./certificate";

export interface TestMail {
  readonly user: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly source: string;
}

export interface TestSmtp {
  readonly at: { readonly host: string; readonly port: number };
  /** Its certificate, which is its own authority. */
  readonly ca: string;
  readonly mails: readonly TestMail[];
  close(): Promise<void>;
}

const DAY = 86_400_000;

/** Starts a server whose certificate is of `host`; `refuse` gives the code of SMTP that it answers a mail with. */
export async function startSmtp(
  host: string,
  given: {
    readonly password: string;
    readonly refuse?: (nth: number) => number | undefined;
    readonly startTls?: boolean;
  },
): Promise<TestSmtp> {
  const now = Math.floor(Date.now() / 1000) * 1000;
  const { cert, key } = selfSigned(host, new Date(now - DAY), new Date(now + DAY));
  const mails: TestMail[] = [];
  let asked = 0;
  const options: SMTPServerOptions = {
    cert,
    key,
    disabledCommands: given.startTls === false ? ["STARTTLS"] : [],
    allowInsecureAuth: given.startTls === false,
    onAuth: (auth, _, done) =>
      auth.password === given.password
        ? done(null, { user: auth.username })
        : // As some servers do, it repeats what it was given.
          done(new Error(`no user ${auth.username ?? ""} with ${auth.password ?? ""}`)),
    onMailFrom: (_, __, done) => {
      const code = given.refuse?.((asked += 1));
      done(code === undefined ? null : Object.assign(new Error("refused"), { responseCode: code }));
    },
    onData: (stream, session, done) => {
      void text(stream).then((source) => {
        const { mailFrom, rcptTo } = session.envelope;
        const user: unknown = session.user;
        mails.push({
          user: String(user),
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          source,
        });
        done();
      });
    },
  };
  const server = new SMTPServer(options);
  server.on("error", () => undefined);
  const listening = server.listen(0, "127.0.0.1");
  await once(listening, "listening");
  return {
    at: { host: "127.0.0.1", port: portOf(listening.address()) },
    ca: cert,
    mails,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}
