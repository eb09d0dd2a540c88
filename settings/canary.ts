/** The canary of a system: its phase, its ladder and who always gets the new version. */
import * as z from "zod";
import { DEFAULT_LADDER } from "../components/traffic/ladder";
import type { Affinity, Selection } from "../components/traffic/nginx";
import { duration, filled, list, mapping, text, whole } from "./fields";
import type { Parsed } from "./parsed";

const PHASE_PATTERN = "^(?:legacy|[1-9][0-9]?|100|complete|rollback)$";

/** Which phases there are, the ladder says: a rule of the system asks it. */
const parseNamed = (given: string): Parsed<string> =>
  given === "" ? { problem: "expected a phase such as legacy" } : { value: given };

const phase = text(parseNamed, {
  title: "phase",
  description:
    "Where the canary stands: legacy, a weight of the ladder in quotes, complete or rollback. The one line that a step changes.",
  pattern: PHASE_PATTERN,
  examples: ["10"],
});

const header = mapping(
  {
    name: filled("Name of the header."),
    value: filled(
      "Value that chooses the new version. Not set: always chooses it, never refuses it.",
    ).optional(),
  },
  "Requests with this header get the new version at any weight. Not set: none.",
);

const affinity = mapping(
  {
    cookie: filled("Name of the session's cookie."),
    maxAge: duration("Life of the cookie. Not set: the browser's session.").optional(),
  },
  "Sessions stay on the version on which they began, until the last weight. Not set: each request anew.",
);

const given = mapping(
  {
    phase,
    ladder: list(
      whole(1, 100, "Percent of the requests."),
      "Weights that the release goes through, the last 100.",
    ).default([...DEFAULT_LADDER]),
    header: header.optional(),
    cookie: filled(
      "Requests with this cookie, its value always, get the new version at any weight; never refuses it. Not set: none.",
    ).optional(),
    affinity: affinity.optional(),
  },
  "The canary: which share of the traffic the new version has.",
);

/** What a canary is declared from. */
export interface CanarySettings {
  readonly phase: string;
  readonly ladder: readonly number[];
  readonly by?: Selection | undefined;
  readonly affinity?: Affinity | undefined;
}

/** The field of a system's mapping. */
export const canary = given.transform(({ header: by, cookie, ...rest }, context): CanarySettings => {
  if (by !== undefined && cookie !== undefined) {
    const message = "expected no cookie beside header: one of the two chooses";
    context.addIssue({ code: "custom", message, path: ["cookie"] });
  }
  return { ...stepsOf(rest), by: selection(by, cookie) };
});

const stepsOf = ({
  phase: name,
  ladder,
  affinity: session,
}: Omit<z.output<typeof given>, "header" | "cookie">) => ({
  phase: name,
  ladder,
  affinity: session && { cookie: session.cookie, maxAgeSeconds: session.maxAge?.seconds },
});

function selection(
  by: z.output<typeof header> | undefined,
  cookie: string | undefined,
): Selection | undefined {
  if (by !== undefined) return { kind: "header", ...by };
  return cookie === undefined ? undefined : { kind: "cookie", name: cookie };
}
