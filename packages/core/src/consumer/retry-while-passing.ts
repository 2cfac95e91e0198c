import { TransportError } from "../contract/errors.ts";
import type { RetriedRequest } from "../contract/events.ts";
import type { NetworkClient } from "../shared/network-client.ts";
import { backoff, retryPolicy } from "../shared/retry-policy.ts";
import { delay } from "../shared/wait.ts";

/** The longest that one request, and a connection, may take; milliseconds. */
interface RetryLimits {
  readonly requestTimeoutMs: number;
  readonly connectTimeoutMs: number;
}

/**
 * Tries again over errors that pass by themselves, for as long as one request, or a connection, may take. An attempt is told
 * how many failed before it.
 */
export async function retryWhilePassing<T>(
  client: NetworkClient<"read">,
  { requestTimeoutMs, connectTimeoutMs }: RetryLimits,
  request: RetriedRequest,
  attempt: (failures: number) => Promise<T>,
): Promise<T> {
  const since = performance.now();
  for (let failures = 0; ; failures += 1) {
    try {
      return await attempt(failures);
    } catch (error) {
      const passes = error instanceof TransportError && error.retriable && client.reached;
      const isSilence = passes && (error.code === "NETWORK_EXCEPTION" || error.code === "REQUEST_TIMED_OUT");
      const limitMs = isSilence ? Math.min(connectTimeoutMs, requestTimeoutMs) : requestTimeoutMs;
      if (!passes || performance.now() - since >= limitMs) throw error;
      client.onEvent({ type: "retry", request, attempt: failures, reason: error });
    }
    await delay(backoff(failures, retryPolicy.request), client.signal);
  }
}
