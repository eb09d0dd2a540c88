/** A scan of an image or of dependencies by Trivy (`--format json --list-all-pkgs`). */
import * as z from "zod";
import type { Format } from "./format";
import { commit, has, instant, parsed, sum } from "./shared";
import { checkDatabase, checkPackages, databaseIn, digestOf, reportIn, severitiesOf } from "./scan";

const trivyReport = z.object({
  CreatedAt: instant,
  ArtifactName: z.string(),
  ArtifactType: z.string(),
  Trivy: z
    .object({
      Version: z.string().optional(),
      VulnerabilityDB: z.object({ UpdatedAt: instant }).optional(),
    })
    .optional(),
  Metadata: z.object({ RepoDigests: z.array(z.string()).nullish(), Commit: commit.optional() }).optional(),
  Results: z
    .array(
      z.object({
        Packages: z.array(z.unknown()).nullish(),
        Vulnerabilities: z.array(z.object({ Severity: z.string() })).nullish(),
      }),
    )
    .nullish(),
});

/** Schema version 2. The scanner's database is the report's own (`Trivy.VulnerabilityDB`), or that of the pair. */
export const trivy: Format<"scan"> = {
  title: "Trivy JSON",
  kind: "scan",
  recognise: ({ json }) => has(reportIn(json), "SchemaVersion", "ArtifactName"),
  read: ({ json }) => {
    const { Results, Metadata, Trivy, ...scan } = parsed(trivyReport, reportIn(json), "Trivy JSON");
    const results = Results ?? [];
    const vulnerabilities = results.flatMap((one) => one.Vulnerabilities ?? []);
    const databaseAt = databaseIn(json) ?? Trivy?.VulnerabilityDB?.UpdatedAt;
    const isImage = scan.ArtifactType === "container_image";
    return {
      finding: {
        kind: "scan",
        target: isImage ? "image" : "dependencies",
        ...severitiesOf(vulnerabilities.map(({ Severity }) => Severity)),
        packages: checkPackages(sum(results.map(({ Packages }) => Packages?.length ?? 0))),
        databaseAt: checkDatabase(databaseAt, scan.CreatedAt),
        ...(isImage && { image: digestOf([scan.ArtifactName, ...(Metadata?.RepoDigests ?? [])]) }),
      },
      tool: Trivy?.Version === undefined ? "Trivy" : `Trivy ${Trivy.Version}`,
      at: scan.CreatedAt,
      commit: Metadata?.Commit,
    };
  },
};
