import { passes, refuses, type Case } from "../case";
import { deployment, inDeployment } from "./good";
import { tweak } from "./tweak";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

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
  "two digests": [`nginx@${digest}@${digest}`, /which is no image reference/],
  "a blank in it": ["nginx: 1.27", /which is no image reference/],
};

const right: Readonly<Record<string, string>> = {
  "a tag": "nginx:1.27.0",
  "a tag that begins with latest": "nginx:latest-2026",
  "a tag and a registry with a port": "registry:5000/team/app:v1",
  "a digest": `nginx@${digest}`,
  "a tag and a digest": `registry:5000/app:v1@${digest}`,
};

const positions = ["containers", "initContainers", "ephemeralContainers"] as const;

/** Each tweak on a container, an init container and an ephemeral container. */
export const imageCases: readonly Case[] = positions.flatMap((position) => {
  const path = [...inDeployment, position, 0, "image"];
  return [
    ...Object.entries(wrong).map(([title, [image, says]]) =>
      refuses(`${position} with ${title}`, tweak(deployment(), path, image), "image-tag", says),
    ),
    ...Object.entries(right).map(([title, image]) =>
      passes(`${position} with ${title}`, tweak(deployment(), path, image)),
    ),
  ];
});
