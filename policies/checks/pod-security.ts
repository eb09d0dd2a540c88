/** Pod Security restricted, a control a function. https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
import { everyPosition, judgeContainers, startedPositions, type Position } from "./containers";
import type { Field } from "./field";
import { refused, undecidable, type Expectation, type Violation } from "./violation";

const security = (of: Field, ...keys: readonly string[]): Field => of.at("securityContext", ...keys);

/** What a container says of itself, else what its pod says of all. */
function effective(container: Field, pod: Field, ...keys: readonly string[]): Field {
  const [own, shared] = [security(container, ...keys), security(pod, ...keys)];
  return own.absent && !shared.absent ? shared : own;
}

/** One field of every container is as it may be. */
const judgeField = (
  pod: Field,
  positions: readonly Position[],
  fieldOf: (container: Field) => Field,
  isRight: (field: Field) => boolean,
  expected: Expectation,
): Violation[] =>
  judgeContainers(pod, positions, (container, name) => {
    const field = fieldOf(container);
    return isRight(field) ? [] : [refused(field, expected, name)];
  });

const isFalse = (field: Field): boolean => field.absent || field.text() === "false";

/** No container is privileged. */
export const checkPrivileged = (pod: Field): Violation[] =>
  judgeField(pod, everyPosition, (container) => security(container, "privileged"), isFalse, {
    allowed: "false or absent",
    mend: "remove it; what the container needs of the kernel is a capability, if anything",
  });

/** The pod keeps to namespaces of its own. */
export const checkHostNamespaces = (pod: Field): Violation[] =>
  ["hostNetwork", "hostPID", "hostIPC"]
    .map((key) => pod.at(key))
    .filter((field) => !isFalse(field))
    .map((field) => refused(field, { allowed: "false or absent", mend: "remove it" }));

/** No volume is a path of the node. */
export function checkHostPaths(pod: Field): Violation[] {
  return judgeVolumes(pod, (volume) => {
    const path = volume.at("hostPath");
    return path.absent
      ? []
      : [refused(path, { allowed: "absent", mend: "use an emptyDir, a claim or a projected volume" })];
  });
}

/** No container takes a port of the node. */
export function checkHostPorts(pod: Field): Violation[] {
  return judgeContainers(pod, everyPosition, (container, name) => {
    const ports = container.at("ports");
    if (ports.unknown) return [undecidable(ports, name)];
    return ports
      .items()
      .map((port) => port.at("hostPort"))
      .filter((port) => !port.absent && port.text() !== "0")
      .map((port) => refused(port, { allowed: "absent", mend: "reach the pod by a Service" }, name));
  });
}

/** Every container runs as a user other than root, by what it says or else its pod, and neither names user 0. */
export function checkNonRoot(pod: Field): Violation[] {
  const other = { allowed: "a user other than 0", mend: "name the image's own user, or none" };
  return judgeContainers(pod, everyPosition, (container, name) => {
    const nonRoot = effective(container, pod, "runAsNonRoot");
    const users = [security(container, "runAsUser"), security(pod, "runAsUser")];
    return [
      ...(nonRoot.text() === "true"
        ? []
        : [
            refused(nonRoot, { allowed: "true", mend: "set runAsNonRoot on the pod or the container" }, name),
          ]),
      ...users
        .filter((user) => user.unknown || Number(user.text() ?? "1") === 0)
        .map((user) => refused(user, other, name)),
    ];
  });
}

/** No process gains more rights than its parent has. */
export const checkEscalation = (pod: Field): Violation[] =>
  judgeField(
    pod,
    everyPosition,
    (container) => security(container, "allowPrivilegeEscalation"),
    (field) => field.text() === "false",
    { allowed: "false", mend: "set allowPrivilegeEscalation: false on the container" },
  );

const BIND = "NET_BIND_SERVICE";

/** Every container drops all capabilities, and adds none but that to bind a low port. */
export function checkCapabilities(pod: Field): Violation[] {
  return judgeContainers(pod, everyPosition, (container, name) => [
    ...checkDrop(security(container, "capabilities", "drop"), name),
    ...checkAdd(security(container, "capabilities", "add"), name),
  ]);
}

function checkDrop(drop: Field, container: string): Violation[] {
  if (drop.items().some((item) => item.text() === "ALL")) return [];
  const unread = drop.items().find((item) => item.unknown);
  if (unread !== undefined) return [undecidable(unread, container)];
  return [refused(drop, { allowed: "a list with ALL", mend: "drop ALL" }, container)];
}

