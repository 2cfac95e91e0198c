import { TransportError } from "@dataqueues/core";

/** One promise of a plug-in, and the code that tests it: for any test runner, or none. */
export interface ConformanceCase {
  /** The promise, as a sentence. */
  readonly name: string;
  /** Resolves when the plug-in keeps the promise. Rejects with an `Error` that says what the plug-in did instead. */
  readonly run: () => Promise<void>;
}

/** A plug-in broke a promise of its contract. The message says for which input, and what it did instead. */
export class ConformanceError extends Error {
  override readonly name = "ConformanceError";
}

/** A case that fails when it takes longer than `timeoutMs`. */
export function caseOf(name: string, timeoutMs: number, run: () => Promise<void> | void): ConformanceCase {
  return { name, run: () => within(timeoutMs, `"${name}"`, async () => run()) };
}

/** Settles as `work` does, or rejects when `work` takes longer than `ms`, even if it blocks the thread meanwhile. */
export async function within<T>(ms: number, what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const error = new ConformanceError(`${what} took longer than ${ms} ms`);
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(error), ms);
  });
  try {
    const result = await Promise.race([work(), timeout]);
    if (performance.now() - started > ms) throw error;
    return result;
  } finally {
    clearTimeout(timer);
  }
}

/** Fails the case unless `kept`. */
export function check(kept: boolean, message: string, cause?: unknown): asserts kept {
  if (!kept) throw new ConformanceError(message, cause === undefined ? undefined : { cause });
}

/** Fails the case unless the error is a TransportError, with this code if one is given. */
export function checkError(what: string, error: unknown, code?: string): void {
  check(error instanceof TransportError, `${what}: ${String(error)} is no TransportError`, error);
  check(code === undefined || error.code === code, `${what}: the error is ${error.code}, not ${code}`, error);
}

/** What a request rejects with. Fails the case when it resolves or throws. */
export async function rejectionOf(what: string, request: () => Promise<unknown>): Promise<unknown> {
  let pending: Promise<unknown>;
  try {
    pending = request();
  } catch (error) {
    check(false, `${what} threw ${String(error)} instead of rejecting`, error);
  }
  return pending.then(
    () => check(false, `${what} resolved`),
    (error: unknown) => error,
  );
}
