/** What a format is: how it is recognised, and how it is read. */
import type { FindingKind, FindingOf } from "../fact";
import type { Content } from "./content";

/** The release that a report is cited for. */
export interface ReleaseOfReport {
  readonly system: string;
  readonly version: string;
  /** 40 hexadecimal digits. */
  readonly commit: string;
  /** When it was built (ISO 8601). */
  readonly at: string;
}

/** A finding, and what the report says of its own making. */
export interface Found<Kind extends FindingKind> {
  readonly finding: FindingOf<Kind>;
  /** What wrote it, with its version where the report says. */
  readonly tool: string;
  /** As the report writes it. @default - the report does not say */
  readonly at?: string | undefined;
  /** @default - the report does not say */
  readonly commit?: string | undefined;
}

/** One format of one kind of report. */
export interface Format<Kind extends FindingKind> {
  /** As messages say it: `JUnit XML`. */
  readonly title: string;
  readonly kind: Kind;
  /** Whether the content says that it is of this format; what is wrong with it is for `read` to say. */
  readonly recognise: (content: Content) => boolean;
  /** @throws {Disbelieved} where the report shows nothing, or is malformed. */
  readonly read: (content: Content, release: ReleaseOfReport) => Found<Kind>;
}

type Formats = { readonly [Kind in FindingKind]: Format<Kind> };

/** A format of whatever kind. */
export type AnyFormat = Formats[FindingKind];
