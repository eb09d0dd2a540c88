// Certificate Manager. Source: terraform-provider-aws internal/service/acm.
import type { CertificateDetail } from "@aws-sdk/client-acm";
import { isList, reveal, UNKNOWN, type Value, type Values } from "../provider";
import { textOf } from "../table";
import { neverUpdated, type Call, type CallWithId, type Kind } from "./kind";
import { bagOf, normalSet, tagBag, tagChanges, tagPairs, textsOf, unless } from "./shapes";
import { until } from "./wait";

const GONE = ["ResourceNotFoundException"];
const VALIDATION_SECONDS = 75 * 60;
const ASSIGNMENT_SECONDS = 5 * 60;

async function acm(call: Call) {
  const { ACM } = await import("@aws-sdk/client-acm");
  return new ACM(call.client("acm"));
}

const certificate: Kind = {
  arguments: [
    "certificateAuthorityArn",
    "certificateBody",
    "certificateChain",
    "domainName",
    "earlyRenewalDuration",
    "keyAlgorithm",
    "options",
    "privateKey",
    "subjectAlternativeNames",
    "validationMethod",
    "validationOptions",
  ],
  required: [],
  replaceOn: [
    "certificateAuthorityArn",
    "domainName",
    "keyAlgorithm",
    "subjectAlternativeNames",
    "validationMethod",
    "validationOptions",
  ],
  defaults: {},
  regional: true,
  tagged: true,
  normal: { subjectAlternativeNames: normalSet },
  computed: [
    "arn",
    "domainValidationOptions",
    "keyAlgorithm",
    "notAfter",
    "notBefore",
    "pendingRenewal",
    "renewalEligibility",
    "renewalSummaries",
    "status",
    "type",
    "validationEmails",
  ],
  previewed: plannedValidation,
  create: createCertificate,
  read: readCertificate,
  update: updateCertificate,
  delete: async (call) => {
    await unless(GONE, (await acm(call)).deleteCertificate({ CertificateArn: call.id }));
  },
};

/** The domains to validate are known before the records that will do so. */
function plannedValidation(inputs: Values): Values {
  const domainName = textOf(inputs, "domainName");
  const names = reveal(inputs["subjectAlternativeNames"]);
  if (domainName === undefined || textOf(inputs, "validationMethod") !== "DNS") return {};
  if (names !== undefined && !isList(names)) return {};
  const domains: Value[] = [...new Set([domainName, ...(names ?? [])])];
  return {
    domainValidationOptions: domains.map((domain) => ({
      domainName: domain,
      resourceRecordName: UNKNOWN,
      resourceRecordType: UNKNOWN,
      resourceRecordValue: UNKNOWN,
    })),
  };
}

async function createCertificate(call: Call): Promise<string> {
  const client = await acm(call);
  const arn = call.inputs["domainName"] === undefined ? await importOne(call) : await requestOne(call);
  const assigned = async () => {
    const { Certificate } = await client.describeCertificate({ CertificateArn: arn });
    const options = Certificate?.DomainValidationOptions ?? [];
    return options.every(
      ({ ValidationMethod, ResourceRecord }) => ValidationMethod !== "DNS" || ResourceRecord,
    );
  };
  await until(call, "validation records", call.timeout || ASSIGNMENT_SECONDS, assigned);
  return arn;
}

async function requestOne(call: Call): Promise<string> {
  const { ValidationMethod, KeyAlgorithm } = await import("@aws-sdk/client-acm");
  const { inputs } = call;
  const method = textOf(inputs, "validationMethod");
  const algorithm = textOf(inputs, "keyAlgorithm");
  const preference = textOf(bagOf(inputs, "options"), "certificateTransparencyLoggingPreference");
  const { CertificateArn = "" } = await (
    await acm(call)
  ).requestCertificate({
    DomainName: textOf(inputs, "domainName"),
    SubjectAlternativeNames: textsOf(inputs, "subjectAlternativeNames"),
    ValidationMethod: Object.values(ValidationMethod).find((allowed) => allowed === method),
    KeyAlgorithm: Object.values(KeyAlgorithm).find((allowed) => allowed === algorithm),
    CertificateAuthorityArn: textOf(inputs, "certificateAuthorityArn"),
    Options:
      preference === undefined
        ? undefined
        : { CertificateTransparencyLoggingPreference: preference === "DISABLED" ? "DISABLED" : "ENABLED" },
    Tags: tagPairs(inputs),
  });
  return CertificateArn;
}

