/** Pod Security restricted in CEL. https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
import { SELINUX_TYPES, SYSCTLS, VOLUMES } from "../checks/pod-security";
import { type Form, literals } from "./form";

const own = "c.?securityContext";
const shared = "variables.pod.?securityContext";

const hostProcess = `${own}.?windowsOptions.?hostProcess.orValue(false)`;
const seLinux =
  `!(${own}.?seLinuxOptions.?type.orValue("") in ${literals(["", ...SELINUX_TYPES])}) || ` +
  `["user", "role"].exists(k, ${own}.?seLinuxOptions[?k].orValue("") != "")`;
const appArmor = `!(${own}.?appArmorProfile.?type.orValue("RuntimeDefault") in ["RuntimeDefault", "Localhost"])`;

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
      `in ["RuntimeDefault", "Localhost"]) || ` +
      `!(${shared}.?seccompProfile.?type.orValue("RuntimeDefault") in ["RuntimeDefault", "Localhost"])`,
  },
  "pod-security": {
    judges: "pod",
    refuses: [
      `variables.pod.?volumes.orValue([]).exists(v, v.exists(k, !(k in ${literals(["name", "hostPath", ...VOLUMES])})))`,
      `!${shared}.?sysctls.orValue([]).all(s, s.name in ${literals(SYSCTLS)})`,
      ...[`[variables.pod]`, "variables.all"].map(
        (of) => `${of}.exists(c, ${[hostProcess, seLinux, appArmor].join(" || ")})`,
      ),
      `variables.all.exists(c, ${own}.?procMount.orValue("Default") != "Default")`,
    ].join(" || "),
  },
  "read-only-rootfs": { judges: "started", refuses: `!${own}.?readOnlyRootFilesystem.orValue(false)` },
} as const satisfies Readonly<Record<string, Form>>;
