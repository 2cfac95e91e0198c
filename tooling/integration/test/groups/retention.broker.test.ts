import { setTimeout as wait } from "node:timers/promises";
import { startKafka } from "@dataqueues/tooling-kafka";
import type { Kafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { afterAll, beforeAll, expect, test } from "vitest";

import { OwnMember } from "./own-member.ts";
import { once, SharedTopic } from "./shared-topic.ts";

describeKafka("a broker that keeps offsets for a minute", () => {
  let kafka: Kafka;
  beforeAll(async () => {
    kafka = await startKafka({
      properties: {
        "offsets.retention.minutes": "1",
        "offsets.retention.check.interval.ms": "1000",
        "group.consumer.session.timeout.ms": "3000",
        "group.consumer.heartbeat.interval.ms": "1000",
      },
    });
  });
  afterAll(() => kafka.stop());

  test("still knows the places of a member that had nothing to read for longer, and then closed", async () => {
    const { bootstrapServers } = kafka;
    await using topic = await SharedTopic.create(bootstrapServers);
    await using closed = new OwnMember(topic.common, { groupProtocol: "consumer" });
    await using other = await SharedTopic.create(bootstrapServers);
    await using killed = new OwnMember(other.common, { groupProtocol: "consumer" });
    for (const [each, member] of [
      [topic, closed],
      [other, killed],
    ] as const) {
      await each.settled([member], [6]);
      await each.send(60);
      expect(await each.handledBy([member])).toEqual(once);
      await member.consumer.commit();
      expect(await each.uncommitted()).toEqual([]);
    }
    await killed.kill();
    // In a group of KIP-848 the minute begins with the commit. While a member lives, nothing is forgotten.
    await wait(75_000);
    await closed.stop();
    // The broker looks for what is too old each second.
    await wait(5_000);
    expect(await topic.uncommitted()).toEqual([]);
    await using next = new OwnMember(topic.common, { groupProtocol: "consumer" });
    await topic.settled([next], [6]);
    await topic.send(12);
    expect(await topic.handledBy([closed, next])).toEqual(once);
    // Nobody renewed the places of the one that was killed: all comes again.
    await using again = new OwnMember(other.common, { groupProtocol: "consumer" });
    await other.settled([again], [6]);
    expect(await other.handledBy([again])).toEqual(once);
    expect(again.lines.filter(({ event }) => event === "record")).toHaveLength(60);
  });
});