async function importOne(call: Call, existing?: string): Promise<string> {
  const bytes = (property: string) => Buffer.from(textOf(call.inputs, property) ?? "");
  const { CertificateArn = "" } = await (
    await acm(call)
  ).importCertificate({
    CertificateArn: existing,
    Certificate: bytes("certificateBody"),
    PrivateKey: bytes("privateKey"),
    CertificateChain: call.inputs["certificateChain"] === undefined ? undefined : bytes("certificateChain"),
    Tags: existing === undefined ? tagPairs(call.inputs) : undefined,
  });
  return CertificateArn;
}

async function readCertificate(call: CallWithId): Promise<Values | undefined> {
  const client = await acm(call);
  const CertificateArn = call.id;
  const found = (await unless(GONE, client.describeCertificate({ CertificateArn })))?.Certificate;
  if (found === undefined) return undefined;
  const { Tags } = await client.listTagsForCertificate({ CertificateArn });
  return { ...certificateValues(found, call), tagsAll: tagBag(Tags) };
}

function certificateValues(found: CertificateDetail, call: Call): Values {
  const options = found.DomainValidationOptions ?? [];
  const names = found.SubjectAlternativeNames ?? [];
  // The service adds the domain itself to the names; an argument that leaves it out says the same.
  const given = textsOf(call.inputs, "subjectAlternativeNames")?.includes(found.DomainName ?? "");
  return {
    arn: found.CertificateArn,
    domainName: found.DomainName,
    subjectAlternativeNames: given === true ? names : names.filter((name) => name !== found.DomainName),
    certificateAuthorityArn: found.CertificateAuthorityArn,
    domainValidationOptions: options.map(({ DomainName, ResourceRecord }) => ({
      domainName: DomainName,
      resourceRecordName: ResourceRecord?.Name,
      resourceRecordType: ResourceRecord?.Type,
      resourceRecordValue: ResourceRecord?.Value,
    })),
    keyAlgorithm: found.KeyAlgorithm?.replace("-", "_"),
    notAfter: found.NotAfter?.toISOString(),
    notBefore: found.NotBefore?.toISOString(),
    pendingRenewal: false,
    renewalEligibility: found.RenewalEligibility,
    renewalSummaries: [],
    status: found.Status,
    type: found.Type,
    validationMethod: found.Type === "IMPORTED" ? "NONE" : (options[0]?.ValidationMethod ?? "NONE"),
    validationEmails: options.flatMap(({ ValidationEmails = [] }) => ValidationEmails),
  };
}

async function updateCertificate(call: CallWithId): Promise<void> {
  const client = await acm(call);
  if (call.inputs["privateKey"] !== undefined) await importOne(call, call.id);
  const { set, remove } = tagChanges(call.oldInputs, call.inputs);
  const CertificateArn = call.id;
  if (set.length > 0) await client.addTagsToCertificate({ CertificateArn, Tags: set });
  if (remove.length > 0) {
    await client.removeTagsFromCertificate({ CertificateArn, Tags: remove.map((Key) => ({ Key })) });
  }
}

const certificateValidation: Kind = {
  arguments: ["certificateArn", "validationRecordFqdns"],
  required: ["certificateArn"],
  replaceOn: ["certificateArn", "validationRecordFqdns"],
  defaults: {},
  regional: true,
  tagged: false,
  normal: { validationRecordFqdns: normalSet },
  computed: [],
  create: async (call) => {
    const issued = async () => (await issueTime(call)) !== undefined;
    await until(call, "the certificate to be issued", call.timeout || VALIDATION_SECONDS, issued);
    return (await issueTime(call)) ?? "";
  },
  read: async (call) => {
    const imported = call.inputs["certificateArn"] === undefined;
    if (imported)
      throw new Error(
        "a certificate validation cannot be imported: declare it, it waits for the certificate",
      );
    return (await issueTime(call)) === undefined
      ? undefined
      : { certificateArn: call.inputs["certificateArn"] };
  },
  update: neverUpdated,
  delete: neverUpdated,
};

async function issueTime(call: Call): Promise<string | undefined> {
  const CertificateArn = textOf(call.inputs, "certificateArn");
  const found = (await unless(GONE, (await acm(call)).describeCertificate({ CertificateArn })))?.Certificate;
  if (found?.Status === "FAILED")
    throw new Error(
      `the certificate ${CertificateArn ?? ""} failed: ${found.FailureReason ?? "no reason given"}`,
    );
  return found?.Status === "ISSUED" ? (found.IssuedAt ?? new Date(0)).toISOString() : undefined;
}

export const acmKinds: Readonly<Record<string, Kind>> = {
  "aws:acm/certificate:Certificate": certificate,
  "aws:acm/certificateValidation:CertificateValidation": certificateValidation,
};
