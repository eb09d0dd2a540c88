/** What a pod may do to its node: Pod Security restricted, a rule a control. */
import {
  checkCapabilities,
  checkEscalation,
  checkHostNamespaces,
  checkHostPaths,
  checkHostPorts,
  checkNonRoot,
  checkPrivileged,
  checkReadOnly,
  checkRestricted,
  checkSeccomp,
} from "../checks/pod-security";
import type { Field } from "../checks/field";
import type { Violation } from "../checks/violation";
import { everywhere } from "../levels";
import { mendContainers, mendPod } from "../mended";
import { onPods } from "../pods";
import type { Rule } from "../rule";

const control = ({
  check,
  ...rule
}: Pick<Rule, "name" | "severity" | "checks" | "mend" | "upstream" | "remedy"> & {
  readonly check: (pod: Field) => Violation[];
}): Rule => ({ ...rule, requirements: ["K1"], levels: everywhere("mandatory"), ...onPods(check) });

export const podSecurityRules: readonly Rule[] = [
  control({
    name: "privileged",
    severity: "critical",
    checks: "No container, init container or ephemeral container is privileged.",
    mend: "Remove `privileged`.",
    upstream: [
      "kyverno:pod-security/baseline/disallow-privileged-containers",
      "kube-score:container-security-context-privileged",
      "polaris:runAsPrivileged",
      "psa:privileged",
      "gatekeeper:privileged-containers",
      "checkov:CKV_K8S_16",
    ],
    check: checkPrivileged,
  }),
  control({
    name: "host-namespaces",
    severity: "high",
    checks: "No pod shares the node's network, processes or IPC.",
    mend: "Remove `hostNetwork`, `hostPID` and `hostIPC`.",
    upstream: [
      "kyverno:pod-security/baseline/disallow-host-namespaces",
      "polaris:hostNetworkSet",
      "polaris:hostPIDSet",
      "polaris:hostIPCSet",
      "psa:hostNamespaces",
      "gatekeeper:host-namespaces",
      "checkov:CKV_K8S_17",
      "checkov:CKV_K8S_18",
      "checkov:CKV_K8S_19",
    ],
    check: checkHostNamespaces,
  }),
  control({
    name: "host-path",
    severity: "high",
    checks: "No pod mounts a path of its node.",
    mend: "Use an emptyDir, a PersistentVolumeClaim or a projected volume.",
    upstream: [
      "kyverno:pod-security/baseline/disallow-host-path",
      "polaris:hostPathSet",
      "psa:hostPathVolumes",
      "gatekeeper:host-filesystem",
    ],
    check: checkHostPaths,
  }),
  control({
    name: "host-port",
    severity: "high",
    checks: "No container, init container or ephemeral container takes a port of its node.",
    mend: "Reach the pod by a Service.",
    upstream: [
      "kyverno:pod-security/baseline/disallow-host-ports",
      "polaris:hostPortSet",
      "psa:hostPorts",
      "checkov:CKV_K8S_26",
    ],
    check: checkHostPorts,
  }),
  control({
    name: "run-as-non-root",
    severity: "high",
    checks:
      "Every container, init container and ephemeral container has runAsNonRoot, by itself or its pod, and neither names user 0.",
    mend: "Set `runAsNonRoot: true`, with an image whose user is not root.",
    upstream: [
      "kyverno:pod-security/restricted/require-run-as-nonroot",
      "kyverno:pod-security/restricted/require-run-as-non-root-user",
      "kube-score:container-security-context-user-group-id",
      "polaris:runAsRootAllowed",
      "psa:runAsNonRoot",
      "psa:runAsUser",
      "gatekeeper:users",
      "checkov:CKV_K8S_23",
    ],
    check: checkNonRoot,
  }),
  control({
    name: "privilege-escalation",
    severity: "high",
    checks:
      "Every container, init container and ephemeral container says that no process gains more rights than its parent.",
    mend: "Set `allowPrivilegeEscalation: false`.",
    upstream: [
      "kyverno:pod-security/restricted/disallow-privilege-escalation",
      "polaris:privilegeEscalationAllowed",
      "psa:allowPrivilegeEscalation",
      "gatekeeper:allow-privilege-escalation",
      "checkov:CKV_K8S_20",
    ],
    check: checkEscalation,
    remedy: mendContainers(({ allowPrivilegeEscalation = false, ...context }) => ({
      ...context,
      allowPrivilegeEscalation,
    })),
  }),
  control({
    name: "drop-all-capabilities",
    severity: "high",
    checks:
      "Every container, init container and ephemeral container drops all capabilities, and adds none but NET_BIND_SERVICE.",
    mend: "Set `capabilities.drop: [ALL]`.",
    upstream: [
      "kyverno:pod-security/restricted/disallow-capabilities-strict",
      "polaris:dangerousCapabilities",
      "psa:capabilities_restricted",
      "gatekeeper:capabilities",
      "checkov:CKV_K8S_37",
    ],
    check: checkCapabilities,
    remedy: mendContainers(({ capabilities = { drop: ["ALL"] }, ...context }) => ({
      ...context,
      capabilities,
    })),
  }),
  control({
    name: "seccomp",
    severity: "medium",
    checks:
      "Every container, init container and ephemeral container is held to the seccomp profile RuntimeDefault or Localhost, by itself or its pod.",
    mend: "Set `seccompProfile.type: RuntimeDefault` on the pod.",
    upstream: [
      "kyverno:pod-security/restricted/restrict-seccomp-strict",
      "kube-score:container-seccomp-profile",
      "polaris:linuxHardening",
      "psa:seccompProfile_restricted",
      "gatekeeper:seccompv2",
      "checkov:CKV_K8S_31",
    ],
    check: checkSeccomp,
    remedy: mendPod(({ seccompProfile = { type: "RuntimeDefault" }, ...context }) => ({
      ...context,
      seccompProfile,
    })),
  }),
  control({
    name: "read-only-rootfs",
    severity: "medium",
    checks: "No container or init container may write to the file system of its image.",
    mend: "Set `readOnlyRootFilesystem: true`, and mount an emptyDir where the container writes.",
    upstream: [
      "kyverno:best-practices/require-ro-rootfs",
      "kube-score:container-security-context-readonlyrootfilesystem",
      "polaris:notReadOnlyRootFilesystem",
      "gatekeeper:read-only-root-filesystem",
      "checkov:CKV_K8S_22",
    ],
    check: checkReadOnly,
  }),
  control({
    name: "pod-security",
    severity: "high",
    checks:
      "Every pod keeps the rest of Pod Security's level restricted: kinds of volumes, sysctls, host processes, SELinux, AppArmor and the mount of /proc.",
    mend: "Remove what the message names.",
    upstream: [
      "kyverno:pod-security/restricted/restrict-volume-types",
      "psa:restrictedVolumes",
      "psa:sysctls",
      "psa:windowsHostProcess",
      "psa:seLinuxOptions",
      "psa:appArmorProfile",
      "psa:procMount",
    ],
    check: checkRestricted,
  }),
];
