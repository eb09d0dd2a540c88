import { judgeContainers, nameOf } from "./containers";
import type { Field } from "./field";
import { refused, undecidable, type Violation } from "./violation";

const handlers = ["httpGet", "tcpSocket", "exec", "grpc"] as const;

/**
 * Every container of a long-running pod has these probes, each with a handler. Init containers, sidecars among them, and ephemeral
 * containers need none: Kubernetes refuses probes on most of them.
 */
export function checkProbes(pod: Field, probes: readonly string[]): Violation[] {
  return judgeContainers(pod, ["containers"], (container, name) =>
    probes.flatMap((probe) => checkProbe(container.at(probe), name)),
  );
}

function checkProbe(probe: Field, container: string): Violation[] {
  if (handlers.some((handler) => !probe.at(handler).absent) && !probe.unknown) return [];
  return [
    refused(
      probe,
      {
        ...(probe.absent ? {} : { found: "without a handler" }),
        allowed: `a probe with one of ${handlers.join(", ")}`,
        mend: "give the container this probe, e.g. httpGet of its health path",
      },
      container,
    ),
  ];
}

/** No container's liveness probe is its readiness probe too, however each is written. */
export function checkProbesDiffer(pod: Field): Violation[] {
  return judgeContainers(pod, ["containers"], (container) => {
    const [liveness, readiness] = [container.at("livenessProbe"), container.at("readinessProbe")];
    if (liveness.absent || readiness.absent) return [];
    if (differ(timingOf(liveness), timingOf(readiness))) return [];
    const [one, other] = [written(liveness, container), written(readiness, container)];
    const unread = [one, other].find((each) => typeof each !== "string");
    if (unread !== undefined && typeof unread !== "string") return [undecidable(unread, nameOf(container))];
    if (one !== other) return [];
    return [
      refused(
        liveness,
        {
          found: "the same as readinessProbe",
          allowed: "a probe of its own: one that is not ready is not restarted for that",
          mend: "let liveness ask less, or wait longer (failureThreshold)",
        },
        nameOf(container),
      ),
    ];
  });
}

/** What Kubernetes sets where a probe says nothing. */
const defaults: Readonly<Record<string, string>> = {
  initialDelaySeconds: "0",
  timeoutSeconds: "1",
  periodSeconds: "10",
  successThreshold: "1",
  failureThreshold: "3",
};
const handlerDefaults: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  httpGet: { path: "/", scheme: "HTTP" },
  grpc: { service: "" },
};

/** A probe with its defaults and its port by number, as one text; the field that is not known, where there is one. */
function written(probe: Field, container: Field): string | Field {
  const unread = unknownIn(probe);
  if (unread !== undefined) return unread;
  const asked = handlers.map((handler) => {
    const fields = probe.at(handler);
    if (fields.absent) return "";
    const all = { ...handlerDefaults[handler], ...flat(fields) };
    const { port } = all;
    return text({ ...all, ...(port === undefined ? {} : { port: portNumber(port, container) }) });
  });
  return [...asked, text(timingOf(probe))].join("\n");
}

/** When a probe asks, and how often in vain, with its defaults; what is not known is left out. */
function timingOf(probe: Field): Record<string, string> {
  const written = probe
    .keys()
    .filter((key) => !handlers.some((handler) => handler === key))
    .map((key): [string, string | undefined] => [key, probe.at(key).text() ?? defaults[key]]);
  const unknown = probe.keys().filter((key) => probe.at(key).unknown);
  return Object.fromEntries(
    [...Object.entries(defaults), ...written].flatMap(([key, value]) =>
      value === undefined || unknown.includes(key) ? [] : [[key, value]],
    ),
  );
}

/** Whether two probes differ in something that is known of both. */
const differ = (one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean =>
  Object.entries(one).some(([key, value]) => key in other && other[key] !== value);

const text = (fields: Readonly<Record<string, string>>): string =>
  Object.keys(fields)
    .sort()
    .map((key) => `${key}=${String(fields[key])}`)
    .join("\n");

/** Every scalar below a field, by its path from there. */
function flat(field: Field, path = ""): Record<string, string> {
  const below = [
    ...field.keys().map((key): [string, Field] => [key, field.at(key)]),
    ...field.items().map((item, index): [string, Field] => [String(index), item]),
  ];
  const entries = below.flatMap(([key, child]) =>
    Object.entries(flat(child, path === "" ? key : `${path}.${key}`)),
  );
  const own = field.text();
  return Object.fromEntries(own === undefined ? entries : [[path, own]]);
}

function unknownIn(field: Field): Field | undefined {
  if (field.unknown) return field;
  return [...field.keys().map((key) => field.at(key)), ...field.items()]
    .map(unknownIn)
    .find((found) => found !== undefined);
}

/** The number of a port that a container names. */
function portNumber(port: string, container: Field): string {
  const named = container
    .at("ports")
    .items()
    .find((each) => each.at("name").text() === port);
  return named?.at("containerPort").text() ?? port;
}
