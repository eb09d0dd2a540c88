import { UNKNOWN } from "../../../policies/checks/field";
import type { PolicyName } from "../../../policies/names";
import { passes, refuses, type Case } from "../case";
import { deployment, inDeployment } from "./good";
import { tweak } from "./tweak";

const every = ["containers", "initContainers", "ephemeralContainers"] as const;
const started = ["containers", "initContainers"] as const;

/** One field of a container: what it may not be, with what is said, and what it may. */
interface Control {
  readonly rule: PolicyName;
  readonly path: string;
  readonly wrong: readonly (readonly [to: unknown, says: RegExp])[];
  readonly right: readonly unknown[];
  /** @default every list of containers */
  readonly positions?: readonly string[];
}

const controls: readonly Control[] = [
  {
    rule: "privileged",
    path: "securityContext.privileged",
    wrong: [
      [true, /privileged is "true"; allowed: false or absent/],
      [UNKNOWN, /privileged is known only at up/],
    ],
    right: [false],
  },
  {
    rule: "run-as-non-root",
    path: "securityContext.runAsNonRoot",
    wrong: [[false, /runAsNonRoot is "false"; allowed: true/]],
    right: [true],
  },
  {
    rule: "run-as-non-root",
    path: "securityContext.runAsUser",
    wrong: [[0, /runAsUser is "0"; allowed: a user other than 0/]],
    right: [1000],
  },
  {
    rule: "privilege-escalation",
    path: "securityContext.allowPrivilegeEscalation",
    wrong: [
      [true, /allowPrivilegeEscalation is "true"; allowed: false/],
      [undefined, /allowPrivilegeEscalation is absent; allowed: false/],
    ],
    right: [],
  },
  {
    rule: "drop-all-capabilities",
    path: "securityContext.capabilities",
    wrong: [
      [undefined, /capabilities\.drop is absent; allowed: a list with ALL/],
      [{ drop: ["NET_RAW"] }, /capabilities\.drop is a list of 1; allowed: a list with ALL/],
      [{ drop: ["all"] }, /capabilities\.drop is a list of 1/],
      [
        { drop: ["ALL"], add: ["SYS_ADMIN"] },
        /capabilities\.add\[0\] is "SYS_ADMIN"; allowed: NET_BIND_SERVICE alone/,
      ],
      [{ drop: ["ALL"], add: ["NET_BIND_SERVICE", "CHOWN"] }, /capabilities\.add\[1\] is "CHOWN"/],
    ],
    right: [{ drop: ["ALL", "CHOWN"] }, { drop: ["ALL"], add: ["NET_BIND_SERVICE"] }],
  },
  {
    rule: "seccomp",
    path: "securityContext.seccompProfile",
    wrong: [
      [{ type: "Unconfined" }, /seccompProfile\.type is "Unconfined"; allowed: RuntimeDefault or Localhost/],
    ],
    right: [{ type: "RuntimeDefault" }, { type: "Localhost", localhostProfile: "own.json" }],
  },
  {
    rule: "read-only-rootfs",
    path: "securityContext.readOnlyRootFilesystem",
    wrong: [
      [false, /readOnlyRootFilesystem is "false"; allowed: true/],
      [undefined, /readOnlyRootFilesystem is absent/],
    ],
    right: [],
    positions: started,
  },
  {
    rule: "pod-security",
    path: "securityContext.procMount",
    wrong: [["Unmasked", /procMount is "Unmasked"; allowed: Default or absent/]],
    right: ["Default"],
  },
  {
    rule: "pod-security",
    path: "securityContext.seLinuxOptions",
    wrong: [
      [{ type: "spc_t" }, /seLinuxOptions\.type is "spc_t"/],
      [{ user: "system_u" }, /seLinuxOptions\.user is "system_u"; allowed: absent/],
      [{ role: "system_r" }, /seLinuxOptions\.role is "system_r"; allowed: absent/],
    ],
    right: [{ type: "container_t", level: "s0:c1,c2" }],
  },
  {
    rule: "pod-security",
    path: "securityContext.appArmorProfile",
    wrong: [[{ type: "Unconfined" }, /appArmorProfile\.type is "Unconfined"/]],
    right: [{ type: "RuntimeDefault" }],
  },
  {
    rule: "pod-security",
    path: "securityContext.windowsOptions",
    wrong: [[{ hostProcess: true }, /windowsOptions\.hostProcess is "true"; allowed: false or absent/]],
    right: [{ runAsUserName: "ContainerUser" }],
  },
  {
    rule: "host-port",
    path: "ports",
    wrong: [
      [
        [{ containerPort: 80 }, { containerPort: 443, hostPort: 443 }],
        /ports\[1\]\.hostPort is "443"; allowed: absent/,
      ],
    ],
    right: [[{ containerPort: 80, hostPort: 0, name: "http" }]],
    positions: started,
  },
];

