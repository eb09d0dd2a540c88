/** Changes to a record's file that leave its comments where they are. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isNode, isSeq, parseDocument, type Document } from "yaml";
import { parseRecord, type ReleaseRecord } from "../../evidence/record";
import { RECORD_FILE, fileProblem, recordFileName } from "../../evidence/records";

type Steps = readonly (string | number)[];

/** A record's file, about to be changed. */
export class RecordFile {
  /** As it stands. */
  readonly record: ReleaseRecord;
  readonly #folder: string;
  readonly #document: Document;

  /**
   * `made`: a file that is about to be written, and so may be missing.
   *
   * @throws {SettingsError} with every mistake of the file.
   */
  constructor(folder: string, made?: string) {
    this.#folder = folder;
    const text = readFileSync(path.join(folder, RECORD_FILE), "utf8");
    this.record = this.#parse(text, made);
    this.#document = parseDocument(text);
  }

  /** Puts an entry at the end of the list at `steps`, in place of the one that `replaces` chooses. */
  put(steps: Steps, entry: Readonly<Record<string, string>>, replaces: (entry: unknown) => boolean): void {
    const node = this.#document.createNode(entry, { flow: true });
    const list = this.#document.getIn(steps);
    if (!isSeq(list)) {
      this.#document.setIn(steps, this.#document.createNode([node]));
      return;
    }
    const index = list.items.findIndex((item) => replaces(this.#plain(item)));
    list.flow = false;
    if (index === -1) list.add(node);
    else list.set(index, node);
  }

  /** Sets a value. */
  set(steps: Steps, value: string): void {
    this.#document.setIn(steps, value);
  }

  /**
   * Writes the file.
   *
   * @throws {SettingsError} where the change would be a mistake; nothing is written then.
   */
  write(): void {
    const text = this.#document.toString({ lineWidth: 0, flowCollectionPadding: true });
    this.#parse(text);
    writeFileSync(path.join(this.#folder, RECORD_FILE), text);
  }

  #parse(text: string, made?: string): ReleaseRecord {
    return parseRecord({
      file: recordFileName(this.#folder),
      text,
      place: { system: path.basename(path.dirname(this.#folder)), version: path.basename(this.#folder) },
      fileProblem: (file) => (file === made ? undefined : fileProblem(this.#folder, file)),
    });
  }

  #plain(node: unknown): unknown {
    return isNode(node) ? node.toJS(this.#document) : node;
  }
}
