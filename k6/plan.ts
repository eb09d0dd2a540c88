/** What a k6 run does, as data: `runner.js` reads it as JSON. Pure. */

/** A value as JSON has it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * A text with placeholders: `{name}` is a variable that an earlier step saved, `{env.NAME}` one of the environment,
 * `{unique}` is the same in all steps of one iteration and in no other, `{copy}` counts the copies of a race from 1.
 */
export type Template = string;

/** Path into a JSON body, as gjson has it, e.g. `data.0.id`. https://github.com/tidwall/gjson/blob/master/SYNTAX.md */
export type JsonPath = string;

/** What a value must be: a scalar, or merely there. A text may hold placeholders. */
export type Expected = Template | number | boolean | { readonly present: true };

/** What a response must be. */
export interface Expectation {
  /** The status, or each of those that will do. */
  readonly status: number | readonly number[];
  /** Values of the JSON body. @default - the body need not be JSON */
  readonly json?: Readonly<Record<JsonPath, Expected>>;
  /** Response headers, whatever the case of their names: `{ present: true }`, or a text that the value holds. @default - any */
  readonly headers?: Readonly<Record<string, Template | { readonly present: true }>>;
  /** A text that the body holds. @default - any body */
  readonly contains?: Template;
  /** A text that the body must not hold. @default - any body */
  readonly lacks?: Template;
}

/** An HTTP request. */
export interface Request {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS";
  /** Path below the plan's `baseUrl`, or a whole URL. Its variables are percent-encoded. */
  readonly path: Template;
  /** @default - `content-type: application/json` where the body is no text */
  readonly headers?: Readonly<Record<string, Template>>;
  /** A text as it is; anything else as JSON. A text that is one placeholder takes the variable's own type. @default - none */
  readonly body?: Json;
}

/** One request and what it must give. Redirects are not followed and no cookie is kept. */
export interface RequestStep extends Request {
  /** What the step shows, in the words of its document; also its `name` tag in k6's metrics. Unique in the plan. */
  readonly name: string;
  readonly expect: Expectation;
  /** Milliseconds in which the response must have come. @default - 30 seconds, after which k6 gives up */
  readonly within?: number;
  /** Seconds for which it is tried again, once a second, until it passes; not in the steps of a load. @default 0 */
  readonly patience?: number;
  /** Variables for later steps, each by its path in the JSON body; one that is not there fails the step. @default - none */
  readonly save?: Readonly<Record<string, JsonPath>>;
}

/** The same request several times at once: exactly one may win. */
export interface RaceStep {
  readonly name: string;
  readonly race: {
    /** Requests at once, 2 to 100. */
    readonly copies: number;
    readonly request: Request;
  };
  readonly expect: {
    /** Status of the one that wins. */
    readonly exactlyOne: number;
    /** Statuses that the others may have. */
    readonly rest: readonly number[];
  };
}

/** The same request several times at once: at least one must be turned away, or told the limit in a header. */
export interface FloodStep {
  readonly name: string;
  readonly flood: {
    /** Requests at once, 2 to 100. */
    readonly copies: number;
    readonly request: Request;
  };
  readonly expect: {
    /** Statuses, one of which some answer has, e.g. 429. */
    readonly some: readonly number[];
    /** Headers, one of which in an answer will do instead, e.g. `ratelimit-limit`. @default - none */
    readonly orHeader?: readonly string[];
  };
}

export type Step = RequestStep | RaceStep | FloodStep;

/** Limits of a load test; each is one line of the result. What has no sample fails. */
export interface Thresholds {
  /** Percent of the steps done that did not give what they expect: less than this. */
  readonly failedPercent?: number;
  /** Duration of a request, 95th percentile, in milliseconds: less than this. */
  readonly p95Ms?: number;
  /** Duration of a request, mean, in milliseconds: less than this. */
  readonly averageMs?: number;
  /** Requests a second over the plan's duration: more than this. */
  readonly requestsPerSecond?: number;
  /** Connections opened: at least this many. @default 1, where the plan has a WebSocket */
  readonly websocketConnections?: number;
  /** Connections that failed, and messages that no answer came to: at most this many. @default - shown, not judged */
  readonly websocketErrors?: number;
  /** From a message to its answer, 95th percentile, in milliseconds: less than this. */
  readonly websocketP95Ms?: number;
}

/** Connections that stay open for the whole run and send a message now and then. */
export interface WebSocketLoad {
  /** Path below `baseUrl`, whose `http` becomes `ws`, or a whole `ws:` or `wss:` URL. */
  readonly path: Template;
  readonly headers?: Readonly<Record<string, Template>>;
  /** Connections at once. @default - as many as the plan has users */
  readonly connections?: number;
  /** What is sent. Where it holds `{id}`, the answer is the message that holds the same id, else the next message. */
  readonly message: Template;
  /** Milliseconds from one message to the next. @default 1000 */
  readonly everyMs?: number;
}

/** One user, each step once, in order: the first that fails ends the run. */
export interface SmokePlan {
  readonly kind: "smoke";
  /** Headline of the result. @default "SMOKE TEST RESULTS" */
  readonly title?: string;
  /** Scheme, host and port, e.g. `https://shop.example.com`. */
  readonly baseUrl: Template;
  readonly steps: readonly Step[];
}

/** Users that repeat the steps, all at once, for the whole time. A user whose step fails begins anew. */
export interface LoadPlan {
  readonly kind: "load";
  /** Headline of the result. @default "LOAD TEST RESULTS" */
  readonly title?: string;
  readonly baseUrl: Template;
  /** Users at once. */
  readonly users: number;
  readonly durationSeconds: number;
  /** Seconds over which the users come in, within the duration. @default 0 */
  readonly rampUpSeconds?: number;
  /** Steps done once, before the load, whose variables every user has; a failure ends the run. @default - none */
  readonly before?: readonly Step[];
  readonly steps: readonly Step[];
  readonly thresholds: Thresholds;
  /** @default - HTTP alone */
  readonly websocket?: WebSocketLoad;
}

export type K6Plan = SmokePlan | LoadPlan;
