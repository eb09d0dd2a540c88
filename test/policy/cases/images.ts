import { UNKNOWN } from "../../../policies/checks/field";
import { passes, refuses, under, type Case } from "../case";
import { deployment, image as good, inDeployment } from "./good";
import { tweak } from "./tweak";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
const positions = ["containers", "initContainers", "ephemeralContainers"] as const;
const at = (position: string, field: string) => [...inDeployment, position, 0, field];

const wrong: Readonly<Record<string, readonly [image: unknown, says: RegExp]>> = {
  "no image": [undefined, /image is absent/],
  "an empty image": ["", /is "", which is no image reference/],
  "the tag latest": ["nginx:latest", /is "nginx:latest"; allowed: repository:tag/],
  "the tag latest, in capitals": ["nginx:LATEST", /is "nginx:LATEST"/],
  "no tag": ["nginx", /is "nginx", which has no tag/],
  "no tag and a registry with a port": ["registry:5000/app", /is "registry:5000\/app", which has no tag/],
  "the tag latest and a registry with a port": ["registry:5000/app:latest", /registry:5000\/app:latest/],
  "an empty tag": ["nginx:", /which is no image reference/],
  "a digest that is none": ["nginx@sha256:abc", /which is no image reference/],
  "the tag latest beside a digest that is none": ["nginx:latest@sha256", /which is no image reference/],
  "two digests": [`nginx@${digest}@${digest}`, /which is no image reference/],
  "a blank in it": ["nginx: 1.27", /which is no image reference/],
  "a scheme": ["https://registry/app:v1", /which is no image reference/],
  "a way out of its folder": ["registry.example.com/team/../app:v1", /which is no image reference/],
  "capitals in its path": ["registry.example.com/App:v1", /which is no image reference/],
};

const right: Readonly<Record<string, string>> = {
  "a tag": "nginx:1.27.0",
  "a tag that begins with latest": "nginx:latest-2026",
  "a tag and a registry with a port": "registry:5000/team/app:v1",
  "a digest": `nginx@${digest}`,
  "a tag and a digest": `registry:5000/app:v1@${digest}`,
  "the tag latest and a digest, which decides": `nginx:latest@${digest}`,
};

/** Each tweak on a container, an init container and an ephemeral container. */
export const imageCases: readonly Case[] = positions.flatMap((position) => [
  ...Object.entries(wrong).map(([title, [image, says]]) =>
    refuses(
      `${position} with ${title}`,
      tweak(deployment(), at(position, "image"), image),
      "image-tag",
      says,
    ),
  ),
  ...Object.entries(right).map(([title, image]) =>
    passes(`${position} with ${title}`, tweak(deployment(), at(position, "image"), image)),
  ),
]);

/** A Deployment with one image everywhere but in one list. */
function deploymentOf(image: string, position: string, other: unknown) {
  const same = positions.reduce((each, list) => tweak(each, at(list, "image"), image), deployment());
  return tweak(same, at(position, "image"), other);
}

const pinned = { "image-digest": { tagged: ["docker.io/grafana/k6"] } };
const pinnedImage = `${good}@${digest}`;

export const digestCases: readonly Case[] = positions.flatMap((position) => [
  ...["nginx:1.27.0", "docker.io/grafana/k6-evil:1", "grafana/k6x:1"].map((image) =>
    under(
      pinned,
      refuses(
        `${position} with ${image}`,
        deploymentOf(pinnedImage, position, image),
        "image-digest",
        new RegExp(`image is "${image}"; allowed: repository@sha256:digest`),
      ),
    ),
  ),
  ...[pinnedImage, `nginx@${digest}`, "grafana/k6:1.8.1", "docker.io/grafana/k6:1.8.1"].map((image) =>
    under(pinned, passes(`${position} with ${image}`, deploymentOf(pinnedImage, position, image))),
  ),
]);

const registry = "202533518394.dkr.ecr.us-east-1.amazonaws.com";
const listed = {
  "image-registry": {
    registries: [registry, "ghcr.io/team/", "docker.io/library/postgres", "grafana/k6", "localhost:5000"],
  },
};

const strange = [
  "nginx:1.27.0",
  `${registry}.example.com/kometa:v1`,
  `example.com/${registry}/kometa:v1`,
  `${registry.replace("2025", "2026")}/kometa:v1`,
  "ghcr.io/team-evil/app:v1",
  "ghcr.io/teams/app:v1",
  "ghcr.io/other/team/app:v1",
  "evil.example.com/library/postgres:16",
  "postgres-evil:16",
  "evil/postgres:16",
  "quay.io/grafana/k6:1.8.1",
  "grafana/k6-operator:1.8.1",
  "localhost:5001/app:v1",
];

const familiar = [
  `${registry}/team/kometa:v1`,
  "ghcr.io/team/deep/app:v1",
  "postgres:16.4",
  "library/postgres:16.4",
  "docker.io/postgres:16.4",
  "index.docker.io/library/postgres:16.4",
  `docker.io/library/postgres:16.4@${digest}`,
  "grafana/k6:1.8.1",
  "docker.io/grafana/k6:1.8.1",
  "localhost:5000/app:v1",
];

export const registryCases: readonly Case[] = [
  ...positions.flatMap((position) =>
    strange.map((image) =>
      under(
        listed,
        refuses(
          `${position} with ${image}`,
          tweak(deployment(), at(position, "image"), image),
          "image-registry",
          new RegExp(`image is "${image}"; allowed: an image of ${registry}`),
        ),
      ),
    ),
  ),
  ...familiar.map((image) =>
    under(listed, passes(`an image ${image}`, tweak(deployment(), at("containers", "image"), image))),
  ),
  under(
    listed,
    refuses(
      "an image whose registry is not known",
      tweak(deployment(), at("containers", "image"), `${UNKNOWN}/app:v1`),
      "image-registry",
      /containers\[0\]\.image is known only at up/,
    ),
  ),
  under(
    listed,
    passes(
      "an image of an allowed registry whose repository is not known",
      tweak(deployment(), at("containers", "image"), `${registry}/${UNKNOWN}:v1`),
    ),
  ),
];

const always = { "pull-policy": { policies: ["Always"] } };
const alwaysEverywhere = positions.reduce(
  (each, position) => tweak(each, at(position, "imagePullPolicy"), "Always"),
  deployment(),
);

export const pullCases: readonly Case[] = [
  passes("pull policies of the stack's", deployment()),
  under(always, passes("Always everywhere", alwaysEverywhere)),
  ...positions.flatMap((position) => [
    refuses(
      `${position} with the policy Never`,
      tweak(deployment(), at(position, "imagePullPolicy"), "Never"),
      "pull-policy",
      /imagePullPolicy is "Never"; allowed: Always or IfNotPresent/,
    ),
    under(
      always,
      refuses(
        `${position} with the policy IfNotPresent`,
        tweak(alwaysEverywhere, at(position, "imagePullPolicy"), "IfNotPresent"),
        "pull-policy",
        /imagePullPolicy is "IfNotPresent"; allowed: Always\./,
      ),
    ),
    under(
      always,
      refuses(
        `${position} with a tag and no policy`,
        tweak(alwaysEverywhere, at(position, "imagePullPolicy"), undefined),
        "pull-policy",
        /imagePullPolicy is absent, which Kubernetes takes for IfNotPresent/,
      ),
    ),
  ]),
];
