import { expect, vi } from "vitest";

/** The result of a call; throws if the call is not settled after a minute of the fake clock. */
export async function resultOf<T>(call: Promise<T>): Promise<T> {
  let waiting = true;
  const stop = (): void => void (waiting = false);
  call.then(stop, stop);
  await vi.advanceTimersByTimeAsync(60_000);
  return waiting ? expect.unreachable("still waiting after a minute") : call;
}

/** The error of a call that rejects within a minute of the fake clock. */
export async function errorOf(call: Promise<unknown>): Promise<unknown> {
  return resultOf(call).then(
    () => expect.unreachable("resolved"),
    (error: unknown) => error,
  );
}
