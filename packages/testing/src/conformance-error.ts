/** A plug-in broke a promise of its contract. The message says which, for which input, and what it did instead. */
export class ConformanceError extends Error {
  override readonly name = "ConformanceError";
}

/** Refuses a plug-in unless `kept`. */
export function check(kept: boolean, message: string, cause?: unknown): asserts kept {
  if (!kept) throw new ConformanceError(message, cause === undefined ? undefined : { cause });
}
