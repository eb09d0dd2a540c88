/** How `golive rollout` ends, for pipelines (docs/rollout.md). */
import { UserError } from "../user-error";

export const EXIT = {
  /** Released, or what was asked is done. */
  done: 0,
  /** A mistake of the command line, of the stack file, or of golive. */
  mistake: 1,
  /** The rollout went back. */
  rolledBack: 2,
  /** It stands still: a person must look. */
  stuck: 3,
  /** It was not begun: the release window, an approval, a digest that is bad, a version that has not soaked. */
  refused: 4,
  /** Another process runs it. */
  busy: 5,
  /** Ctrl-C: it stays where it is, and the same command takes it up. */
  interrupted: 130,
} as const;

/** A user's mistake with an exit code of its own. */
export class Ended extends UserError {
  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message);
  }
}

/** What was not begun, and why. */
export class Refused extends Ended {
  constructor(message: string) {
    super(message, EXIT.refused);
  }
}

/** Another process runs a rollout of the system. */
export class Busy extends Ended {
  constructor(message: string) {
    super(message, EXIT.busy);
  }
}
