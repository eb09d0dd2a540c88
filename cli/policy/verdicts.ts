/** Judges what was read: a verdict for each object and rule that has something to say of it. */
import { judge, messagesOf, objectName, type Judgement, type Verdict } from "../../policies/judgement";
import type { Level } from "../../policies/levels";
import type { Severity } from "../../policies/rule";
import type { Subject } from "../../policies/subject";
import { World } from "../../policies/world";
import type { Judging } from "./judging";
import type { ReadFile } from "./read";

/** What one rule says of one object of a file. */
export interface ObjectVerdict {
  readonly file: string;
  /** `Kind/namespace/name`, or `Kind/name` where the object names no namespace. */
  readonly object: string;
  readonly rule: string;
  readonly verdict: Verdict;
  /** Why, a line a violation; empty where the object passes. */
  readonly message: string;
  readonly severity: Severity;
  readonly level: Level;
  /** The field of the first violation. */
  readonly path?: string;
  /** Its container, where it has one. */
  readonly container?: string;
}

/** Verdicts in the order of files, objects and rules. */
export function verdictsOf(files: readonly ReadFile[], judging: Judging): ObjectVerdict[] {
  const worldOf = worlds(files);
  return files.flatMap((file) =>
    file.subjects.flatMap((subject) =>
      judgements(subject, worldOf(file), judging).map((judgement) =>
        verdictOf(file.file, judgement, judging.level(judgement)),
      ),
    ),
  );
}

function judgements(subject: Subject, world: World, { rules, parameters }: Judging): Judgement[] {
  return rules.flatMap((rule) => judge(rule, subject, { parameters: parameters(rule), world }) ?? []);
}

/**
 * The objects that a file's are judged with: those of every file, but for files that hold one of the same objects. Those are alternatives
 * (another stack's overlay, an older rendering), and are never applied together.
 */
function worlds(files: readonly ReadFile[]): (file: ReadFile) => World {
  const keys = files.map(({ subjects }) => new Set(subjects.map(objectKey)));
  const together = new World(files.flatMap(({ subjects }) => subjects));
  const alternatives =
    keys.reduce((sum, { size }) => sum + size, 0) > new Set(keys.flatMap((own) => [...own])).size;
  if (!alternatives) return () => together;
  return (file) => {
    const own = new Set(file.subjects.map(objectKey));
    const others = files.filter(
      (other, index) => other !== file && [...(keys[index] ?? [])].every((key) => !own.has(key)),
    );
    return new World([file, ...others].flatMap(({ subjects }) => subjects));
  };
}

const objectKey = (subject: Subject): string => `${subject.group}/${objectName(subject)}`;

function verdictOf(file: string, judgement: Judgement, level: Level): ObjectVerdict {
  const { rule, subject, verdict, violations } = judgement;
  const [first] = violations;
  return {
    file,
    object: objectName(subject),
    rule: rule.name,
    verdict,
    message: messagesOf(judgement).join("\n"),
    severity: rule.severity,
    level,
    ...(first === undefined ? {} : { path: first.path }),
    ...(first?.container === undefined ? {} : { container: first.container }),
  };
}
