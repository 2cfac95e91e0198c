import { DataQueueAdmin } from "@dataqueues/admin";
import { DataQueueConsumer } from "@dataqueues/core";
import type { ProducerRecord, Transport } from "@dataqueues/core";
import { recording, recordTopics, replay } from "@dataqueues/recording";
import { memory } from "@dataqueues/transport-memory";
import * as fc from "fast-check";
import { expect, test } from "vitest";

const seed = Number(process.env["DATAQUEUES_SEED"] ?? Date.now() % 2 ** 31);
const numRuns = 50;

const bytes = fc.uint8Array({ maxLength: 40 });
const header = fc.tuple(fc.string({ unit: "grapheme", maxLength: 5 }), fc.option(bytes));
const record: fc.Arbitrary<ProducerRecord> = fc.record({
  key: fc.option(bytes),
  value: fc.option(bytes),
  headers: fc.array(header, { maxLength: 3 }),
  timestamp: fc.oneof(
    fc.nat({ max: 5 }),
    fc.maxSafeNat().map((time) => time % 8.64e15),
  ),
});
/** The records of each partition. */
const topic = fc.array(fc.array(record, { maxLength: 8 }), { minLength: 1, maxLength: 4 });

async function logOf(topics: readonly (readonly (readonly ProducerRecord[])[])[]): Promise<Transport> {
  const log = memory();
  const admin = new DataQueueAdmin(log);
  await admin.createTopics(topics.map((partitions, index) => [`t${index}`, partitions.length] as const));
  await admin.close();
  const connection = await log.open("write");
  for (const [index, partitions] of topics.entries()) {
    const filled = partitions.flatMap((records, partition) =>
      records.length === 0 ? [] : [{ topic: `t${index}`, partition, records, baseSequence: 0 }],
    );
    await connection.produce(1, filled, { acks: -1, timeoutMs: 1_000, compression: "none" });
  }
  connection.close();
  return log;
}

async function recordsOf(log: Transport): Promise<Map<string, ProducerRecord[]>> {
  await using consumer = new DataQueueConsumer(log, { topics: /./, until: "end" });
  await consumer.connect();
  const found = new Map(
    consumer
      .positions()
      .map(({ topic, partition }): [string, ProducerRecord[]] => [`${topic}/${partition}`, []])
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
  for await (const { topic, partition, key, value, headers, timestamp } of consumer) {
    found.get(`${topic}/${partition}`)?.push({ key, value, headers, timestamp });
  }
  return found;
}

test("any records are the same in a log, in its recording, and in the log that it is replayed to", async () => {
  console.log(`seed ${seed}, ${numRuns} cases; the same ones again: DATAQUEUES_SEED=${seed}`);
  const chunk = fc.integer({ min: 1, max: 1_000 });
  await fc.assert(
    fc.asyncProperty(fc.array(topic, { minLength: 1, maxLength: 2 }), chunk, async (topics, maxChunkBytes) => {
      const log = await logOf(topics);
      const expected = new Map(
        topics.flatMap((partitions, index) =>
          partitions.map((records, partition) => [`t${index}/${partition}`, records] as const),
        ),
      );
      expect(await recordsOf(log)).toEqual(expected);
      const parts: Uint8Array<ArrayBuffer>[] = [];
      let size = 0;
      const file = {
        write: async (part: Uint8Array): Promise<void> => {
          size += part.length;
          parts.push(part.slice());
        },
        position: () => BigInt(size),
      };
      await recordTopics({ transport: log, topics: /./, file, until: "end", maxChunkBytes });
      const blob = new Blob(parts);
      expect(await recordsOf(recording(blob))).toEqual(expected);
      for (const speed of ["max", 1e15] as const) {
        const again = memory();
        await replay({ file: blob, transport: again, speed });
        expect(await recordsOf(again)).toEqual(expected);
      }
    }),
    { seed, numRuns },
  );
});
