import { startKafka } from "@dataqueues/tooling-kafka";
import type { Kafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { afterAll, beforeAll, expect, test } from "vitest";

import { onceAndCommitted, takeTurns } from "./taking-turns.ts";

describeKafka("a group of KIP-848", () => {
  let kafka: Kafka;
  beforeAll(async () => {
    kafka = await startKafka({ properties: { "group.consumer.heartbeat.interval.ms": "1000" } });
  });
  afterAll(() => kafka.stop());

  const theirs = { "group.protocol": "consumer" };

  test("is shared with Java's client", async () => {
    expect(await takeTurns({ bootstrapServers: kafka.bootstrapServers, client: "java", own: {}, theirs })).toEqual(
      onceAndCommitted,
    );
  });

  test("is shared with librdkafka", async () => {
    expect(
      await takeTurns({ bootstrapServers: kafka.bootstrapServers, client: "librdkafka", own: {}, theirs }),
    ).toEqual(onceAndCommitted);
  });
});
