/** What an event says, in one language, before a channel gives it its form. Pure. */
import type { Language } from "../observability/watched";
import type { EventKind, EventLink, EventReading, Minutes, ReleaseEvent } from "./event";
import { provedBy, say, stackName, type Values, type WORDS } from "./words";

export interface Message {
  readonly kind: EventKind;
  readonly title: string;
  readonly lines: readonly string[];
  readonly links: readonly EventLink[];
}

const STATES = { pass: "✓", fail: "✗", insufficient: "…", broken: "?" } as const;

const minutes = (given: Minutes): string => (typeof given === "number" ? String(given) : given.join("-"));

/** `2026-11-28 03:00 UTC`. */
const time = (at: Date): string => at.toISOString().replace(/^(.{10})T(.{5}).*$/, "$1 $2 UTC");

const shown = (readings: readonly EventReading[] = []): readonly string[] =>
  readings.map(({ state, text }) => `${STATES[state]} ${text}`);

/** Texts of one event in one language. */
interface Teller {
  readonly say: (key: keyof typeof WORDS, values?: Values) => string;
  readonly language: Language;
}

function bodyOf(event: ReleaseEvent, { say, language }: Teller): readonly string[] {
  switch (event.kind) {
    case "before":
      return [
        say("date", { value: time(event.at) }),
        say("duration", { value: minutes(event.duration) }),
        say("downtime", { value: minutes(event.downtime) }),
        say(event.rollbackReady ? "rollbackReady" : "rollbackMissing"),
      ];
    case "step":
      return shown(event.readings);
    case "held":
      return [
        say("reason", { value: event.reason }),
        ...shown(event.readings),
        ...(event.until === undefined ? [] : [say("until", { value: time(event.until) })]),
      ];
    case "succeeded":
      return success(event, { say, language });
    case "rollingBack":
      return [say("reason", { value: event.reason }), ...shown(event.readings)];
    case "rolledBack":
      return [
        say("reason", { value: event.reason }),
        say("safeAfter", { value: event.seconds.toFixed(1) }),
        say("tellTeam"),
        say("incidentDocs"),
        say("schedulePostMortem"),
        say("releasePlan"),
      ];
    case "rollbackFailed":
      return [say("reason", { value: event.reason }), say("mend", { value: event.mend })];
    case "postMortem":
      return [
        say("reason", { value: event.reason }),
        event.meeting === undefined ? say("noMeeting") : say("meeting", { value: time(event.meeting) }),
        say("whatFailed"),
        say("howPrevent"),
        say("moreTests"),
      ];
  }
}

/** Says of readings only what they showed: metrics are as expected where there are some and each passed. */
function success(
  event: Extract<ReleaseEvent, { kind: "succeeded" }>,
  { say, language }: Teller,
): readonly string[] {
  const { incidents, readings, watchHours = [] } = event;
  const normal = readings.length > 0 && readings.every(({ state }) => state === "pass");
  const proved = readings.flatMap(({ name, state }) =>
    state === "pass" ? (provedBy(name, language) ?? []) : [],
  );
  return [
    ...(incidents.length === 0 ? [say("noIncidents")] : incidents.map((value) => say("incident", { value }))),
    ...(normal ? [say("readingsNormal")] : shown(readings.filter(({ state }) => state !== "pass"))),
    ...new Set(proved),
    say("took", {
      value: Math.round((event.at.getTime() - event.startedAt.getTime()) / 60_000),
      downtime: minutes(event.downtime),
    }),
    ...(watchHours.length === 0 ? [] : [say("watched", { value: watchHours.join(", ") })]),
  ];
}

/** The message of an event. */
export function messageOf(event: ReleaseEvent, language: Language): Message {
  const { system, version, subject = `${system} ${version}` } = event;
  const about = { subject, stack: stackName(event.stack, language) };
  const place: Values =
    "step" in event ? { ...event.step } : event.kind === "rolledBack" ? { to: event.to } : {};
  const tell = (key: keyof typeof WORDS, values: Values = {}) => say(key, language, values);
  return {
    kind: event.kind,
    title: tell(event.kind, { ...about, ...place }),
    lines: [
      ...bodyOf(event, { say: tell, language }),
      ...(subject.includes(version) ? [] : [tell("version", { value: version })]),
      ...(event.by === undefined ? [] : [tell("by", { value: event.by })]),
    ],
    links: event.links ?? [],
  };
}

/** The same in plain text, links below. */
export const plainText = ({ lines, links }: Message): string =>
  [...lines, ...links.map(({ name, url }) => `${name}: ${url}`)].join("\n");
