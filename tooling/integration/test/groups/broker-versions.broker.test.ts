import { runJava, startKafka } from "@dataqueues/tooling-kafka";
import type { DataQueueEvent } from "dataqueues";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { expect, test } from "vitest";

import { OwnMember } from "./own-member.ts";
import { describedByKafka, once, SharedTopic } from "./shared-topic.ts";
import { onceAndCommitted, takeTurns } from "./taking-turns.ts";

/** How the group shares partitions, as `kafka-consumer-groups` says. */
async function assignorOf(server: string, group: string): Promise<string | undefined> {
  const args = ["--bootstrap-server", server, "--describe", "--state", "--group", group];
  const printed = await runJava("org.apache.kafka.tools.consumer.group.ConsumerGroupCommand", args);
  return /uniform|cooperative-sticky|range/.exec(printed)?.[0];
}

describeKafka("groups on other brokers", () => {
  test("Apache Kafka 3.9.1 lists KIP-848's request and refuses it: the group is classic", async () => {
    await using kafka = await startKafka({ version: "3.9.1" });
    const theirs = { "partition.assignment.strategy": "cooperative-sticky", "heartbeat.interval.ms": 1_000 };
    expect(
      await takeTurns({ bootstrapServers: kafka.bootstrapServers, client: "librdkafka", own: {}, theirs }),
    ).toEqual(onceAndCommitted);
  });

  test("a Kafka 4 on which KIP-848 is switched off refuses it, too: the group is classic", async () => {
    await using kafka = await startKafka();
    const { bootstrapServers } = kafka;
    const [server = ""] = bootstrapServers;
    const off = ["--bootstrap-server", server, "downgrade", "--feature", "group.version=0"];
    await runJava("org.apache.kafka.tools.FeatureCommand", off);
    await using topic = await SharedTopic.create(bootstrapServers);
    await using first = new OwnMember(topic.common);
    await using second = new OwnMember(topic.common);
    await topic.settled([first, second], [3, 3]);
    expect(await assignorOf(server, topic.common.group)).toBe("cooperative-sticky");
    await topic.send(60);
    expect(await topic.handledBy([first, second])).toEqual(once);
    await using forced = new OwnMember(topic.common, { groupProtocol: "consumer" });
    await expect(forced.consumer.connect()).rejects.toMatchObject({ code: "UNSUPPORTED_VERSION", retriable: false });
  });

  test("Apache Kafka 4.0.0 refuses a commit of the epoch before: it is made again, and nothing is handled twice", async () => {
    const properties = { "group.consumer.heartbeat.interval.ms": "500" };
    await using kafka = await startKafka({ version: "4.0.0", properties });
    const { bootstrapServers } = kafka;
    await using topic = await SharedTopic.create(bootstrapServers);
    topic.startSending();
    // Commits as often as can be, so that some are under way whenever the epoch changes.
    const options = { autoCommitIntervalMs: 1, heartbeatIntervalMs: 500 };
    await using first = new OwnMember(topic.common, options);
    const members = [first];
    for (let round = 0; round < 4; round += 1) {
      const second = new OwnMember(topic.common, options);
      members.push(second);
      await topic.settled([first, second], [3, 3]);
      await second.stop();
      await topic.settled([first], [6]);
    }
    expect(await topic.handledBy(members)).toEqual(once);
    await first.stop();
    expect(await topic.uncommitted()).toEqual([]);
    const events = members.flatMap((member): DataQueueEvent[] => member.events);
    expect(events.filter(({ type }) => ["commitFailed", "lost", "fenced"].includes(type))).toEqual([]);
  });

  test("Apache Kafka 4.0.0 shares a group of ours and of Java's members", async () => {
    const properties = { "group.consumer.heartbeat.interval.ms": "1000" };
    await using kafka = await startKafka({ version: "4.0.0", properties });
    const theirs = { "group.protocol": "consumer" };
    expect(await takeTurns({ bootstrapServers: kafka.bootstrapServers, client: "java", own: {}, theirs })).toEqual(
      onceAndCommitted,
    );
  });

  test.for(["4.4.0", "3.9.1"] as const)(
    "a group is the first thing that Apache Kafka %s is asked for",
    async (version) => {
      await using kafka = await startKafka({ version });
      const { bootstrapServers } = kafka;
      await using topic = await SharedTopic.create(bootstrapServers);
      await using member = new OwnMember(topic.common);
      await member.consumer.connect();
      await topic.send(12);
      expect(await topic.handledBy([member])).toEqual(once);
      await member.stop();
      expect((await describedByKafka(bootstrapServers.join(","), topic.common.group)).map(([, at]) => at)).toEqual(
        Array(6).fill("2"),
      );
    },
  );
});
