import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { expect, test } from "vitest";

import { onceAndCommitted, takeTurns } from "./taking-turns.ts";

const own = { groupProtocol: "classic" } as const;

describeKafka("a classic group with cooperative-sticky", (bootstrapServers) => {
  test("is shared with Java's client", async () => {
    const theirs = {
      "partition.assignment.strategy": "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
      "heartbeat.interval.ms": 1_000,
    };
    expect(await takeTurns({ bootstrapServers, client: "java", own, theirs })).toEqual(onceAndCommitted);
  });

  test("is shared with librdkafka", async () => {
    const theirs = { "partition.assignment.strategy": "cooperative-sticky", "heartbeat.interval.ms": 1_000 };
    expect(await takeTurns({ bootstrapServers, client: "librdkafka", own, theirs })).toEqual(onceAndCommitted);
  });

  // Java then takes part eagerly, and ours does not.
  test("is shared with Java's client with its defaults, which offers range as well", async () => {
    expect(await takeTurns({ bootstrapServers, client: "java", own })).toEqual(onceAndCommitted);
  });
});
