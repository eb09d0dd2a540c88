/** A scan as CycloneDX JSON with its vulnerabilities: Trivy, Dependency-Track, cdxgen. */
import * as z from "zod";
import { Disbelieved } from "./disbelieved";
import type { Format } from "./format";
import { has, instant, parsed } from "./shared";
import { checkDatabase, checkPackages, databaseIn, digestOf, reportIn, severitiesOf } from "./scan";

const named = z.object({ name: z.string(), version: z.string().optional() });
/** A list of tools until 1.4, an object of components since. */
const tools = z.union([z.array(named), z.object({ components: z.array(named).optional() })]);

const described = z.object({
  type: z.string(),
  name: z.string(),
  version: z.string().optional(),
  purl: z.string().optional(),
  properties: z.array(z.object({ name: z.string(), value: z.string().optional() })).optional(),
});

const vulnerability = z.object({
  id: z.string().optional(),
  ratings: z.array(z.object({ severity: z.string().optional() })).optional(),
  affects: z.array(z.unknown()).optional(),
});

const bom = z.object({
  metadata: z.object({ timestamp: instant, tools: tools.optional(), component: described }),
  components: z.array(z.unknown()).optional(),
  vulnerabilities: z.array(vulnerability).optional(),
});

/** From the worst to the least: a vulnerability is as bad as its worst rating. */
const ORDER = ["critical", "high", "medium", "unknown", "low", "info", "none"];

/** A bill of materials that has a list of vulnerabilities, if empty; one without was not scanned. */
export const cyclonedx: Format<"scan"> = {
  title: "CycloneDX JSON",
  kind: "scan",
  recognise: ({ json }) => {
    const report = reportIn(json);
    return has(report, "bomFormat") && report["bomFormat"] === "CycloneDX";
  },
  read: ({ json }) => {
    const { metadata, components = [], vulnerabilities } = parsed(bom, reportIn(json), "CycloneDX JSON");
    if (vulnerabilities === undefined) {
      throw new Disbelieved(
        "is a bill of materials without vulnerabilities, which was not scanned; expected a list, if empty",
      );
    }
    const { component, timestamp } = metadata;
    const isImage = component.type === "container";
    return {
      finding: {
        kind: "scan",
        target: isImage ? "image" : "dependencies",
        ...severitiesOf(vulnerabilities.flatMap(severities)),
        packages: checkPackages(components.length),
        databaseAt: checkDatabase(databaseIn(json), timestamp),
        ...(isImage && { image: digestOf(referencesOf(component)) }),
      },
      tool: toolOf(metadata.tools),
      at: timestamp,
    };
  },
};

/** Its severity, once for each component that it affects. */
function severities({ ratings = [], affects = [] }: z.infer<typeof vulnerability>): readonly string[] {
  const given = ratings.map(({ severity = "unknown" }) => severity);
  const other = given.find((severity) => !ORDER.includes(severity));
  const worst = other ?? ORDER.find((severity) => given.includes(severity)) ?? "unknown";
  return Array.from({ length: Math.max(1, affects.length) }, () => worst);
}

function referencesOf({
  name,
  version,
  purl,
  properties = [],
}: z.infer<typeof described>): readonly string[] {
  const digests = properties.filter((property) => property.name.endsWith("RepoDigest"));
  return [name, version ?? "", purl ?? "", ...digests.map(({ value = "" }) => value)];
}

function toolOf(given: z.infer<typeof tools> = []): string {
  const [first] = Array.isArray(given) ? given : (given.components ?? []);
  if (first === undefined) return "CycloneDX";
  return first.version === undefined ? first.name : `${first.name} ${first.version}`;
}
