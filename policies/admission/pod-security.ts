/** Pod Security restricted in CEL. https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
import type { Form } from "./form";

const own = "c.?securityContext";
const shared = "variables.pod.?securityContext";

export const podSecurityForms = {
  privileged: { judges: "all", refuses: `${own}.?privileged.orValue(false)` },
  "host-namespaces": {
    judges: "pod",
    refuses: ["hostNetwork", "hostPID", "hostIPC"]
      .map((field) => `variables.pod.?${field}.orValue(false)`)
      .join(" || "),
  },
  "host-path": {
    judges: "pod",
    refuses: "variables.pod.?volumes.orValue([]).exists(v, has(v.hostPath))",
  },
  "host-port": { judges: "all", refuses: "c.?ports.orValue([]).exists(p, p.?hostPort.orValue(0) != 0)" },
  "run-as-non-root": {
    judges: "all",
    refuses:
      `${own}.?runAsNonRoot.orValue(${shared}.?runAsNonRoot.orValue(false)) != true || ` +
      `${own}.?runAsUser.orValue(1) == 0 || ${shared}.?runAsUser.orValue(1) == 0`,
  },
  "privilege-escalation": { judges: "all", refuses: `${own}.?allowPrivilegeEscalation.orValue(true)` },
  "drop-all-capabilities": {
    judges: "all",
    refuses:
      `!("ALL" in ${own}.?capabilities.?drop.orValue([])) || ` +
      `${own}.?capabilities.?add.orValue([]).exists(a, a != "NET_BIND_SERVICE")`,
  },
  seccomp: {
    judges: "all",
    refuses:
      `!(${own}.?seccompProfile.?type.orValue(${shared}.?seccompProfile.?type.orValue("")) ` +
      `in ["RuntimeDefault", "Localhost"])`,
  },
  "read-only-rootfs": { judges: "started", refuses: `!${own}.?readOnlyRootFilesystem.orValue(false)` },
} as const satisfies Readonly<Record<string, Form>>;