function checkAdd(add: Field, container: string): Violation[] {
  if (add.unknown) return [undecidable(add, container)];
  return add
    .items()
    .filter((item) => item.text() !== BIND)
    .map((item) => refused(item, { allowed: `${BIND} alone`, mend: "remove it" }, container));
}

const PROFILES = ["RuntimeDefault", "Localhost"];

/** Every container is held to a seccomp profile, by what it says or else its pod, and the pod says nothing else. */
export function checkSeccomp(pod: Field): Violation[] {
  const expected = {
    allowed: PROFILES.join(" or "),
    mend: "set seccompProfile of type RuntimeDefault on the pod",
  };
  const isRight = (field: Field): boolean => PROFILES.includes(field.text() ?? "");
  const shared = security(pod, "seccompProfile", "type");
  return [
    ...(shared.absent || isRight(shared) ? [] : [refused(shared, expected)]),
    ...judgeField(
      pod,
      everyPosition,
      (container) => effective(container, pod, "seccompProfile", "type"),
      (field) => isRight(field) || field.path === shared.path,
      expected,
    ),
  ];
}

/** No container, but one that is put in to debug, may write to its own image. */
export const checkReadOnly = (pod: Field): Violation[] =>
  judgeField(
    pod,
    startedPositions,
    (container) => security(container, "readOnlyRootFilesystem"),
    (field) => field.text() === "true",
    { allowed: "true", mend: "set it, and mount an emptyDir where the container writes" },
  );

/** Volumes that hold no part of the node. */
export const VOLUMES = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "image",
  "persistentVolumeClaim",
  "projected",
  "secret",
];

/** Settings of the kernel that hold for the pod alone. */
export const SYSCTLS = [
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ping_group_range",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.tcp_wmem",
];

export const SELINUX_TYPES = ["container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

/** A value of a security context that restricted allows; absent is allowed too. */
interface Control {
  readonly keys: readonly string[];
  readonly values: readonly string[];
}

/** Of the pod and of each container. */
const controls: readonly Control[] = [
  { keys: ["windowsOptions", "hostProcess"], values: ["false"] },
  { keys: ["seLinuxOptions", "type"], values: ["", ...SELINUX_TYPES] },
  { keys: ["seLinuxOptions", "user"], values: [""] },
  { keys: ["seLinuxOptions", "role"], values: [""] },
  { keys: ["appArmorProfile", "type"], values: PROFILES },
];

const ofContainers: readonly Control[] = [...controls, { keys: ["procMount"], values: ["Default"] }];

/** The rest of restricted: kinds of volumes, sysctls, host processes, SELinux, AppArmor and the mount of /proc. */
export function checkRestricted(pod: Field): Violation[] {
  return [
    ...judgeVolumes(pod, checkVolume),
    ...checkSysctls(pod),
    ...checkControls(pod, controls),
    ...judgeContainers(pod, everyPosition, (container, name) => checkControls(container, ofContainers, name)),
  ];
}

function checkControls(of: Field, all: readonly Control[], container?: string): Violation[] {
  return all.flatMap(({ keys, values }) => {
    const field = security(of, ...keys);
    if (field.absent || values.some((value) => value === field.text())) return [];
    const named = values.filter((value) => value !== "");
    const allowed = named.length === 0 ? "absent" : `${named.join(", ")} or absent`;
    return [refused(field, { allowed, mend: "remove it" }, container)];
  });
}

function judgeVolumes(pod: Field, judge: (volume: Field) => Violation[]): Violation[] {
  const volumes = pod.at("volumes");
  if (volumes.unknown) return [undecidable(volumes)];
  return volumes.items().flatMap((volume) => (volume.unknown ? [undecidable(volume)] : judge(volume)));
}

/** A path of the node is for `host-path` to tell. */
function checkVolume(volume: Field): Violation[] {
  return volume
    .keys()
    .filter((key) => key !== "name" && key !== "hostPath" && !VOLUMES.includes(key))
    .map((key) => volume.at(key))
    .filter((source) => !source.absent)
    .map((source) =>
      refused(source, {
        found: "there",
        allowed: VOLUMES.join(", "),
        mend: "claim the storage by a PersistentVolumeClaim",
      }),
    );
}

function checkSysctls(pod: Field): Violation[] {
  const sysctls = security(pod, "sysctls");
  if (sysctls.unknown) return [undecidable(sysctls)];
  return sysctls
    .items()
    .map((sysctl) => sysctl.at("name"))
    .filter((name) => !SYSCTLS.includes(name.text() ?? ""))
    .map((name) => refused(name, { allowed: "a sysctl that Pod Security calls safe", mend: "remove it" }));
}
