import { setTimeout as wait } from "node:timers/promises";
import type { Connection, ProducerIdAndEpoch } from "@dataqueues/core";
import { TransportError } from "@dataqueues/core";
import { startKafka } from "@dataqueues/tooling-kafka";
import type { Kafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { afterAll, beforeAll, expect, test } from "vitest";

import { leaderOf, limits, newTopic, produceOptions, record, text } from "./log.ts";

/** What core does, without its care: tries again until the answer is there. */
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

describeKafka("three nodes of Apache Kafka", () => {
  let kafka: Kafka;
  let connection: Connection;
  let identity: ProducerIdAndEpoch;

  beforeAll(async () => {
    kafka = await startKafka({ nodes: 3 });
    connection = await persist(() => kafkajs(kafka.bootstrapServers, { requestTimeout: 3_000 }).open("write"));
    identity = await persist(() => connection.initProducerId());
  });
  afterAll(async () => {
    connection.close();
    await kafka.stop();
  });

  const node = (id: number) => {
    const found = kafka.nodes.find((one) => one.id === id);
    if (found === undefined) throw new Error(`no node ${id}`);
    return found;
  };

  test("records are answered by each partition's own leader", async () => {
    const topic = await persist(() => newTopic(connection, { partitions: 6 }));
    const leaders = await Promise.all([0, 1, 2, 3, 4, 5].map((partition) => leaderOf(connection, topic, partition)));
    expect(new Set(leaders).size).toBe(3);
    for (const [partition, leader] of leaders.entries()) {
      const batch = { topic, partition, records: [record(`${partition}`)], baseSequence: 0 };
      const [wrong] = await connection.produce((leader % 3) + 1, [batch], produceOptions);
      expect(wrong?.error).toMatchObject({ code: "NOT_LEADER_OR_FOLLOWER", retriable: true, topic, partition });
      expect(await connection.produce(leader, [batch], produceOptions)).toEqual([{ topic, partition, baseOffset: 0n }]);
    }
    const answers = await connection.listOffsets(leaders.map((_, partition) => ({ topic, partition, at: "latest" })));
    expect(answers.map((answer) => (answer.error === undefined ? answer.offset : answer.error))).toEqual(
      leaders.map(() => 1n),
    );
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
          const [answer] = await connection.produce(leader, [batch], produceOptions);
          if (answer?.error !== undefined && answer.error.code !== "DUPLICATE_SEQUENCE_NUMBER") throw answer.error;
        });
        sequence++;
      };
      for (let kill = 0; kill < 3; kill++) {
        for (const until = sequence + 50; sequence < until;) await produce();
        const leader = await persist(() => leaderOf(connection, topic));
        await Promise.all([node(leader).kill(), produce()]);
        for (const until = sequence + 50; sequence < until;) await produce();
        expect(await persist(() => leaderOf(connection, topic))).not.toBe(leader);
        await node(leader).start();
        // The node is to be in sync before the next is killed, else the partition has too few replicas.
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
        const [answer] = await connection.fetch(leader, [{ topic, partition: 0, offset }], limits);
        if (answer === undefined) continue;
        if (answer.error !== undefined) throw answer.error;
        for (const { value } of answer.records) values.push(text(value));
        offset = answer.nextOffset;
      }
      expect(values).toEqual(Array.from({ length: sequence }, (_, index) => `${index}`));
    },
  );

  test("a node that is frozen holds up neither metadata nor the others' partitions", { timeout: 120_000 }, async () => {
    const topic = await persist(() => newTopic(connection));
    const leader = await leaderOf(connection, topic);
    node(leader).pause();
    try {
      const before = performance.now();
      const moved = await persist(async () => {
        const next = await leaderOf(connection, topic);
        if (next === leader) throw new TransportError("not moved yet", { retriable: true });
        return next;
      });
      const batch = { topic, partition: 0, records: [record("a")], baseSequence: 0 };
      expect(await connection.produce(moved, [batch], produceOptions)).toMatchObject([{ baseOffset: 0n }]);
      expect(performance.now() - before).toBeLessThan(30_000);
    } finally {
      node(leader).resume();
    }
  });

  test("a list of hosts works while one of them answers", { timeout: 120_000 }, async () => {
    await node(1).kill();
    const dead = kafkajs([kafka.bootstrapServers[0] ?? "", ...kafka.bootstrapServers]);
    const other = await dead.open("read");
    expect((await other.metadata()).length).toBeGreaterThan(0);
    other.close();
    await node(1).start();
  });
});
