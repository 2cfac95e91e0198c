import { DataQueueConsumer, DataQueueProducer } from "@dataqueues/core";
import type { Transport } from "@dataqueues/core";
import { memory } from "@dataqueues/transport-memory";
import { expect, test } from "vitest";

import { take } from "../flows/flows.ts";

test("a send that was given up while a connection opened is not made later, from memory that has other bytes by then", async () => {
  const log = memory();
  const gate: { opening?: Promise<void> } = {};
  const slow: Transport = {
    name: "slow",
    capabilities: log.capabilities,
    open: async (...request) => {
      await gate.opening;
      return log.open(...request);
    },
  };
  await using producer = new DataQueueProducer(slow, { topic: "a", deliveryTimeoutMs: 300 });
  await producer.send(Uint8Array.of(1));
  let open = (): void => {};
  gate.opening = new Promise((resolve) => (open = resolve));
  log.faults.disconnect();
  const buffer = Uint8Array.of(2);
  await expect(producer.send(buffer)).rejects.toMatchObject({ topic: "a" });
  buffer.fill(0xff);
  open();
  expect(await producer.send(Uint8Array.of(3))).toMatchObject({ offset: 1n });
  await using consumer = new DataQueueConsumer(log, { topics: ["a"] });
  expect((await take(consumer, 2)).map(({ value }) => value?.[0])).toEqual([1, 3]);
});
