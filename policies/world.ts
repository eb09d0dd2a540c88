/** The objects that are judged together: what a rule asks of others beside the object at hand. */
import type { Subject } from "./subject";

export class World {
  private readonly byKind = new Map<string, Subject[]>();

  constructor(readonly subjects: readonly Subject[]) {
    for (const subject of subjects) {
      const key = `${subject.group}/${subject.kind}`;
      this.byKind.set(key, [...(this.byKind.get(key) ?? []), subject]);
    }
  }

  /** The objects of a kind, whatever their namespace. */
  ofKind(group: string, kind: string): readonly Subject[] {
    return this.byKind.get(`${group}/${kind}`) ?? [];
  }
}
