/** What a release tells people while it goes on. Pure. */

/** A page that a message links to. */
export interface EventLink {
  readonly name: string;
  readonly url: string;
}

/** One reading as it was judged, in the words of who judged it, e.g. `errors 0.03 % < 1 %, n = 18 240`. */
export interface EventReading {
  /** Id of the objective, e.g. `guelaguetza/negative-stock`, or another name that stays the same. */
  readonly name: string;
  readonly state: "pass" | "fail" | "insufficient" | "broken";
  readonly text: string;
}

/** What every event says of its release. */
export interface About {
  /** Key of the system in the stack file, e.g. `guelaguetza`. */
  readonly system: string;
  readonly stack: string;
  readonly version: string;
  /** What is released, as people name it, e.g. `optimistic locking para productos`. @default - system and version */
  readonly subject?: string;
  readonly at: Date;
  /** Who runs the release. */
  readonly by?: string;
  readonly links?: readonly EventLink[];
}

/** Minutes, or a span of minutes. */
export type Minutes = number | readonly [least: number, most: number];

/** Where a release is on its way; the first step is 1. */
export interface StepOfRelease {
  readonly number: number;
  readonly of: number;
  /** E.g. `50 %`, `Orders`. */
  readonly name: string;
}

/** Something that people are told. Rows G8, S2, S7, K23, G14, G17. */
export type ReleaseEvent = About &
  (
    | {
        readonly kind: "before";
        readonly duration: Minutes;
        readonly downtime: Minutes;
        readonly rollbackReady: boolean;
      }
    | {
        readonly kind: "step";
        readonly step: StepOfRelease;
        readonly readings?: readonly EventReading[];
      }
    | {
        readonly kind: "held";
        readonly step: StepOfRelease;
        readonly reason: string;
        readonly readings?: readonly EventReading[];
        /** When it goes back by itself, unless somebody decides before. */
        readonly until?: Date;
      }
    | {
        readonly kind: "succeeded";
        /** One sentence each; empty where there were none. */
        readonly incidents: readonly string[];
        readonly readings: readonly EventReading[];
        readonly startedAt: Date;
        readonly downtime: Minutes;
        /** Hours after the release at which its readings are looked at again; empty: it is not watched. */
        readonly watchHours?: readonly number[];
      }
    | {
        readonly kind: "rollingBack";
        readonly reason: string;
        readonly readings?: readonly EventReading[];
      }
    | {
        readonly kind: "rolledBack";
        readonly reason: string;
        /** Version that serves again. */
        readonly to: string;
        /** Seconds from the verdict to the safe weights at the API server. */
        readonly seconds: number;
      }
    | {
        readonly kind: "rollbackFailed";
        readonly reason: string;
        /** What a person does now. */
        readonly mend: string;
      }
    | {
        readonly kind: "postMortem";
        readonly reason: string;
        /** When it is held; absent: still to be arranged. */
        readonly meeting?: Date;
      }
  );

export type EventKind = ReleaseEvent["kind"];

/** How much an event asks of people. */
export type Urgency = "info" | "warning" | "critical";

/** What an event is to those who are on call, and whether it is mailed. */
export interface Handling {
  readonly urgency: Urgency;
  /** In Slack and by webhook every event is told; a mail for each step would be too many. */
  readonly mail: boolean;
  /** What PagerDuty and Opsgenie do with the release's incident. */
  readonly incident: "none" | "open" | "close";
  /** Whether PagerDuty's service shows it among its recent changes, which wakes nobody. */
  readonly change: boolean;
}

export const HANDLING: Readonly<Record<EventKind, Handling>> = {
  before: { urgency: "info", mail: true, incident: "none", change: true },
  step: { urgency: "info", mail: false, incident: "none", change: false },
  held: { urgency: "warning", mail: true, incident: "open", change: false },
  succeeded: { urgency: "info", mail: true, incident: "close", change: true },
  rollingBack: { urgency: "critical", mail: true, incident: "open", change: false },
  rolledBack: { urgency: "warning", mail: true, incident: "close", change: true },
  rollbackFailed: { urgency: "critical", mail: true, incident: "open", change: false },
  postMortem: { urgency: "info", mail: true, incident: "none", change: false },
};
