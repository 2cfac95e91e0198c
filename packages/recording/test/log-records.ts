import { DataQueueConsumer } from "@dataqueues/core";
import type { LogRecord, ProducerRecord, Transport } from "@dataqueues/core";

/** The records of each partition of a topic in their order, as a log has them. */
export async function recordsByPartition(log: Transport, topic: string): Promise<Map<number, LogRecord[]>> {
  const consumer = new DataQueueConsumer(log, { topics: topic, until: "end" });
  try {
    await consumer.connect();
    const found = new Map(consumer.positions().map(({ partition }) => [partition, [] as LogRecord[]]));
    for await (const { partition, offset, timestamp, key, headers, value } of consumer) {
      found.get(partition)?.push({ offset, timestamp, key, headers, value });
    }
    return found;
  } finally {
    await consumer.close();
  }
}

/** Writes records as they are, also those that a producer would refuse. */
export async function writeRecords(
  log: Transport,
  topic: string,
  partition: number,
  records: readonly Partial<ProducerRecord>[],
): Promise<void> {
  const connection = await log.open("write");
  try {
    const [metadata] = await connection.metadata([topic]);
    const leader = metadata?.partitions?.find((one) => one.partition === partition)?.leader ?? -1;
    const whole = records.map((record) => ({ key: null, value: null, headers: [], timestamp: 0, ...record }));
    const options = { acks: -1, timeoutMs: 1_000, compression: "none" } as const;
    const [result] = await connection.produce(leader, [{ topic, partition, records: whole, baseSequence: 0 }], options);
    if (result === undefined || result.error !== undefined) throw result?.error ?? new Error("no result");
  } finally {
    connection.close();
  }
}
