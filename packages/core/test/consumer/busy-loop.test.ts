import { expect, test } from "vitest";

import { ScriptedLog } from "../scripted-log.ts";
import { consuming } from "./consuming.ts";

/** Computes without a pause, as numeric work does. */
function compute(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test.each(["messages", "batches"])("a loop that computes and awaits nothing lets timers run: %s", async (kind) => {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, ...Array.from({ length: 500 }, (_, index) => `${index}`));
  const { consumer } = consuming(log, { until: "end" });
  await consumer.connect();
  let timerRan = false;
  let seen = 0;
  let seenByThen = Infinity;
  for await (const _ of kind === "messages" ? consumer : consumer.batches({ maxMessages: 1 })) {
    if (seen === 100) setTimeout(() => (timerRan = true), 1);
    compute(2);
    seen += 1;
    if (timerRan && seenByThen === Infinity) seenByThen = seen;
  }
  await consumer.close();
  expect(seen).toBe(500);
  expect(seenByThen).toBeLessThan(400);
});
