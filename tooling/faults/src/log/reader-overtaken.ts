import { setTimeout as wait } from "node:timers/promises";
import type { DataQueueEvent } from "@dataqueues/core";
import type { Kafka } from "@dataqueues/tooling-kafka";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer, kafkajs } from "dataqueues";
import { Kafka as Client, logLevel } from "kafkajs";

import type { Nemesis } from "../nemesis.ts";

const records = 200;
const bytes = 1_000;

type OutOfRange = Extract<DataQueueEvent, { type: "offsetOutOfRange" }>;

/**
 * The log deletes records that a slow consumer has not read yet, as retention does. The consumer must continue at the
 * first record that is left, and report exactly the offsets that it will never see.
 */
export const readerOvertaken: Nemesis = {
  name: "reader-overtaken",
  cycles: { gate: 3, usual: 20, long: 50 },
  async run(context) {
    const kafka = await context.threeNodes();
    const topic = this.name;
    const transport = kafkajs(kafka.bootstrapServers);
    await using admin = new DataQueueAdmin(transport);
    await admin.createTopics([[topic, 1]]);
    await using producer = new DataQueueProducer(transport, { topic });
    const gaps: OutOfRange[] = [];
    // The buffer holds only a few records, so that the rest stays in the log.
    await using consumer = new DataQueueConsumer(transport, {
      topics: [topic],
      maxBufferedBytes: 10 * bytes,
      maxBytesPerPartition: 5 * bytes,
      onEvent: (event) => event.type === "offsetOutOfRange" && gaps.push(event),
    });
    const broken: string[] = [];
    let next = 0n;
    let end = 0n;
    let deleted = 0n;
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      context.say(`delete ${cycle} of ${context.cycles}`);
      for (let sent = 0; sent < records; sent += 1) end = (await producer.send(new Uint8Array(bytes))).offset + 1n;
      for await (const { offset } of consumer) {
        const gap = gaps.find(({ lostFrom }) => lostFrom === next);
        const expected = offset !== next && gap !== undefined ? gap.resumedAt : next;
        if (offset !== expected) broken.push(`offset ${offset} came where ${expected} was next`);
        if (offset !== next) deleted += offset - next;
        next = offset + 1n;
        if (next === end) break;
        if (next === end - BigInt(records) + 3n) {
          await deleteUpTo(kafka, topic, end - BigInt(1 + Math.floor(context.random() * 20)));
          await wait(50);
        }
      }
    }
    const reported = gaps.reduce((sum, { lostFrom, lostTo }) => sum + lostTo - lostFrom, 0n);
    if (reported !== deleted) broken.push(`${deleted} records were never read, ${reported} were reported`);
    if (gaps.length < context.cycles) broken.push(`${gaps.length} of ${context.cycles} gaps were reported`);
    return {
      nemesis: this.name,
      cycles: context.cycles,
      acknowledged: Number(end),
      rejected: 0,
      lost: 0,
      duplicated: 0,
      outOfOrder: 0,
      notes: [`${deleted} records deleted before they were read, each reported in a lost range`],
      broken,
    };
  },
};

async function deleteUpTo(kafka: Kafka, topic: string, offset: bigint): Promise<void> {
  const admin = new Client({ brokers: [...kafka.bootstrapServers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  // kafkajs deletes records only in topics whose leaders it already knows; this looks them up.
  await admin.fetchTopicOffsets(topic);
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: `${offset}` }] });
  await admin.disconnect();
}
