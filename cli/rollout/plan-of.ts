/** The plan of a system's release: the stack file's part of it, for the plans of `rollout/plans`. */
import { deployedBy, nameOf, type Deployed } from "../../evidence/deployed";
import { releaseRules } from "../../readings/release-rules";
import type { Addresses } from "../../readings/sources";
import type { Plan, Setting } from "../../rollout/plan";
import { canaryPlan } from "../../rollout/plans/canary";
import { plainPlan } from "../../rollout/plans/plain";
import { s5Plan, type WaveResources } from "../../rollout/plans/s5";
import type { Move, Walk } from "../../rollout/plans/walk";
import type { Rule } from "../../rollout/rule";
import {
  ENOVA_SERVICES,
  ENOVA_SOAKS,
  type Parsed,
  S5_APIS,
  s5Versioned,
  type S5Settings,
  type StackSettings,
} from "../../settings";
import { parseTag } from "../../settings/image";
import type { RolloutSettings } from "../../settings/rollout";
import {
  GUELAGUETZA,
  KOMETA,
  LISTACOMPRA,
  releaseResources,
  S5_RESOURCES,
  type S5Wave,
} from "../../systems/names";
import { watchedOf } from "../../systems/watched";
import { UserError } from "../user-error";
import { recordedDigests, type DigestOf } from "../version";
import { Refused } from "./exit-codes";
import type { Session, SystemName } from "./session";

type Systems = StackSettings["systems"];

/** An image, or a build, whose version a release changes. */
interface Part {
  /** Its key in the system's settings; empty where the system itself is the service. */
  readonly key: string;
  readonly service: string;
  /** Where its version stands, below the system's key. */
  readonly path: string;
  readonly tag: string;
  /** @default - a build that is no image */
  readonly image?: PinnedImage;
}

/** An image that its stack file may name by digest, too. */
interface PinnedImage {
  readonly repository: string;
  /** @default - the stack file names none */
  readonly digest?: string | undefined;
}

/** What the plans ask of one system. */
interface Released {
  readonly parts: readonly Part[];
  /** What runs before, where the stack file has it beside the new version. @default - the parts' present version */
  readonly from?: string;
  /** Seconds at a weight that its document names. */
  readonly soaks?: Readonly<Record<string, number>>;
  readonly goBack: Walk["goBack"];
  readonly plan: (walk: Walk) => Parsed<Plan>;
}

const imagePart = (key: string, service: string, image: PinnedImage & { readonly tag: string }): Part => ({
  key,
  service,
  path: key === "" ? "image.tag" : `${key}.image.tag`,
  tag: image.tag,
  image,
});

/** A system of one service, such as those that `golive new system` writes. */
interface OneService {
  readonly release: string;
  readonly image: PinnedImage & { readonly tag: string };
}

const inPlace = (service: string, { image, release }: OneService): Released => ({
  parts: [imagePart("", service, image)],
  goBack: "all",
  plan: (walk) => plainPlan(walk, { releases: releaseResources(release) }),
});

/** Systems whose release is more than one service in its place. */
type Several = "enova" | "guelaguetza" | "listacompra" | "s5";

