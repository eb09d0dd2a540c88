/** Thrown by the reader of a format; `readReport` makes a `Disbelief` of it. */

/** Why a report is not believed: the end of a sentence that begins with its file. */
export class Disbelieved extends Error {
  override readonly name = "Disbelieved";
}
