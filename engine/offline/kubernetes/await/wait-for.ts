// The annotation pulumi.com/waitFor: conditions that a program names itself.
// Facts: pulumi-kubernetes provider/pkg/metadata/overrides.go ReadyCondition; kubectl wait --for.
import { z } from "zod";
import { isList, isValues, type Value } from "../../values";
import { annotationOf, textAt, type KubernetesObject } from "../object";
import { condition, READY, type Check, type Readiness } from "./check";

const WAIT_FOR = "pulumi.com/waitFor";

/** The check that the annotation asks for; undefined without the annotation. Throws for what cannot be understood. */
export function waitForCheck(object: KubernetesObject): Check | undefined {
  const expression = annotationOf(object, WAIT_FOR);
  if (expression === "") return undefined;
  const checks = expressions(expression).map(parse);
  return (live) => checks.map((check) => check(live)).find((answer) => !answer.ready) ?? READY;
}

function expressions(text: string): string[] {
  return text.startsWith("[") ? z.array(z.string()).min(1).parse(JSON.parse(text)) : [text];
}

function parse(expression: string): (live: KubernetesObject) => Readiness {
  const jsonPath = /^jsonpath=\{\.?([^}]+)\}(?:=(.*))?$/.exec(expression);
  if (jsonPath !== null) return pathCheck(expression, jsonPath[1] ?? "", jsonPath[2]);
  const named = /^condition=([^=]+)(?:=(.*))?$/.exec(expression);
  if (named !== null) return conditionCheck(expression, named[1] ?? "", named[2] ?? "True");
  throw new Error(
    `expected a "jsonpath=" or "condition=" prefix in the annotation ${WAIT_FOR}, got "${expression}"`,
  );
}

function pathCheck(expression: string, path: string, wanted: string | undefined) {
  const keys = path.split(/[.[\]]+/).filter((key) => key !== "");
  return (live: KubernetesObject): Readiness => {
    const found = keys.reduce<Value | undefined>(step, live);
    const ready = wanted === undefined ? found !== undefined && found !== null : isText(found, wanted);
    return ready ? READY : waiting(expression);
  };
}

const isText = (value: Value | undefined, wanted: string): boolean =>
  (typeof value === "object" ? JSON.stringify(value) : String(value)) === wanted.replaceAll('"', "");

function step(value: Value | undefined, key: string): Value | undefined {
  if (isList(value)) return value[Number(key)];
  return isValues(value) ? value[key] : undefined;
}

function conditionCheck(expression: string, type: string, wanted: string) {
  return (live: KubernetesObject): Readiness =>
    textAt(condition(live, type), "status").toLowerCase() === wanted.toLowerCase()
      ? READY
      : waiting(expression);
}

const waiting = (expression: string): Readiness => ({
  ready: false,
  reasons: [`condition not met: ${expression}`],
  progress: `Waiting for ${expression}`,
});