/** `to`: the version that is released, where one is named. */
const RELEASED: {
  readonly [Name in Several]: (settings: NonNullable<Systems[Name]>, to?: string) => Released;
} = {
  enova: ({ frontend, gateway, chat, canary, legacy }) => ({
    parts: [
      imagePart("frontend", ENOVA_SERVICES.frontend.canary, frontend.image),
      imagePart("gateway", ENOVA_SERVICES.gateway.canary, gateway.image),
      imagePart("chat", "chat", chat.image),
    ],
    ...(canary.phase === "complete" ? {} : { from: legacy.frontend.image.tag }),
    soaks: ENOVA_SOAKS,
    goBack: "all",
    plan: (walk) => canaryPlan(walk, { phase: canary.phase, ladder: canary.ladder }),
  }),
  guelaguetza: ({ image, release }) => ({
    parts: [imagePart("", GUELAGUETZA.service, image)],
    goBack: "all",
    plan: (walk) =>
      plainPlan(walk, {
        releases: releaseResources(release),
        migrating: {
          resources: GUELAGUETZA.migrationResources(walk.bound.system),
          keepsOut: true,
        },
      }),
  }),
  listacompra: ({ image, api, worker }) => ({
    parts: [imagePart("", LISTACOMPRA.api, image)],
    goBack: "all",
    plan: (walk) =>
      plainPlan(walk, { releases: releaseResources(api.release, worker.release), migrates: true }),
  }),
  s5: (settings, to) => ({
    parts: [
      imagePart("migrations", "migrations", settings.migrations.image),
      ...S5_APIS.map((api) => {
        const { release, image } = settings[api];
        return imagePart(api, s5Versioned(release, to ?? image.tag), image);
      }),
      {
        key: "frontend",
        service: "frontend",
        path: "frontend.version",
        tag: settings.frontend.version,
      },
    ],
    goBack: "failed",
    plan: (walk) => s5Plan(walk, waveResources(walk.bound.system, settings, walk.bound.version)),
  }),
};

/**
 * On the way back all versions of all APIs are named, and the groups that they are in: what is there and in the program stays, what
 * an Ingress leads to is kept by it, and the rest goes. Were some left out, the engine would refuse to let go what they wait for.
 */
function waveResources(system: string, settings: S5Settings, to: string): WaveResources {
  const everyVersion = S5_APIS.flatMap((api) => S5_RESOURCES.versions(system, api, settings[api].release));
  const candidate = S5_RESOURCES.site(system, "candidate");
  const open = [
    ...S5_APIS.flatMap((api) => S5_RESOURCES.door(settings[api].release)),
    ...S5_RESOURCES.site(system, "frontend"),
  ];
  const there = (wave: S5Wave): readonly string[] => {
    const tested = S5_RESOURCES.verification(system, wave);
    switch (wave) {
      case "migrations":
      case "smoke":
        return tested;
      case "auth":
      case "catalog":
      case "orders":
        return S5_RESOURCES.api(system, wave, settings[wave].release, to);
      case "frontend":
        return [...candidate, ...tested];
      case "traffic":
        return [...open, ...tested];
    }
  };
  const back = (wave: S5Wave): readonly string[] => {
    const site = [...S5_RESOURCES.group(system, "frontend"), ...candidate];
    switch (wave) {
      case "migrations":
      case "smoke":
        return [];
      case "auth":
      case "catalog":
      case "orders":
        return everyVersion;
      case "frontend":
        return site;
      case "traffic":
        return [...open, ...site, ...everyVersion];
    }
  };
  return (wave, way) => (way === "there" ? there(wave) : back(wave));
}

/** How long a health path is waited for after a change, in seconds. */
const VERIFY_SECONDS = 300;

/**
 * The plan of a release to `to`, or to what the stack file says.
 *
 * @throws {UserError} where nothing could tell a good release from a bad one, or where it is not clear what is released.
 */
export function planOf(
  { settings, system, stack }: Pick<Session, "settings" | "system" | "stack">,
  addresses: Addresses,
  to?: string,
): Plan {
  const own = settings.systems[system];
  const released = releasedBy(settings.systems, system, to);
  const next = to === undefined ? settings : atVersion(settings, system, to);
  if (own === undefined || released === undefined) throw new UserError(`${settings.file} has no ${system}`);
  const { rollout } = own;
  const digestOf = to === undefined ? () => undefined : recordedDigests({ system, tag: to });
  const moves = to === undefined ? [] : movesTo(system, released.parts, to, digestOf);
  const version = to ?? versionOf(system, released.parts);
  const images = deployedAfter({ settings, system }, to)
    .filter(({ isReleased }) => isReleased)
    .map(nameOf);
  const walk: Walk = {
    bound: { stack, system, version, images },
    from: released.from ?? (to === undefined ? version : presentOf(released.parts)),
    moves,
    rulesAt: (percent) => rulesOf(atWeight(next, system, percent), system, rollout, addresses, percent),
    verify: system === "enova" ? [] : healthRules(next, system),
    soakSeconds: (percent) =>
      rollout.soaks[percent]?.seconds ?? released.soaks?.[percent] ?? rollout.soak.seconds,
    intervalSeconds: rollout.interval.seconds,
    verifySeconds: VERIFY_SECONDS,
    approvals: rollout.approvals,
    goBack: rollout.goBack ?? released.goBack,
    patience: {
      insufficientSeconds: rollout.patience.insufficient.seconds,
      brokenSeconds: rollout.patience.broken.seconds,
    },
    worksWith: worksWith(system, released.parts, "worksWith" in rollout ? rollout.worksWith : []),
  };
  if (moves.length === 0 && released.from === undefined) {
    throw new UserError(
      `--to VERSION: the stack file's own, ${version}, is taken for what runs, and is what a rollback leads to`,
    );
  }
  const plan = released.plan(walk);
  if ("value" in plan) return plan.value;
  throw new UserError(`the rollout of ${system}: ${plan.problem}`);
}

