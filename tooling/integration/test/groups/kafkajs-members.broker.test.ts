import { setTimeout as wait } from "node:timers/promises";
import type { GroupMemberLine } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { Kafka, logLevel } from "kafkajs";
import type { Consumer } from "kafkajs";
import { expect, test } from "vitest";

import { OwnMember } from "./own-member.ts";
import { handled, once, SharedTopic } from "./shared-topic.ts";

describeKafka("a group with members of kafkajs", (bootstrapServers) => {
  /** A member of kafkajs, which commits each record. */
  async function kafkajsMember(topic: string, lines: GroupMemberLine[]): Promise<Consumer> {
    const kafka = new Kafka({ brokers: [...bootstrapServers], logLevel: logLevel.NOTHING });
    const consumer = kafka.consumer({ groupId: topic, heartbeatInterval: 500 });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    const joined = new Promise<void>((resolve) => void consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
    await consumer.run({
      autoCommitThreshold: 1,
      eachMessage: async ({ partition, message }) => {
        await wait(2);
        lines.push({ event: "record", at: Date.now(), topic, partition, offset: Number(message.offset) });
      },
    });
    await joined;
    return consumer;
  }

  test("refuses ours where it must be classic, in words that say why; the others go on", async () => {
    await using topic = await SharedTopic.create(bootstrapServers);
    const { group } = topic.common;
    const lines: GroupMemberLine[] = [];
    const theirs = await kafkajsMember(group, lines);
    try {
      for (const assignor of ["cooperative-sticky", "range"] as const) {
        await using ours = new OwnMember(topic.common, { groupProtocol: "classic", assignor });
        await expect(ours.consumer.connect()).rejects.toMatchObject({
          name: "TransportError",
          code: "INCONSISTENT_GROUP_PROTOCOL",
          retriable: false,
          message: expect.stringContaining(group),
        });
      }
      await topic.send(12);
      await expect.poll(() => handled([{ lines }]).length).toBe(12);
    } finally {
      await theirs.disconnect();
    }
  });

  test("takes ours in as a member of KIP-848 while they live, and when they leave, ours goes on", async () => {
    await using topic = await SharedTopic.create(bootstrapServers);
    const lines: GroupMemberLine[] = [];
    const theirs = await kafkajsMember(topic.common.group, lines);
    try {
      topic.startSending();
      await expect.poll(() => handled([{ lines }]).length).toBeGreaterThan(20);
      await using ours = new OwnMember(topic.common);
      await topic.settled([ours], [3]);
      await expect.poll(() => handled([ours]).length).toBeGreaterThan(20);
      await theirs.disconnect();
      await topic.settled([ours], [6]);
      expect(await topic.handledBy([ours, { name: "kafkajs", lines, check: () => undefined }])).toEqual(once);
      await ours.stop();
      expect(await topic.uncommitted()).toEqual([]);
    } finally {
      await theirs.disconnect();
    }
  });
});
