import { setTimeout as sleep } from "node:timers/promises";
import { DataQueueAdmin } from "@dataqueues/admin";
import { utf8 } from "@dataqueues/codec-text";
import { DataQueueConsumer, DataQueueProducer, TransportError } from "@dataqueues/core";
import type { ConsumerOptions, Message, SeekTargets } from "@dataqueues/core";
import { runJava, startKafka } from "@dataqueues/tooling-kafka";
import type { Kafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { afterAll, beforeAll, expect, test } from "vitest";

type Text = Message<string | null>;
type Place = SeekTargets extends Iterable<readonly [string, number, infer To]> ? To : never;

describeKafka("reading while leaders of Apache Kafka are killed and the topic grows", () => {
  let kafka: Kafka;
  let admin: DataQueueAdmin;

  const connect = () => kafkajs(kafka.bootstrapServers, { requestTimeout: 3_000 });

  beforeAll(async () => {
    kafka = await startKafka({ nodes: 3 });
    admin = new DataQueueAdmin(connect(), { timeoutMs: 60_000 });
  });
  afterAll(async () => {
    await admin.close();
    await kafka.stop();
  });

  /** Sends numbers to each partition, one after the other, until it is stopped. */
  class Writer {
    /** How many were acknowledged, and sent, by partition. */
    readonly acknowledged: number[] = [];
    readonly sent: number[] = [];
    readonly #topic: string;
    readonly #producer: DataQueueProducer<string>;
    readonly #running: Promise<void>[] = [];
    #isStopped = false;

    constructor(topic: string) {
      this.#topic = topic;
      this.#producer = new DataQueueProducer(connect(), { encoding: utf8() });
    }

    begin(partitions: readonly number[]): void {
      for (const partition of partitions) this.#running.push(this.#send(partition));
    }

    async stop(): Promise<number> {
      this.#isStopped = true;
      await Promise.all(this.#running);
      await this.#producer.close();
      return this.sent.reduce((sum, count) => sum + count);
    }

    async #send(partition: number): Promise<void> {
      for (let number = 0; !this.#isStopped; number += 1) {
        this.sent[partition] = number + 1;
        await this.#sendOnce(partition, `${partition}-${number}`);
        this.acknowledged[partition] = number + 1;
        await sleep(3);
      }
    }

    /** Sends to a partition that is new and that not every broker may know of yet: nothing was written then. */
    async #sendOnce(partition: number, value: string): Promise<void> {
      for (;;) {
        try {
          await this.#producer.send(value, { topic: this.#topic, partition });
          return;
        } catch (error) {
          if (!(error instanceof TransportError) || error.code !== "UNKNOWN_TOPIC_OR_PARTITION") throw error;
          await sleep(50);
        }
      }
    }
  }

  /** Kills the leader of partition 0, adds partitions, stops another broker in peace; both come back. */
  async function moveLeadersAndGrow(topic: string, writer: Writer): Promise<void> {
    for (const end of ["kill", "stop"] as const) {
      const partitions = async () => (await admin.describeTopics(topic))[0]?.partitions ?? [];
      const [{ leader } = { leader: -1 }] = await partitions();
      const node = kafka.nodes.find(({ id }) => id === leader);
      if (node === undefined) throw new Error(`no broker ${leader}`);
      await node[end]();
      await expect.poll(async () => (await partitions())[0]?.leader, { timeout: 60_000 }).not.toBe(leader);
      if (end === "kill") {
        await admin.createTopics([[topic, 9]]);
        writer.begin([6, 7, 8]);
      }
      await node.start();
      const inSync = async () => (await partitions()).map(({ inSyncReplicas }) => inSyncReplicas?.length);
      await expect.poll(inSync, { timeout: 60_000 }).toEqual(Array.from({ length: 9 }, () => 3));
    }
  }

  const line = ({ partition, offset, value }: Text): string => `${partition} ${offset} ${value ?? "-"}`;

  /** What was read, by partition, each in the order in which it was read. */
  class Seen {
    readonly lines: string[][] = [];
    count = 0;

    add(message: Text): void {
      (this.lines[message.partition] ??= []).push(line(message));
      this.count += 1;
    }
  }

  test(
    "batches, single messages, pauses and seeks lose nothing and give nothing twice",
    { timeout: 240_000 },
    async () => {
      const topic = `moving-${process.pid}-${Date.now()}`;
      await admin.createTopics([[topic, 6]]);
      const writer = new Writer(topic);
      writer.begin([0, 1, 2, 3, 4, 5]);
      const options = { encoding: utf8(), metadataMaxAgeMs: 500 } satisfies ConsumerOptions<string | null>;
      let leaderChanges = 0;
      await using batches = new DataQueueConsumer(connect(), { ...options, topics: /^moving-/ });
      await using singles = new DataQueueConsumer(connect(), {
        ...options,
        topics: topic,
        onEvent: ({ type }) => (leaderChanges += type === "leaderChanged" ? 1 : 0),
      });
      const [inBatches, single] = [new Seen(), new Seen()];
      let seeks = 0;
      let pauses = 0;

      const readBatches = async (): Promise<void> => {
        for await (const messages of batches.batches({ maxMessages: 50, maxWaitMs: 20 })) {
          expect(new Set(messages.map(({ partition }) => partition)).size).toBe(1);
          expect(messages.length).toBeLessThanOrEqual(50);
          messages.forEach((message) => inBatches.add(message));
        }
      };

      /** Where the next message of partition 3 must be, from and to; it is sought again and again. */
      let expected: readonly [number, number] = [0, 0];
      let sinceSeek = 0;
      const seek = async ({ offset, timestamp }: Text): Promise<void> => {
        const [sentBefore, at] = [writer.acknowledged[3] ?? 0, Number(offset)];
        const places: readonly Place[] = [offset - 9n, "earliest", new Date(timestamp), "latest", { last: 5 }, at + 1];
        const place = places[seeks % places.length] ?? 0;
        await singles.seek([[topic, 3, place]]);
        const end = writer.sent[3] ?? 0;
        const expectations: (readonly [number, number])[] = [
          [at - 9, at - 9],
          [0, 0],
          // Others may have been sent in the same millisecond.
          [at - 3, at],
          [sentBefore, end],
          [sentBefore - 5, end - 5],
          [at + 1, at + 1],
        ];
        expected = expectations[seeks % places.length] ?? [0, 0];
        seeks += 1;
        sinceSeek = 0;
      };
      const inTurns = [
        [topic, 1],
        [topic, 2],
      ] as const;
      let [paused, takesTurns] = [false, true];
      const readSingles = async (): Promise<void> => {
        for await (const message of singles) {
          if (message.partition === 3) {
            const offset = Number(message.offset);
            expect(message.value).toBe(`3-${offset}`);
            expect(offset).toBeGreaterThanOrEqual(expected[0]);
            expect(offset).toBeLessThanOrEqual(expected[1]);
            expected = [offset + 1, offset + 1];
            sinceSeek += 1;
            if (sinceSeek === 20) await seek(message);
            continue;
          }
          expect(paused && [1, 2].includes(message.partition)).toBe(false);
          single.add(message);
          if (!takesTurns || single.count % 100 !== 0) continue;
          paused = !paused;
          pauses += 1;
          if (paused) singles.pause(inTurns);
          else singles.resume(inTurns);
        }
      };

      const reading = Promise.all([readBatches(), readSingles()]);
      /** Waits for something that must come while the readers go on. */
      const meanwhile = <Outcome>(wait: Promise<Outcome>): Promise<Outcome> => {
        const ended = reading.then(() => Promise.reject(new Error("the readers ended")));
        return Promise.race([wait, ended]);
      };
      await meanwhile(moveLeadersAndGrow(topic, writer));
      const total = await meanwhile(writer.stop());
      const printed = await runJava("CommittedLog.java", [kafka.bootstrapServers.join(","), topic]);
      const log = printed.trimEnd().split("\n");
      expect(log).toHaveLength(total);
      await meanwhile(expect.poll(() => inBatches.count, { timeout: 60_000 }).toBe(total));
      expect(inBatches.lines.flat()).toEqual(log);
      // Without this, the hundredth message from here would pause two partitions for good.
      [paused, takesTurns] = [false, false];
      singles.resume(inTurns);
      const others = log.filter((one) => !one.startsWith("3 "));
      await meanwhile(expect.poll(() => single.count, { timeout: 60_000 }).toBe(others.length));
      expect(single.lines.flat()).toEqual(others);
      expect(leaderChanges).toBeGreaterThan(1);
      expect(seeks).toBeGreaterThan(12);
      expect(pauses).toBeGreaterThan(10);
      await Promise.all([batches.close(), singles.close()]);
      await reading;
    },
  );
});
