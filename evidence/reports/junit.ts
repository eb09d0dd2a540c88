/** Tests as JUnit XML: what mocha, Jest, Vitest, pytest, Maven, Gradle and Playwright write of it. */
import { XMLParser } from "fast-xml-parser";
import * as z from "zod";
import type { Tests } from "../fact";
import { Disbelieved } from "./disbelieved";
import type { Format } from "./format";
import { count, counted, parsed } from "./shared";

const several = new Set(["testsuite", "testcase", "property"]);

/** Entities are left as they stand: none is in what is read here, and none can then swell. */
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  processEntities: false,
  parseTagValue: false,
  parseAttributeValue: false,
  isArray: (tag) => several.has(tag),
});

/** An element without attributes or children is read as a text. */
const element = <T>(shape: z.ZodType<T>): z.ZodType<T> =>
  z.preprocess((read) => (typeof read === "string" ? {} : read), shape);

const testCase = element(
  z.object({
    "@status": z.string().optional(),
    failure: z.unknown().optional(),
    error: z.unknown().optional(),
    skipped: z.unknown().optional(),
  }),
);
type TestCase = z.infer<typeof testCase>;

const property = element(z.object({ "@name": z.string().optional(), "@value": z.string().optional() }));

interface Suite {
  readonly "@name"?: string | undefined;
  readonly "@timestamp"?: string | undefined;
  readonly "@failures"?: string | undefined;
  readonly "@errors"?: string | undefined;
  readonly failure?: unknown;
  readonly error?: unknown;
  readonly properties?: { readonly property?: readonly z.infer<typeof property>[] | undefined } | undefined;
  readonly testcase?: readonly TestCase[] | undefined;
  readonly testsuite?: readonly Suite[] | undefined;
}

const suite: z.ZodType<Suite> = element(
  z.object({
    "@name": z.string().optional(),
    "@timestamp": z.string().optional(),
    "@failures": z.string().optional(),
    "@errors": z.string().optional(),
    failure: z.unknown().optional(),
    error: z.unknown().optional(),
    properties: element(z.object({ property: z.array(property).optional() })).optional(),
    testcase: z.array(testCase).optional(),
    testsuite: z.lazy(() => z.array(suite)).optional(),
  }),
);

const report = z.object({ testsuites: suite.optional(), testsuite: z.array(suite).optional() });

/** What writes a name of its own over the whole; `utc` where its times have no zone and are in UTC all the same. */
const WRITERS: readonly { readonly name: RegExp; readonly tool: string; readonly utc?: true }[] = [
  { name: /^mocha tests$/i, tool: "mocha", utc: true },
  { name: /^jest tests$/i, tool: "jest", utc: true },
  { name: /^vitest tests$/i, tool: "vitest" },
  { name: /^pytest( tests)?$/i, tool: "pytest" },
];

/**
 * JUnit XML. Cases are counted, at any depth of suites, and the suites' own totals are not: but where those tell of
 * failures and no case does, the report was cut and is not believed.
 */
export const junit: Format<"tests"> = {
  title: "JUnit XML",
  kind: "tests",
  recognise: ({ text }) => /^\s*</.test(text) && /<testsuites?[\s/>]/.test(text),
  read: ({ text }) => {
    const { testsuites, testsuite = [] } = parsed(report, treeOf(text), "JUnit XML");
    const roots = testsuites === undefined ? testsuite : [testsuites];
    const suites = roots.flatMap(withNested);
    const writer = WRITERS.find(({ name }) => suites.some((one) => name.test(one["@name"] ?? "")));
    return {
      finding: testsOf(suites),
      tool: writer?.tool ?? "JUnit XML",
      at: earliest(suites, writer?.utc),
      commit: commitOf(suites),
    };
  },
};

function treeOf(text: string): unknown {
  try {
    return parser.parse(text, true);
  } catch {
    throw new Disbelieved("is malformed JUnit XML, or cut short");
  }
}

const withNested = (one: Suite): readonly Suite[] => [one, ...(one.testsuite ?? []).flatMap(withNested)];

function testsOf(suites: readonly Suite[]): Tests {
  const cases = suites.flatMap(({ testcase = [] }) => testcase);
  // What breaks outside of every case, e.g. while a file is loaded, stands in the suite itself.
  const broken = count(suites, (one) => one.failure !== undefined || one.error !== undefined);
  const failed = count(cases, isFailed) + broken;
  const skipped = count(cases, isSkipped);
  const passed = cases.length + broken - failed - skipped;
  const claimed = Math.max(
    0,
    ...suites.map((one) => Number(one["@failures"] ?? 0) + Number(one["@errors"] ?? 0)),
  );
  if (cases.length === 0) throw new Disbelieved("has 0 tests; expected the cases of a run");
  if (failed === 0 && claimed > 0) {
    throw new Disbelieved(
      `tells of ${counted(claimed, "failure")} and has no case that failed; expected all its cases`,
    );
  }
  if (passed + failed === 0) {
    throw new Disbelieved(`has ${counted(skipped, "test")}, all of them skipped; expected tests that ran`);
  }
  return { kind: "tests", passed, failed, skipped };
}

const isFailed = ({ failure, error }: TestCase) => failure !== undefined || error !== undefined;

const NOT_RUN = new Set(["notrun", "skipped", "disabled", "ignored"]);

const isSkipped = (one: TestCase) =>
  !isFailed(one) && (one.skipped !== undefined || NOT_RUN.has(one["@status"]?.toLowerCase() ?? ""));

/** ISO 8601 with a zone, or what mocha's xunit writes: `Sat, 28 Nov 2026 22:01:55 GMT`. */
const INSTANT =
  /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)$|^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT$/;
const WITHOUT_ZONE = /^\d{4}-\d\d-\d\dT[\d:.]+$/;

/** When the first suite began; a time without a zone is no instant. */
function earliest(suites: readonly Suite[], utc: true | undefined): string | undefined {
  const times = suites.flatMap((one) => one["@timestamp"] ?? []);
  const zoned = times.map((time) => (utc && WITHOUT_ZONE.test(time) ? `${time}Z` : time));
  return zoned.filter((time) => INSTANT.test(time)).sort(byTime)[0];
}

const byTime = (a: string, b: string) => Date.parse(a) - Date.parse(b);

const COMMIT_NAMES = new Set(["commit", "git.commit", "git_commit", "revision", "vcs.revision"]);

/** What a property says of the commit, as reporters let a project add. */
function commitOf(suites: readonly Suite[]): string | undefined {
  const properties = suites.flatMap((one) => one.properties?.property ?? []);
  return properties.find((one) => COMMIT_NAMES.has(one["@name"]?.toLowerCase() ?? ""))?.["@value"];
}
