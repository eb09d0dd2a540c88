import { countOf } from "./scale";
import type { Field } from "./field";
import { undecidable, type Violation } from "./violation";

/** What Kubernetes gives a pod to end where it does not say, in seconds. */
const defaultGrace = 30;

/** A pod has at least `min` seconds to end, and more than each preStop hook of its containers sleeps. */
export function checkShutdown(pod: Field, min: number): Violation[] {
  const grace = pod.at("terminationGracePeriodSeconds");
  const seconds = countOf(grace, defaultGrace);
  if (seconds === undefined) return [undecidable(grace)];
  if (!(seconds >= min))
    return [
      tooShort(grace, grace.shown(), `at least ${min} seconds`, "give the pod time to finish what it serves"),
    ];
  return containersOf(pod).flatMap((container) => checkHook(container, grace, seconds));
}

/** Containers that end with the pod: sidecars among the init containers too. */
function containersOf(pod: Field): Field[] {
  const sidecars = pod
    .at("initContainers")
    .items()
    .filter((each) => each.at("restartPolicy").text() === "Always");
  return [...pod.at("containers").items(), ...sidecars];
}

function checkHook(container: Field, grace: Field, seconds: number): Violation[] {
  const hook = container.at("lifecycle", "preStop");
  if (hook.unknown) return [undecidable(hook, container.at("name").text())];
  const sleeps = sleepOf(hook);
  if (sleeps < seconds) return [];
  const found = `${seconds} seconds${grace.absent ? " by default" : ""}, and the preStop hook of container "${container.at("name").text() ?? "?"}" sleeps ${sleeps}`;
  return [
    tooShort(
      grace,
      found,
      `more than ${sleeps} seconds`,
      "raise it above the hook's sleep, with the time that the process itself takes to end",
    ),
  ];
}

/** How long a hook sleeps, in seconds: by its own action, or by what its command says; 0 where it says nothing of it. */
function sleepOf(hook: Field): number {
  const command = hook
    .at("exec", "command")
    .items()
    .map((word) => word.text() ?? "")
    .join(" ");
  const written = [...command.matchAll(/\bsleep\s+(\d+)/g)].map((match) => Number(match[1]));
  return Math.max(0, countOf(hook.at("sleep", "seconds"), 0) ?? 0, ...written);
}

function tooShort(grace: Field, found: string, allowed: string, mend: string): Violation {
  return { path: grace.path, found, allowed, mend };
}
