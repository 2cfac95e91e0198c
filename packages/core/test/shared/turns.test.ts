import { expect, test } from "vitest";

import { Turns } from "../../src/shared/turns.ts";

test("work begins when all that was asked for before has settled, also by rejecting", async () => {
  const turns = new Turns();
  const order: string[] = [];
  let finish: () => void = () => undefined;
  const first = turns.take(async () => {
    order.push("first begins");
    await new Promise<void>((resolve) => (finish = resolve));
    order.push("first fails");
    throw new Error("first");
  });
  const second = turns.take(() => {
    order.push("second");
    return 2;
  });
  const settled = turns.settled().then(() => order.push("settled"));
  await Promise.resolve();
  expect(order).toEqual(["first begins"]);
  finish();
  await expect(first).rejects.toThrow("first");
  expect(await second).toBe(2);
  await settled;
  expect(order).toEqual(["first begins", "first fails", "second", "settled"]);
});
