import { TransportError } from "@dataqueues/core";
import type { NetworkClient, TransportErrorCode } from "@dataqueues/core";

/** How long one call may try; times in milliseconds. */
export interface RetryLimits {
  /** When the call began, on the process's own clock. All its steps share the time that it has. */
  readonly startedAt: number;
  /** The longest that all attempts may take together. */
  readonly timeoutMs: number;
  /** The longest that no broker may be reached. */
  readonly connectTimeoutMs: number;
}

/** The pause after the first attempt, which doubles with each, and the longest. */
const firstPauseMs = 10;
const longestPauseMs = 500;

/** Errors that say that no broker was reached. */
export const unreachable: ReadonlySet<TransportErrorCode> = new Set(["NETWORK_EXCEPTION", "REQUEST_TIMED_OUT"]);

/**
 * Repeats an attempt until it gives a value. Retriable errors are retried once the log was ever reached; all others reject.
 *
 * @param what - what is done, for the error when time is over
 * @param attempt - gives undefined to be repeated
 */
export async function retry<T>(
  client: NetworkClient<"admin">,
  { startedAt, timeoutMs, connectTimeoutMs }: RetryLimits,
  what: string,
  attempt: () => Promise<T | undefined>,
): Promise<T> {
  /** When the first of the failures in a row began that say that no broker was reached. */
  let unreachableSince: number | undefined;
  let lastError: TransportError | undefined;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    const attemptedAt = performance.now();
    try {
      const value = await attempt();
      if (value !== undefined) return value;
      unreachableSince = undefined;
    } catch (error) {
      if (!client.reached || !(error instanceof TransportError && error.retriable)) throw error;
      lastError = error;
      unreachableSince = unreachable.has(error.code) ? (unreachableSince ?? attemptedAt) : undefined;
    }
    const nextAt = performance.now() + pauseMs;
    if (nextAt >= startedAt + timeoutMs) throw timeoutError(what, "REQUEST_TIMED_OUT", timeoutMs, lastError);
    if (unreachableSince !== undefined && nextAt >= unreachableSince + connectTimeoutMs) {
      throw timeoutError(what, "NETWORK_EXCEPTION", connectTimeoutMs, lastError);
    }
    await client.pause(pauseMs);
  }
}

function timeoutError(what: string, code: TransportErrorCode, ms: number, cause?: TransportError): TransportError {
  const reason = cause === undefined ? "" : `: ${cause.message}`;
  return new TransportError(`${what}: not settled within ${ms} ms${reason}`, { code, retriable: true, cause });
}
