import { setTimeout as wait } from "node:timers/promises";
import type { Connection, ProducerIdAndEpoch } from "@dataqueues/core";
import { TransportError } from "@dataqueues/core";
import { startKafka } from "@dataqueues/tooling-kafka";
import type { Kafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { afterAll, beforeAll, expect, test } from "vitest";

import { leaderOf, limits, newTopic, openAll, produceOptions, record, text } from "./log.ts";

/** Tries again until it works, as core does, but without its care. */
async function persist<Outcome>(attempt: () => Promise<Outcome>): Promise<Outcome> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof TransportError) || !error.retriable) throw error;
      await wait(50);
    }
  }
}

describeKafka("three brokers of Apache Kafka", () => {
  let kafka: Kafka;
  let connection: Connection;
  let identity: ProducerIdAndEpoch;

  beforeAll(async () => {
    kafka = await startKafka({ nodes: 3 });
    connection = await persist(() => openAll(kafkajs(kafka.bootstrapServers, { requestTimeout: 3_000 })));
    identity = await persist(() => connection.initProducerId());
  });
  afterAll(async () => {
    connection.close();
    await kafka.stop();
  });

  const broker = (id: number) => {
    const found = kafka.nodes.find((one) => one.id === id);
    if (found === undefined) throw new Error(`no broker ${id}`);
    return found;
  };

  test("records and offsets are taken from each partition's own leader, and from no other broker", async () => {
    const topic = await persist(() => newTopic(connection, { partitions: 6 }));
    const leaders = await Promise.all([0, 1, 2, 3, 4, 5].map((partition) => leaderOf(connection, topic, partition)));
    expect(new Set(leaders).size).toBe(3);
    for (const [partition, leader] of leaders.entries()) {
      const batch = { topic, partition, records: [record(`${partition}`)], baseSequence: 0 };
      const [wrong] = await connection.produce((leader % 3) + 1, [batch], produceOptions);
      expect(wrong?.error).toMatchObject({ code: "NOT_LEADER_OR_FOLLOWER", retriable: true, topic, partition });
      expect(await connection.produce(leader, [batch], produceOptions)).toEqual([{ topic, partition, baseOffset: 0n }]);
    }
    for (const [partition, leader] of leaders.entries()) {
      const query = { topic, partition, at: "latest" } as const;
      const [wrong] = await connection.listOffsets((leader % 3) + 1, [query]);
      expect(wrong?.error).toMatchObject({ code: "NOT_LEADER_OR_FOLLOWER", retriable: true, topic, partition });
      expect(await connection.listOffsets(leader, [query])).toEqual([{ topic, partition, offset: 1n }]);
    }
  });

  test(
    "a killed leader's partition is found at the next one, and nothing is lost, doubled or out of order",
    { timeout: 480_000 },
    async () => {
      const topic = await persist(() => newTopic(connection));
      let sequence = 0;
      const produce = async () => {
        const batch = { topic, partition: 0, records: [record(`${sequence}`)], identity, baseSequence: sequence };
        await persist(async () => {
          const leader = await leaderOf(connection, topic);
          const [result] = await connection.produce(leader, [batch], produceOptions);
          if (result?.error !== undefined && result.error.code !== "DUPLICATE_SEQUENCE_NUMBER") throw result.error;
        });
        sequence++;
      };
      for (let kill = 0; kill < 3; kill++) {
        for (const until = sequence + 50; sequence < until;) await produce();
        const leader = await persist(() => leaderOf(connection, topic));
        await Promise.all([broker(leader).kill(), produce()]);
        for (const until = sequence + 50; sequence < until;) await produce();
        expect(await persist(() => leaderOf(connection, topic))).not.toBe(leader);
        await broker(leader).start();
        // The broker must be in sync before the next one is killed, else the partition has too few replicas.
        await expect
          .poll(
            async () => (await persist(() => connection.metadata([topic])))[0]?.partitions?.[0]?.inSyncReplicas?.length,
            {
              timeout: 120_000,
            },
          )
          .toBe(3);
      }
      const values: (string | null)[] = [];
      for (let offset = 0n; offset < BigInt(sequence);) {
        const leader = await leaderOf(connection, topic);
        const [result] = await connection.fetch(leader, [{ topic, partition: 0, offset }], limits);
        if (result === undefined) continue;
        if (result.error !== undefined) throw result.error;
        for (const { value } of result.records) values.push(text(value));
        offset = result.nextOffset;
      }
      expect(values).toEqual(Array.from({ length: sequence }, (_, index) => `${index}`));
    },
  );

  test(
    "a broker that is frozen holds up neither metadata nor the others' partitions",
    { timeout: 120_000 },
    async () => {
      const topic = await persist(() => newTopic(connection));
      const leader = await leaderOf(connection, topic);
      broker(leader).pause();
      try {
        const before = performance.now();
        const moved = await persist(async () => {
          const next = await leaderOf(connection, topic);
          if (next === leader)
            throw new TransportError("not moved yet", { code: "LEADER_NOT_AVAILABLE", retriable: true });
          return next;
        });
        const batch = { topic, partition: 0, records: [record("a")], baseSequence: 0 };
        expect(await connection.produce(moved, [batch], produceOptions)).toMatchObject([{ baseOffset: 0n }]);
        expect(performance.now() - before).toBeLessThan(30_000);
      } finally {
        broker(leader).resume();
      }
    },
  );

  test("a list of hosts works while one of them responds", { timeout: 120_000 }, async () => {
    await broker(1).kill();
    const dead = kafkajs([kafka.bootstrapServers[0] ?? "", ...kafka.bootstrapServers]);
    const other = await dead.open("read");
    expect((await other.metadata()).length).toBeGreaterThan(0);
    other.close();
    await broker(1).start();
  });
});
