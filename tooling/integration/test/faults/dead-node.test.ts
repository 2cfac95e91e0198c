import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import { DataQueueConsumer, TransportError } from "@dataqueues/core";
import type { Transport } from "@dataqueues/core";
import { memory } from "@dataqueues/transport-memory";
import { expect, test } from "vitest";

test("a node that cannot be reached is tried a few times a second, however fast the others respond", async () => {
  const log = memory();
  const admin = await log.open("admin");
  await admin.createTopics([{ topic: "a", partitions: 1 }]);
  let fetches = 0;
  const dead: Transport = {
    name: "dead",
    capabilities: log.capabilities,
    open: async (role, options) => {
      const connection = await log.open(role, options);
      return Object.assign(connection, {
        fetch: async () => {
          fetches += 1;
          // Takes a turn of the event loop, as a socket does, so that even a loop without pauses lets timers run.
          await turn();
          throw new TransportError("refused", { code: "NETWORK_EXCEPTION", retriable: true });
        },
      });
    },
  };
  await using consumer = new DataQueueConsumer(dead, { topics: ["a"] });
  await consumer.connect();
  await wait(1_000);
  // After 0, 50, 150, 350 and 750 ms.
  expect(fetches).toBeGreaterThan(1);
  expect(fetches).toBeLessThan(10);
});
