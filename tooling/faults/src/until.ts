import { setTimeout as wait } from "node:timers/promises";

/** Resolves once the condition holds; rejects when it does not within the time. */
export async function until(condition: () => boolean | Promise<boolean>, withinMs: number, what = "it"): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`${what} did not happen within ${withinMs} ms`);
    await wait(50);
  }
}
