/** What AWS keeps: images, files, rights and the edge. */
import { checkRepository } from "../checks/repository";
import { everywhere } from "../levels";
import { onKind } from "../pods";
import type { Rule } from "../rule";

export const awsRules: readonly Rule[] = [
  {
    name: "repository-immutable",
    severity: "high",
    checks: "Every ECR repository keeps a release's tag for good and scans each image on push.",
    mend: 'Set `imageTagMutability: "IMMUTABLE"` and `imageScanningConfiguration: { scanOnPush: true }`.',
    requirements: ["K3"],
    upstream: ["compliance-policies:ecr/Repository/disallowMutableImage", "checkov:CKV_AWS_51"],
    levels: everywhere("mandatory"),
    ...onKind(["aws:ecr"], "Repository", checkRepository),
  },
];
