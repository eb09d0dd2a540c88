/** Where a container's image comes from, and whether its name always means the same build. */
import { checkImages } from "../checks/image";
import { everywhere } from "../levels";
import { onPods } from "../pods";
import type { Rule } from "../rule";

export const imageRules: readonly Rule[] = [
  {
    name: "image-tag",
    severity: "high",
    checks:
      "Every container, init container and ephemeral container names its image by a tag other than `latest`, or by digest.",
    mend: "Name the version's own tag, or its digest.",
    requirements: ["K3", "K4"],
    upstream: ["kyverno:best-practices/disallow-latest-tag", "kube-score:container-image-tag"],
    levels: everywhere("mandatory"),
    ...onPods(checkImages),
  },
];
