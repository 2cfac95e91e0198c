import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { DataQueueConsumer } from "dataqueues";
import type { DataQueueEvent } from "dataqueues";
import { expect, test } from "vitest";

import { SharedTopic } from "./shared-topic.ts";

describeKafka("a loop that computes and waits for nothing", (bootstrapServers) => {
  test.for(["messages", "batches"] as const)(
    "leaves time for heartbeats: its member stays in the group (%s)",
    async (form) => {
      await using topic = await SharedTopic.create(bootstrapServers);
      const count = 1_200;
      await topic.send(count);
      const { group } = topic.common;
      const events: DataQueueEvent[] = [];
      await using consumer = new DataQueueConsumer([...bootstrapServers], {
        topics: group,
        group,
        groupProtocol: "classic",
        sessionTimeoutMs: 2_000,
        heartbeatIntervalMs: 250,
        onEvent: (event) => void events.push(event),
      });
      const compute = (): void => {
        for (const end = performance.now() + 5; performance.now() < end;);
      };
      let handled = 0;
      if (form === "messages") {
        for await (const _ of consumer) {
          compute();
          handled += 1;
          if (handled === count) break;
        }
      } else {
        for await (const messages of consumer.batches({ maxMessages: 10 })) {
          for (const _ of messages) compute();
          handled += messages.length;
          if (handled === count) break;
        }
      }
      // Six seconds of work, three sessions long.
      await consumer.close();
      expect(events.filter(({ type }) => type === "lost" || type === "fenced" || type === "disconnected")).toEqual([]);
    },
  );
});
