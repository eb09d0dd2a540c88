/** The images of a release, as a rollout is bound to them. Pure. */
import type { EnovaSettings } from "../../settings";

/** Of the new version, each `<repository>:<tag>@<digest>`, without the digest where the stack file has none. */
export const imagesOf = ({ frontend, gateway, chat }: EnovaSettings, version: string): readonly string[] =>
  [frontend, gateway, chat].map(({ image: { repository, tag, digest } }) =>
    tag === version && digest !== undefined ? `${repository}:${tag}@${digest}` : `${repository}:${version}`,
  );
