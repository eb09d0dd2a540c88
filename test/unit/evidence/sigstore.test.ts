import assert from "node:assert/strict";
import { generateKeyPairSync, createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { fulcioHandler, initializeCA, initializeCTLog, initializeTLog, rekorHandler } from "@sigstore/mock";
import { HashAlgorithm, PublicKeyDetails, TrustedRoot } from "@sigstore/protobuf-specs";
import * as z from "zod";
import { loadRecord } from "../../../evidence/records";
import { approvalOf, verifyApprovals, type Signer } from "../../../evidence/signatures";
import { bundleOf } from "../../../evidence/signatures/sigstore";
import { releaseFolder } from "./release";

const ISSUER = "https://issuer.example.com";
const IDENTITY = "qa@example.com";

/** A Sigstore of the test's own: Fulcio and Rekor of @sigstore/mock behind a server on loopback, and their trusted root. */
interface Sigstore {
  readonly url: string;
  readonly server: Server;
  readonly trustedRoot: string;
}

async function startSigstore(): Promise<Sigstore> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  const url = `http://127.0.0.1:${address.port}`;
  const pair = () => generateKeyPairSync("ec", { namedCurve: "P-256" });
  const ctLog = await initializeCTLog(pair());
  const ca = await initializeCA(pair(), ctLog);
  const tLog = await initializeTLog(url, pair());
  const rekor = rekorHandler(tLog);
  const handlers = [fulcioHandler(ca), rekor];
  server.on("request", (request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const handler = handlers.find((each) => each.path === request.url);
      const body = Buffer.concat(parts).toString();
      const answer = handler?.fn(handler === rekor ? logged(body) : body);
      void answer?.then(({ statusCode, response: text, contentType = "text/plain" }) => {
        response.writeHead(statusCode, { "content-type": contentType }).end(text);
      });
    });
  });
  const validFor = { start: new Date(0) };
  const subject = { commonName: "sigstore", organization: "sigstore.mock" };
  const log = (baseUrl: string, publicKey: Buffer) => ({
    baseUrl,
    logId: { keyId: createHash("sha256").update(publicKey).digest() },
    hashAlgorithm: HashAlgorithm.SHA2_256,
    publicKey: { rawBytes: publicKey, keyDetails: PublicKeyDetails.PKIX_ECDSA_P256_SHA_256, validFor },
    checkpointKeyId: undefined,
    operator: "",
  });
  const root = TrustedRoot.toJSON({
    mediaType: "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
    certificateAuthorities: [
      {
        subject,
        uri: url,
        certChain: { certificates: [{ rawBytes: ca.rootCertificate }] },
        validFor,
        operator: "",
      },
    ],
    timestampAuthorities: [],
    tlogs: [log(url, tLog.publicKey)],
    ctlogs: [log(url, ctLog.publicKey)],
  });
  const trustedRoot = path.join(mkdtempSync(path.join(tmpdir(), "golive-sigstore-")), "trusted_root.json");
  writeFileSync(trustedRoot, JSON.stringify(root));
  return { url, server, trustedRoot };
}

const proposal = z.object({
  apiVersion: z.string(),
  kind: z.literal("dsse"),
  spec: z.object({ proposedContent: z.object({ envelope: z.string(), verifiers: z.array(z.string()) }) }),
});
const envelope = z.object({ payload: z.base64(), signatures: z.array(z.object({ sig: z.string() })) });

/** What Rekor logs of a proposed envelope: hashes and signatures; the stand-in would log the proposal as it is. */
function logged(body: string): string {
  const { spec, ...rest } = proposal.parse(JSON.parse(body));
  const { payload, signatures } = envelope.parse(JSON.parse(spec.proposedContent.envelope));
  const hash = (bytes: string | Buffer) => ({
    algorithm: "sha256",
    value: createHash("sha256").update(bytes).digest("hex"),
  });
  const [verifier] = spec.proposedContent.verifiers;
  return JSON.stringify({
    ...rest,
    spec: {
      envelopeHash: hash(spec.proposedContent.envelope),
      payloadHash: hash(Buffer.from(payload, "base64")),
      signatures: signatures.map(({ sig }) => ({ signature: sig, verifier })),
    },
  });
}

/** A token as an issuer would give it; the stand-in of Fulcio looks at what it claims, and at no signature. */
function token(sub: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none" })}.${part({ iss: ISSUER, sub, aud: "sigstore" })}.`;
}

describe("signatures by Sigstore", () => {
  const started = startSigstore();
  after(async () => {
    const { server } = await started;
    server.close();
  });

  const signer = (identity = IDENTITY, issuer = ISSUER): Signer => ({
    name: "Berta Gil",
    account: "berta",
    sigstore: { issuer, identity },
  });

  /** What becomes of a bundle that `sub` signed, as `change` leaves it. */
  async function outcome(
    known: Signer,
    { sub = IDENTITY, change = (text: string) => text, root = undefined as string | undefined } = {},
  ): Promise<string> {
    const { url, trustedRoot } = await started;
    const folder = releaseFolder();
    const at = new Date();
    const approving = {
      stack: "production",
      role: "qa",
      name: "Berta Gil",
      account: "berta",
      lines: [],
    } as const;
    const statement = approvalOf(loadRecord(folder), {
      ...approving,
      at,
      expires: new Date(at.getTime() + 60_000),
    });
    const options = { fulcioURL: url, rekorURL: url, identityToken: token(sub), retry: 0 };
    mkdirSync(path.join(folder, "signatures/production"), { recursive: true });
    writeFileSync(
      path.join(folder, "signatures/production/qa.sigstore.json"),
      change(await bundleOf(statement, options)),
    );
    const judging = {
      stack: "production",
      signers: { qa: known },
      now: at,
      trustedRoot: root ?? trustedRoot,
    };
    const [verdict] = await verifyApprovals(loadRecord(folder), judging);
    return verdict?.valid === true ? "valid" : (verdict?.reason ?? "none");
  }

  it("G16 L9 believes a bundle of the identity that the stack file has", async () => {
    assert.equal(await outcome(signer()), "valid");
  });

  it("G16 refuses another identity or issuer, be it one that a pattern of it would take", async () => {
    const refused = (identity: string, issuer = ISSUER) =>
      `it is signed by ${IDENTITY} of ${ISSUER}, and the stack file has ${identity} of ${issuer}`;
    for (const identity of ["qa@example.org", "example.com", "qa.example.com", ".*"]) {
      assert.equal(await outcome(signer(identity)), refused(identity));
    }
    assert.equal(
      await outcome(signer(IDENTITY, "https://other.example.com")),
      refused(IDENTITY, "https://other.example.com"),
    );
  });

  it("G16 refuses a bundle that was altered, is of another trusted root, or is none", async () => {
    const replaced = (text: string) => {
      const payload = /"payload": "([^"]+)"/.exec(text)?.[1] ?? "";
      const other = Buffer.from(
        Buffer.from(payload, "base64").toString().replace("v1.2.0", "v1.2.1"),
      ).toString("base64");
      return text.replace(payload, other);
    };
    assert.match(await outcome(signer(), { change: replaced }), /^Sigstore refuses it: /);
    const other = await startSigstore();
    other.server.close();
    assert.match(await outcome(signer(), { root: other.trustedRoot }), /^Sigstore refuses it: /);
    assert.match(await outcome(signer(), { change: () => "{}" }), /^Sigstore refuses it: /);
  });
});
