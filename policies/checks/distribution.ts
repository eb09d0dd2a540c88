import type { Field } from "./field";
import { undecidable, type Violation } from "./violation";

/** Protocols of CloudFront's viewers that know neither TLS 1.0 nor 1.1. */
const protocols = /^TLSv1\.(2_(2018|2019|2021|2025)|3_\d{4})$/;
const oldest = "TLSv1.2_2021";

/** A CloudFront distribution serves HTTPS alone, with a protocol of this decade and a certificate of its own names. */
export function checkDistribution(distribution: Field): Violation[] {
  const ordered = distribution.at("orderedCacheBehaviors");
  const behaviors = [
    distribution.at("defaultCacheBehavior"),
    ...(ordered.unknown ? [ordered] : ordered.items()),
  ];
  return [...behaviors.flatMap(checkBehavior), ...checkCertificate(distribution)];
}

function checkBehavior(behavior: Field): Violation[] {
  const policy = behavior.at("viewerProtocolPolicy");
  if (policy.unknown) return [undecidable(policy)];
  if (["redirect-to-https", "https-only"].includes(policy.text() ?? "")) return [];
  return [
    {
      path: policy.path,
      found: policy.shown(),
      allowed: "redirect-to-https or https-only",
      mend: "redirect what comes by plain HTTP",
    },
  ];
}

/** CloudFront's own certificate fixes the protocol at TLSv1, and is for no name but its own. */
function checkCertificate(distribution: Field): Violation[] {
  const [certificate, aliases] = [distribution.at("viewerCertificate"), distribution.at("aliases")];
  const [byDefault, version] = [
    certificate.at("cloudfrontDefaultCertificate"),
    certificate.at("minimumProtocolVersion"),
  ];
  if (byDefault.unknown || version.unknown) return [undecidable(byDefault.unknown ? byDefault : version)];
  if (byDefault.text() === "true" && aliases.items().length === 0 && !aliases.unknown) return [];
  if (byDefault.text() === "true")
    return [
      {
        path: byDefault.path,
        found: '"true" beside aliases',
        allowed: "an ACM certificate of the aliases",
        mend: "set acmCertificateArn",
      },
    ];
  if (version.text() === oldest || isNewer(version.text() ?? "")) return [];
  return [
    {
      path: version.path,
      found: version.shown(),
      allowed: `${oldest} or later`,
      mend: "raise minimumProtocolVersion",
    },
  ];
}

const isNewer = (version: string): boolean => protocols.test(version) && version > oldest;
