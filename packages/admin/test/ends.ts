import { expect, vi } from "vitest";

/** What a call gives or rejects with; it fails if the call still waits after a minute of the fake clock. */
export async function ends<T>(call: Promise<T>): Promise<T> {
  let waiting = true;
  const stop = (): void => void (waiting = false);
  call.then(stop, stop);
  await vi.advanceTimersByTimeAsync(60_000);
  return waiting ? expect.unreachable("still waiting after a minute") : call;
}

/** The error that a call rejects with, likewise. */
export async function errorOf(call: Promise<unknown>): Promise<unknown> {
  return ends(call).then(
    () => expect.unreachable("resolved"),
    (error: unknown) => error,
  );
}
