/** The programs that golive runs, each with its version and the places it can be had from. */

/** One way to have a tool: an archive or a bare binary of the publisher. */
export interface Download {
  /** Address for a platform (`linux`, `darwin`) and an architecture (`x64`, `arm64`). */
  readonly url: (platform: string, arch: string) => string;
  /** Address of the publisher's SHA-256 list, or of the file's own `.sha256`. */
  readonly checksums: (platform: string, arch: string) => string;
  /** Path of the binary inside the archive; absent for a bare binary. */
  readonly inside?: (platform: string, arch: string) => string;
}

/** One way to have a tool: a package of a Go module pinned, with its checksums, in `engine/tools/<module>`. */
export interface GoBuild {
  readonly module: string;
  readonly package: string;
  /** Values set at link time (`-X`), without which some tools do not know their own version. */
  readonly set: Readonly<Record<string, string>>;
  /** Build tag that chooses what it is made with. @default - none */
  readonly tag?: string;
}

export interface Tool {
  readonly version: string;
  /** The lowest version on PATH that will do, or undefined where PATH is never used. */
  readonly onPath?: { readonly atLeast: string; readonly versionArgs: readonly string[] };
  readonly download?: Download;
  readonly build: GoBuild;
}

const KUBERNETES = "1.36.3";
const PULUMI = "3.259.0";
const HELM = "3.22.0";
const K6 = "1.8.1";
const ACTIONLINT = "1.7.12";
const MIGRATE = "4.19.0";
const PROMETHEUS = "3.13.2";
const ALERTMANAGER = "0.34.2";
const PINT = "0.87.0";

const goArch = (arch: string) => (arch === "x64" ? "amd64" : arch);

const kubernetesTool = (name: string): Tool => ({
  version: KUBERNETES,
  download: {
    url: (platform, arch) =>
      `https://dl.k8s.io/release/v${KUBERNETES}/bin/${platform}/${goArch(arch)}/${name}`,
    checksums: (platform, arch) =>
      `https://dl.k8s.io/release/v${KUBERNETES}/bin/${platform}/${goArch(arch)}/${name}.sha256`,
  },
  build: {
    module: "kubernetes",
    package: `k8s.io/kubernetes/cmd/${name}`,
    set: {
      "k8s.io/component-base/version.gitVersion": `v${KUBERNETES}`,
      "k8s.io/component-base/version.gitMajor": "1",
      "k8s.io/component-base/version.gitMinor": "36",
    },
  },
});

/** Prometheus' own archives hold each of its programs. Its Go module v0.X.Y is Prometheus 3.X.Y's second and third number. */
const prometheusTool = (name: string): Tool => ({
  version: PROMETHEUS,
  download: {
    url: (platform, arch) =>
      `https://github.com/prometheus/prometheus/releases/download/v${PROMETHEUS}/prometheus-${PROMETHEUS}.${platform}-${goArch(arch)}.tar.gz`,
    checksums: () =>
      `https://github.com/prometheus/prometheus/releases/download/v${PROMETHEUS}/sha256sums.txt`,
    inside: (platform, arch) => `prometheus-${PROMETHEUS}.${platform}-${goArch(arch)}/${name}`,
  },
  build: {
    module: "prometheus",
    package: `github.com/prometheus/prometheus/cmd/${name}`,
    set: { "github.com/prometheus/common/version.Version": PROMETHEUS },
  },
});