/** Services that work with the new version's schema: those that the settings name by key, and a build in a bucket, which has none. */
const worksWith = (system: string, parts: readonly Part[], named: readonly string[]): readonly string[] =>
  parts
    .filter(({ key, image }) => image === undefined || named.includes(key === "" ? system : key))
    .map(({ service }) => service);

function releasedBy(systems: Systems, name: SystemName, to?: string): Released | undefined {
  const { enova, guelaguetza, kometa, listacompra, s5, ...others } = systems;
  switch (name) {
    case "enova":
      return enova && RELEASED.enova(enova);
    case "guelaguetza":
      return guelaguetza && RELEASED.guelaguetza(guelaguetza);
    case "kometa":
      return kometa && inPlace(KOMETA.service, kometa);
    case "listacompra":
      return listacompra && RELEASED.listacompra(listacompra);
    case "s5":
      return s5 && RELEASED.s5(s5, to);
    default:
      return ofOther(name, others);
  }
}

/** Of a system that `golive new system` has written, which calls its service as itself. */
function ofOther(
  name: string,
  others: Readonly<Record<string, OneService | undefined>>,
): Released | undefined {
  const settings = others[name];
  return settings && inPlace(name, settings);
}

function versionOf(system: string, parts: readonly Part[]): string {
  if (new Set(parts.map(({ tag }) => tag)).size === 1) return presentOf(parts);
  throw new UserError(
    `golive:${system} has several versions (${presentOf(parts)}): bring them together, or name one by --to`,
  );
}

/** The version of all parts, or that of each: a release that failed may have left some on another. */
function presentOf(parts: readonly Part[]): string {
  const tags = [...new Set(parts.map(({ tag }) => tag))];
  return tags.length === 1 ? tags.join() : parts.map(({ key, tag }) => `${key} ${tag}`).join(", ");
}

/**
 * The lines that change. An image that the stack file names by digest gets that of the new build from its release record.
 *
 * @throws {Refused} naming every image whose new digest nobody knows: by its old one the old build would run on.
 */
export function movesTo(
  system: string,
  parts: readonly Part[],
  to: string,
  digestOf: DigestOf,
): readonly Move[] {
  const moved = parts.filter(({ tag }) => tag !== to);
  const unknown = moved.flatMap(({ image }) =>
    image?.digest !== undefined && digestOf(image.repository) === undefined ? [image.repository] : [],
  );
  if (unknown.length > 0) {
    throw new Refused(
      `golive:${system} names ${unknown.join(", ")} by digest, and nobody knows that of ${to}: make its record first ` +
        `(npm run golive -- release new ${system} ${to}), or write tag and digest into the stack file, and run without --to`,
    );
  }
  return moved.map((part) => ({
    key: part.key,
    service: part.service,
    to: settingsOf(system, part, to, digestOf(part.image?.repository ?? "")),
    back: settingsOf(system, part, part.tag, part.image?.digest),
  }));
}

