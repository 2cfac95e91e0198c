import { randomUUID } from "node:crypto";
import { runJava, startKafka } from "@dataqueues/tooling-kafka";
import type { Kafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer } from "dataqueues";
import { afterAll, beforeAll, expect, test } from "vitest";

import { OwnMember } from "./own-member.ts";
import { describedByKafka, handled, SharedTopic } from "./shared-topic.ts";

const protocols = ["consumer", "classic"] as const;

describeKafka("the places that a group keeps", () => {
  let kafka: Kafka;
  let server: string;
  beforeAll(async () => {
    kafka = await startKafka({
      properties: { "group.consumer.session.timeout.ms": "3000", "group.consumer.heartbeat.interval.ms": "1000" },
    });
    [server = ""] = kafka.bootstrapServers;
  });
  afterAll(() => kafka.stop());

  test.for(protocols)(
    "with latest, records that come while nobody lives are not passed over, though nothing was processed before (%s)",
    async (groupProtocol) => {
      await using topic = await SharedTopic.create(kafka.bootstrapServers);
      await topic.send(12);
      // Without the commits that are made every second: the place is committed when it is found.
      const options = {
        groupProtocol,
        from: "latest",
        autoCommitIntervalMs: 600_000,
        sessionTimeoutMs: 3_000,
      } as const;
      await using first = new OwnMember(topic.common, options);
      await first.consumer.connect();
      await topic.settled([first], [6]);
      await first.kill();
      await topic.send(12);
      await using second = new OwnMember(topic.common, options);
      await topic.settled([second], [6]);
      await topic.send(6);
      const expected = Array.from({ length: 6 }, (_, partition) => [2, 3, 4].map((offset) => `${partition} ${offset}`));
      await expect.poll(() => handled([second]).sort(), { timeout: 20_000 }).toEqual(expected.flat());
      expect(handled([first])).toEqual([]);
    },
  );

  test.for(protocols)(
    "what a transaction ends with is passed: Kafka's tool says that nothing is left (%s)",
    async (groupProtocol) => {
      await using topic = await SharedTopic.create(kafka.bootstrapServers, 1);
      const { group } = topic.common;
      await using member = new OwnMember(topic.common, { groupProtocol });
      await runJava("Transactions.java", [server, group, group, "commit:a,b", "abort:c", "commit:d,e,f"]);
      await expect.poll(() => handled([member])).toEqual(["0 0", "0 1", "0 5", "0 6", "0 7"]);
      await expect
        .poll(() => describedByKafka(server, group), { timeout: 20_000, interval: 500 })
        .toEqual([["0", "9", "9", "0"]]);
      await member.stop();
      expect(await describedByKafka(server, group)).toEqual([["0", "9", "9", "0"]]);
    },
  );

  test.for(protocols)(
    "a place of a topic that was deleted is not committed for the one of its name that was created since (%s)",
    async (groupProtocol) => {
      const topic = `again-${randomUUID()}`;
      await using admin = new DataQueueAdmin(server);
      await admin.createTopics([topic]);
      await using producer = new DataQueueProducer(server, { topic });
      for (let index = 0; index < 50; index += 1) await producer.send(new Uint8Array(1));
      const options = {
        topics: topic,
        group: topic,
        groupProtocol,
        autoCommit: false,
        sessionTimeoutMs: 3_000,
      } as const;
      {
        await using first = new DataQueueConsumer(server, { ...options, metadataMaxAgeMs: 600_000 });
        let taken = 0;
        for await (const message of first) {
          taken += 1;
          if (taken < 50) continue;
          await admin.deleteTopics([topic]);
          await expect.poll(async () => (await admin.createTopics([topic]))[0]?.outcome).toBe("created");
          // It says so, unless it knows already that the topic is another one: then there is nothing to commit.
          const error: unknown = await first.commit(message).catch((reason: unknown) => reason);
          if (error !== undefined) expect(error).toMatchObject({ name: "TransportError", topic, partition: 0 });
          const rows = await describedByKafka(server, topic);
          // The beginning of the new one may be.
          expect(rows.filter(([, place]) => place !== "-" && place !== "0")).toEqual([]);
          break;
        }
      }
      for (let index = 0; index < 60; index += 1) await producer.send(new Uint8Array(1));
      await using second = new DataQueueConsumer(server, options);
      for await (const { offset } of second) {
        expect(offset).toBe(0n);
        break;
      }
    },
  );

  test.for(protocols)(
    "a message whose handling throws is not processed: the next consumer gets it again (%s)",
    async (groupProtocol) => {
      await using topic = await SharedTopic.create(kafka.bootstrapServers, 1);
      const { group } = topic.common;
      await topic.send(10);
      const offsets: bigint[] = [];
      {
        await using first = new DataQueueConsumer(server, { topics: group, group, groupProtocol });
        const failing = async (): Promise<void> => {
          for await (const { offset } of first) {
            if (offset === 4n) throw new Error("cannot be handled");
            offsets.push(offset);
          }
        };
        await expect(failing()).rejects.toThrow("cannot be handled");
      }
      expect(await describedByKafka(server, group)).toEqual([["0", "4", "10", "6"]]);
      await using second = new DataQueueConsumer(server, { topics: group, group, groupProtocol });
      for await (const { offset } of second) {
        offsets.push(offset);
        if (offset === 9n) break;
      }
      expect(offsets).toEqual([0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n]);
    },
  );
});