const at = (position: string, path: string) => [...inDeployment, position, 0, ...path.split(".")];

/** The pod's own settings. */
const ofPods: readonly (readonly [rule: PolicyName, path: string, to: unknown, says: RegExp])[] = [
  [
    "host-namespaces",
    "hostNetwork",
    true,
    /spec\.template\.spec\.hostNetwork is "true"; allowed: false or absent/,
  ],
  ["host-namespaces", "hostPID", true, /hostPID is "true"/],
  ["host-namespaces", "hostIPC", true, /hostIPC is "true"/],
  ["host-namespaces", "hostPID", UNKNOWN, /hostPID is known only at up/],
  [
    "host-path",
    "volumes",
    [{ name: "node", hostPath: { path: "/" } }],
    /volumes\[0\]\.hostPath is an object; allowed: absent/,
  ],
  ["run-as-non-root", "securityContext.runAsNonRoot", undefined, /runAsNonRoot is absent; allowed: true/],
  ["run-as-non-root", "securityContext.runAsUser", 0, /spec\.securityContext\.runAsUser is "0"/],
  ["seccomp", "securityContext.seccompProfile", undefined, /seccompProfile\.type is absent/],
  [
    "seccomp",
    "securityContext.seccompProfile.type",
    "Unconfined",
    /spec\.securityContext\.seccompProfile\.type is "Unconfined"/,
  ],
  [
    "pod-security",
    "volumes",
    [{ name: "disk", nfs: { server: "nas", path: "/" } }],
    /volumes\[0\]\.nfs is there; allowed: configMap/,
  ],
  [
    "pod-security",
    "securityContext.sysctls",
    [{ name: "kernel.msgmax", value: "65536" }],
    /sysctls\[0\]\.name is "kernel\.msgmax"/,
  ],
  ["pod-security", "securityContext.seLinuxOptions", { type: "spc_t" }, /seLinuxOptions\.type is "spc_t"/],
  ["pod-security", "securityContext.windowsOptions", { hostProcess: true }, /hostProcess is "true"/],
];

const rightPods: readonly (readonly [path: string, to: unknown])[] = [
  ["hostNetwork", false],
  [
    "volumes",
    [
      { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
      { name: "config", configMap: { name: "config" } },
      { name: "data", persistentVolumeClaim: { claimName: "data" } },
    ],
  ],
  ["securityContext.sysctls", [{ name: "net.ipv4.tcp_syncookies", value: "1" }]],
  ["securityContext.runAsUser", 10001],
];

/** Each tweak of a container on each of its lists, and those of the pod. */
export const podSecurityCases: readonly Case[] = [
  ...controls.flatMap(({ rule, path, wrong, right, positions = every }) =>
    positions.flatMap((position) => [
      ...wrong.map(([to, says]) =>
        refuses(
          `${position} with ${path} ${JSON.stringify(to)}`,
          tweak(deployment(), at(position, path), to),
          rule,
          new RegExp(
            `spec\\.template\\.spec\\.${position}\\[0\\]\\.${says.source}|${position}.*${says.source}`,
          ),
        ),
      ),
      ...right.map((to) =>
        passes(`${position} with ${path} ${JSON.stringify(to)}`, tweak(deployment(), at(position, path), to)),
      ),
    ]),
  ),
  ...ofPods.map(([rule, path, to, says]) =>
    refuses(
      `a pod with ${path} ${JSON.stringify(to)}`,
      tweak(deployment(), [...inDeployment, ...path.split(".")], to),
      rule,
      says,
    ),
  ),
  ...rightPods.map(([path, to]) =>
    passes(
      `a pod with ${path} ${JSON.stringify(to)}`,
      tweak(deployment(), [...inDeployment, ...path.split(".")], to),
    ),
  ),
];