/** Every tool. */
export const tools = {
  pulumi: {
    version: PULUMI,
    onPath: { atLeast: "3.240.0", versionArgs: ["version"] },
    download: {
      url: (platform, arch) =>
        `https://get.pulumi.com/releases/sdk/pulumi-v${PULUMI}-${platform}-${arch}.tar.gz`,
      checksums: () =>
        `https://github.com/pulumi/pulumi/releases/download/v${PULUMI}/pulumi-${PULUMI}-checksums.txt`,
      inside: () => "pulumi/pulumi",
    },
    build: {
      module: "pulumi",
      package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      set: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${PULUMI}` },
    },
  },
  helm: {
    version: HELM,
    onPath: { atLeast: "3.14.0", versionArgs: ["version", "--template", "{{.Version}}"] },
    download: {
      url: (platform, arch) => `https://get.helm.sh/helm-v${HELM}-${platform}-${goArch(arch)}.tar.gz`,
      checksums: (platform, arch) =>
        `https://get.helm.sh/helm-v${HELM}-${platform}-${goArch(arch)}.tar.gz.sha256sum`,
      inside: (platform, arch) => `${platform}-${goArch(arch)}/helm`,
    },
    build: {
      module: "helm",
      package: "helm.sh/helm/v3/cmd/helm",
      set: { "helm.sh/helm/v3/internal/version.version": `v${HELM}` },
    },
  },
  kubectl: {
    ...kubernetesTool("kubectl"),
    onPath: { atLeast: "1.30.0", versionArgs: ["version", "--client", "--output=json"] },
  },
  etcd: {
    version: "3.6.16",
    build: { module: "etcd", package: "go.etcd.io/etcd/server/v3", set: {} },
  },
  "kube-apiserver": kubernetesTool("kube-apiserver"),
  "kube-controller-manager": kubernetesTool("kube-controller-manager"),
  "kube-scheduler": kubernetesTool("kube-scheduler"),
  kwok: {
    version: "0.7.0",
    build: { module: "kwok", package: "sigs.k8s.io/kwok/cmd/kwok", set: {} },
  },
  /** For macOS the publisher has a zip alone, which golive does not unpack: there it is built. */
  k6: {
    version: K6,
    onPath: { atLeast: "1.0.0", versionArgs: ["version"] },
    download: {
      url: (platform, arch) =>
        `https://github.com/grafana/k6/releases/download/v${K6}/k6-v${K6}-${platform}-${goArch(arch)}.tar.gz`,
      checksums: () => `https://github.com/grafana/k6/releases/download/v${K6}/k6-v${K6}-checksums.txt`,
      inside: (platform, arch) => `k6-v${K6}-${platform}-${goArch(arch)}/k6`,
    },
    build: { module: "k6", package: "go.k6.io/k6", set: {} },
  },
  /** golang-migrate's own command, for PostgreSQL alone: migrates databases in tests. */
  migrate: {
    version: MIGRATE,
    onPath: { atLeast: "4.15.0", versionArgs: ["-version"] },
    download: {
      url: (platform, arch) =>
        `https://github.com/golang-migrate/migrate/releases/download/v${MIGRATE}/migrate.${platform}-${goArch(arch)}.tar.gz`,
      checksums: () =>
        `https://github.com/golang-migrate/migrate/releases/download/v${MIGRATE}/sha256sum.txt`,
      inside: () => "migrate",
    },
    build: {
      module: "migrate",
      package: "github.com/golang-migrate/migrate/v4/cmd/migrate",
      set: { "main.Version": MIGRATE },
      tag: "postgres",
    },
  },
  /** Checks the workflows in tests. Its archive holds the bare binary. */
  actionlint: {
    version: ACTIONLINT,
    onPath: { atLeast: "1.7.0", versionArgs: ["-version"] },
    download: {
      url: (platform, arch) =>
        `https://github.com/rhysd/actionlint/releases/download/v${ACTIONLINT}/actionlint_${ACTIONLINT}_${platform}_${goArch(arch)}.tar.gz`,
      checksums: () =>
        `https://github.com/rhysd/actionlint/releases/download/v${ACTIONLINT}/actionlint_${ACTIONLINT}_checksums.txt`,
      inside: () => "actionlint",
    },
    build: {
      module: "actionlint",
      package: "github.com/rhysd/actionlint/cmd/actionlint",
      set: { "github.com/rhysd/actionlint.version": ACTIONLINT },
    },
  },
  /** Tries rules on series, in tests and in `golive alerts`. */
  promtool: prometheusTool("promtool"),
  /** The server that gates ask, in tests. An older one answers the same questions. */
  prometheus: {
    ...prometheusTool("prometheus"),
    onPath: { atLeast: "2.40.0", versionArgs: ["--version"] },
  },
  /** Asks a rendered Alertmanager configuration where an alert goes, in tests. */
  amtool: {
    version: ALERTMANAGER,
    download: {
      url: (platform, arch) =>
        `https://github.com/prometheus/alertmanager/releases/download/v${ALERTMANAGER}/alertmanager-${ALERTMANAGER}.${platform}-${goArch(arch)}.tar.gz`,
      checksums: () =>
        `https://github.com/prometheus/alertmanager/releases/download/v${ALERTMANAGER}/sha256sums.txt`,
      inside: (platform, arch) => `alertmanager-${ALERTMANAGER}.${platform}-${goArch(arch)}/amtool`,
    },
    build: {
      module: "alertmanager",
      package: "github.com/prometheus/alertmanager/cmd/amtool",
      set: { "github.com/prometheus/common/version.Version": ALERTMANAGER },
    },
  },
  /** Lints rules, in tests. */
  pint: {
    version: PINT,
    download: {
      url: (platform, arch) =>
        `https://github.com/cloudflare/pint/releases/download/v${PINT}/pint-${PINT}-${platform}-${goArch(arch)}.tar.gz`,
      checksums: () => `https://github.com/cloudflare/pint/releases/download/v${PINT}/checksums.txt`,
      inside: (platform, arch) => `pint-${platform}-${goArch(arch)}`,
    },
    build: { module: "pint", package: "github.com/cloudflare/pint/cmd/pint", set: { "main.version": PINT } },
  },
} as const satisfies Readonly<Record<string, Tool>>;

export type ToolName = keyof typeof tools;

const isToolName = (name: string): name is ToolName => name in tools;

/** Their names, in the same order. */
export const toolNames: readonly ToolName[] = Object.keys(tools).filter(isToolName);
