/** What a stack's outputs say of whom to reach, and where (rows K28, K29, E11, E12, S10). Pure. */
import type { Contacts, Link } from "../settings";

/** Written where a document leaves a name or an address open, as the document writes it. */
const TO_BE_DECIDED = "TBD";

/** Channels, people and escalation of a system as plain values, its open places said as `TBD`. */
export function contactOutputs({ channels, people, escalation }: Contacts) {
  return {
    channels,
    people: people.map(({ role, name = TO_BE_DECIDED, contact = TO_BE_DECIDED }) => ({
      role,
      name,
      contact,
    })),
    escalation: escalation.map(({ to, after }) => ({ to, after: after.text })),
  };
}

/** The system's own URLs, e.g. `{ frontend, api }`, and the pages beside them. */
export function urlOutputs<Own extends object>(own: Own, { urls }: Contacts) {
  const { dashboards, logs, ...pages } = urls;
  return { ...own, ...pages, ...named("dashboards", dashboards), ...named("logs", logs) };
}

const named = (key: string, links: readonly Link[]) =>
  links.length === 0 ? {} : { [key]: Object.fromEntries(links.map(({ name, url }) => [name, url])) };
