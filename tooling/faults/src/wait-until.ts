import { setTimeout as wait } from "node:timers/promises";

/**
 * Resolves once the condition holds; checks every 50 ms.
 *
 * @param what - what is waited for, for the error
 * @throws Error when it does not hold within the time
 */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  withinMs: number,
  what = "it",
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`${what} did not happen within ${withinMs} ms`);
    await wait(50);
  }
}
