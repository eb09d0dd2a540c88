/** Judges what was read: a verdict for each object and rule that has something to say of it. */
import { judge, messagesOf, objectName, type Judgement, type Verdict } from "../../policies/judgement";
import type { Level } from "../../policies/levels";
import type { Rule, Severity } from "../../policies/rule";
import type { Subject } from "../../policies/subject";
import { World } from "../../policies/world";
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

/** How the rules are to judge. */
export interface Judging {
  readonly rules: readonly Rule[];
  readonly level: (rule: Rule) => Level;
  readonly parameters: (rule: Rule) => unknown;
}

/** Verdicts in the order of files, objects and rules. Rules at level `disabled` are left out. */
export function verdictsOf(
  files: readonly ReadFile[],
  { rules, level, parameters }: Judging,
): ObjectVerdict[] {
  const active = rules.filter((rule) => level(rule) !== "disabled");
  return files.flatMap((file) => {
    const world = new World(together(file, files));
    return file.subjects.flatMap((subject) =>
      active.flatMap((rule) => {
        const judgement = judge(rule, subject, { parameters: parameters(rule), world });
        return judgement === undefined ? [] : [verdictOf(file.file, judgement, level(rule))];
      }),
    );
  });
}

/**
 * The objects that a file's are judged with: those of every file, but for files that hold one of the same objects. Those are alternatives
 * (another stack's overlay, an older rendering), and are never applied together.
 */
function together(file: ReadFile, files: readonly ReadFile[]): Subject[] {
  const own = new Set(file.subjects.map(objectKey));
  const others = files.filter(
    (other) => other !== file && !other.subjects.some((subject) => own.has(objectKey(subject))),
  );
  return [file, ...others].flatMap(({ subjects }) => subjects);
}

const objectKey = (subject: Subject) => `${subject.group}/${objectName(subject)}`;

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