/** A part's tag, and its digest where the stack file has a line of it. */
const settingsOf = (
  system: string,
  { path, image }: Part,
  tag: string,
  digest: string | undefined,
): readonly Setting[] => [
  settingOf(system, path, tag),
  ...(image?.digest === undefined || digest === undefined
    ? []
    : [settingOf(system, path.replace(/tag$/, "digest"), digest)]),
];

const settingOf = (system: string, path: string, value: string): Setting => ({
  path: `${system}.${path}`,
  value,
});

/**
 * What the stack deploys of a system once it is released: its parts at their new version, the rest as it is.
 *
 * @param to the version. @default - the stack file's
 */
export function deployedAfter(
  { settings, system }: Pick<Session, "settings" | "system">,
  to: string | undefined,
): readonly DeployedAfter[] {
  const parts = releasedBy(settings.systems, system)?.parts ?? [];
  const paths = parts.map(({ path }) => `golive:${system}.${path}`);
  const digestOf = to === undefined ? () => undefined : recordedDigests({ system, tag: to });
  return deployedBy(system, settings.systems[system]).map((each) => {
    const isReleased = paths.some((one) => one === each.path || one === `${each.path}.tag`);
    if (!isReleased || to === undefined || each.tag === to) return { ...each, isReleased };
    return { ...each, tag: to, digest: each.digest && digestOf(each.repository), isReleased };
  });
}

export interface DeployedAfter extends Deployed {
  /** Whether the release brings it. */
  readonly isReleased: boolean;
}

/**
 * The stack as it will be: each version of S5's APIs has pods of its own name.
 *
 * @throws {UserError} for what is no tag.
 */
function atVersion(settings: StackSettings, system: SystemName, to: string): StackSettings {
  const tag = parseTag(to);
  if ("problem" in tag) throw new UserError(`--to ${to}: ${tag.problem}`);
  const { s5 } = settings.systems;
  if (system !== "s5" || s5 === undefined) return settings;
  const moved = (api: S5Settings["auth"]) => ({ ...api, image: { ...api.image, tag: tag.value } });
  const { auth, catalog, orders } = s5;
  const next = { ...s5, auth: moved(auth), catalog: moved(catalog), orders: moved(orders) };
  return { ...settings, systems: { ...settings.systems, s5: next } };
}

/** The stack as it will be at a weight: the readings of a share are of what carries the share. Once complete nothing does. */
function atWeight(settings: StackSettings, system: SystemName, percent: number): StackSettings {
  const { enova } = settings.systems;
  if (system !== "enova" || enova === undefined || enova.canary.phase === "complete") return settings;
  const phased = { ...enova, canary: { ...enova.canary, phase: String(percent) } };
  return { ...settings, systems: { ...settings.systems, enova: phased } };
}

/**
 * The system's own rules, those that its alerts have too.
 *
 * @throws {UserError} where there are none: a rollout that asks nothing would let everything through.
 */
export function rulesOf(
  settings: StackSettings,
  system: SystemName,
  rollout: RolloutSettings,
  addresses: Addresses,
  percent = 100,
): readonly Rule[] {
  const watched = watchedOf(settings).find((one) => one.system === system);
  const rules = releaseRules(watched, rollout, addresses, percent);
  if ("value" in rules) return rules.value;
  throw new UserError(`the rules of ${system} in ${settings.file}: ${rules.problem}`);
}

/** Each host's health path answers (rows K14, L8, S4). */
const healthRules = (settings: StackSettings, system: SystemName): readonly Rule[] =>
  watchedOf(settings)
    .filter((watched) => watched.system === system)
    .flatMap(({ services }) => services)
    .flatMap(({ name, healthPath, traffic }): readonly Rule[] =>
      traffic === undefined
        ? []
        : [
            {
              id: `health ${name}`,
              title: `${healthPath} of ${name}`,
              source: "health",
              query: `https://${traffic.host}${healthPath}`,
              minimumSamples: 0,
              limit: { above: 0 },
              unit: "count",
              windowSeconds: 0,
              onFail: "roll back",
              failsInARow: 1,
              service: name,
            },
          ],
    );
