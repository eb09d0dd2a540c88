/** What S5 serves now, by its stack's state, and what its waves would bring instead. Pure. */
import semver from "semver";
import * as z from "zod";
import { S5_APIS, type S5Settings } from "../settings";
import type { StateResource } from "./gate-objects";
import { S5_WAVES, siteName, type S5Wave } from "./names";
import { DISTRIBUTION, INGRESS, RELEASE, ROUTE } from "./s5-first-changes";

/** What has a version of its own that the public is served. */
const PARTS = [...S5_APIS, "frontend"] as const;
export type S5Part = (typeof PARTS)[number];

/** A version that the public is served. */
export interface ServedPart {
  readonly version: string;
  /** Name of the Deployment and Service; absent of the frontend. */
  readonly release?: string;
}

/** Parts that nobody reaches yet are left out. */
export type Served = Readonly<Partial<Record<S5Part, ServedPart>>>;

const service = z.object({ service: z.object({ name: z.string() }) });
const paths = z.object({ http: z.object({ paths: z.array(z.object({ backend: service })).min(1) }) });
const ingress = z
  .object({ spec: z.object({ rules: z.array(paths).min(1) }) })
  .transform(({ spec }) => spec.rules[0]?.http.paths[0]?.backend.service.name);
const refs = z.object({ backendRefs: z.array(z.object({ name: z.string() })).min(1) });
const route = z
  .object({ spec: z.object({ rules: z.array(refs).min(1) }) })
  .transform(({ spec }) => spec.rules[0]?.backendRefs[0]?.name);
const distribution = z
  .object({ origins: z.array(z.object({ originPath: z.string() })).min(1) })
  .transform(({ origins }) => origins[0]?.originPath.replace(/^\//, ""));
const release = z.object({ values: z.object({ image: z.object({ tag: z.string() }) }) });

/** The versions that the public Ingresses, or routes, and the public site lead to. */
export function servedBy(system: string, settings: S5Settings, state: readonly StateResource[]): Served {
  const outputsOf = (type: string, name: string): unknown =>
    state.find(({ urn }) => urn.endsWith(`${type}::${name}`))?.outputs;
  const api = (part: (typeof S5_APIS)[number]): ServedPart | undefined => {
    const name = settings[part].release;
    const served =
      ingress.safeParse(outputsOf(INGRESS, name)).data ?? route.safeParse(outputsOf(ROUTE, name)).data;
    if (served === undefined) return undefined;
    const tag = release.safeParse(outputsOf(RELEASE, served)).data?.values.image.tag;
    return { version: tag ?? served.slice(name.length + 1), release: served };
  };
  const site = distribution.safeParse(outputsOf(DISTRIBUTION, siteName(system, "frontend"))).data;
  return Object.fromEntries(
    [
      ...S5_APIS.map((part) => [part, api(part)] as const),
      ["frontend", site === undefined ? undefined : { version: site }] as const,
    ].filter(([, part]) => part !== undefined),
  );
}

/** What a wave does to what is served. */
export type WaveMove =
  /** Nothing serves yet, or it brings what serves already: a part that came back beside the other version. */
  | { readonly kind: "none" }
  /** To versions that are older than those that serve. */
  | { readonly kind: "back"; readonly step: string }
  | { readonly kind: "release"; readonly step: string };

const versionOf = (settings: S5Settings, part: S5Part): string =>
  part === "frontend" ? settings.frontend.version : settings[part].image.tag;

const isOlder = (version: string, than: string): boolean =>
  semver.valid(version) !== null && semver.valid(than) !== null && semver.lt(version, than);

/** What a wave does, in words such as `wave 4 orders, v2.1.0 → v2.2.0`. */
export function moveOf(wave: S5Wave, settings: S5Settings, served: Served): WaveMove {
  const own = PARTS.filter((part) => wave === "traffic" || part === wave);
  const moves = own.flatMap((part) => {
    const from = served[part]?.version;
    const to = versionOf(settings, part);
    return from === undefined || from === to ? [] : [{ part, from, to }];
  });
  if (moves.length === 0) return { kind: "none" };
  const texts = new Set(moves.map(({ from, to }) => `${from} → ${to}`));
  const told = texts.size === 1 ? [...texts] : moves.map(({ part, from, to }) => `${part} ${from} → ${to}`);
  const step = `wave ${S5_WAVES.indexOf(wave) + 1} ${wave}, ${told.join(", ")}`;
  return { kind: moves.every(({ from, to }) => isOlder(to, from)) ? "back" : "release", step };
}
