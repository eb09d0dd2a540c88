/** Sends one mail over TLS, and says whether it is worth another try. */
import { createTransport } from "nodemailer";
import { plainText, type Message } from "./message";
import type { Try } from "./retry";
import { reasonOf } from "./retry";
import type { Target } from "./targets";

/** Port of SMTP that speaks TLS from the first byte; on any other, STARTTLS comes first and is required. */
const SMTPS = 465;

export interface MailOptions {
  /** Certificates in PEM that are trusted instead of the system's, for an SMTP server of one's own. */
  readonly ca?: string;
  /** Where the server listens instead, as a test's does; its certificate is the server's all the same. */
  readonly at?: { readonly host: string; readonly port: number };
}

export async function mail(
  { to, server }: Extract<Target, { channel: "email" }>,
  message: Message,
  { ca, at = server }: MailOptions,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Try> {
  const { host, port, user, password } = server;
  const transport = createTransport({
    host: at.host,
    port: at.port,
    secure: port === SMTPS,
    requireTLS: true,
    auth: { user, pass: password.reveal() ?? "" },
    // Its own times are minutes, in which a connection would keep the process.
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    tls: { servername: host, ...(ca === undefined ? {} : { ca }) },
  });
  signal.addEventListener("abort", () => transport.close(), { once: true });
  try {
    await transport.sendMail({
      from: server.from,
      to,
      subject: message.title,
      text: plainText(message),
      headers: { "Auto-Submitted": "auto-generated" },
    });
    return { ok: true };
  } catch (error) {
    return { ok: false, reason: reasonOf(error), again: mayYetWork(error) };
  } finally {
    transport.close();
  }
}

/** SMTP's 5xx is final; a server that is not there, or answers 4xx, may yet take the mail. */
function mayYetWork(error: unknown): boolean {
  const code = error instanceof Error && "responseCode" in error ? error.responseCode : undefined;
  return typeof code !== "number" || code < 500;
}
