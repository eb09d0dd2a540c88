// Why an object is not ready, in the words of Pulumi's plugin. Facts: provider/pkg/await/error.go.
import type { Values } from "../../values";
import { nameOf } from "../object";

/** An object that is there and not ready. */
export class NotReadyError extends Error {
  constructor(
    message: string,
    /** The object as it was last seen. */
    readonly object: Values,
    /** What is wrong with it. */
    readonly reasons: readonly string[],
  ) {
    super(message);
  }
}

export const timedOut = (object: Values, reasons: readonly string[]): NotReadyError =>
  new NotReadyError(`'${nameOf(object)}' timed out waiting to be Ready`, object, reasons);

export const failedToInitialize = (object: Values, reasons: readonly string[]): NotReadyError =>
  new NotReadyError(`Resource '${nameOf(object)}' was created but failed to initialize`, object, reasons);

export const cancelled = (object: Values, reasons: readonly string[]): NotReadyError =>
  new NotReadyError(`Resource operation was cancelled for "${nameOf(object)}"`, object, reasons);
