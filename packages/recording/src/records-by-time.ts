import { TransportError } from "@dataqueues/core";
import type { LogRecord, ReadConnection, Transport } from "@dataqueues/core";

import { readRecords } from "./read-records.ts";
import type { PlacedRecord } from "./read-records.ts";
import type { RecordingFile } from "./recording-file.ts";
import type { RecordedPartition, RecordedTopic } from "./recording.ts";

/** How much is read ahead of each partition. */
const limits = { maxWaitMs: 0, minBytes: 1, maxBytes: 2 ** 20, maxBytesPerPartition: 2 ** 20 };

/** One partition's records, of which the next one waits for its turn. */
interface Stream {
  readonly topic: string;
  readonly partition: number;
  readonly records: AsyncIterator<LogRecord, undefined>;
  next: LogRecord;
}

/**
 * The records of all partitions in the order of their timestamps, within a partition in that of their offsets. In the file they are
 * in the order in which they were read: of what was there before the recording began, partitions come in turns of many records.
 *
 * A topic that was deleted and created again has offsets twice, which no log can tell apart: then all come in the order of the file.
 */
export async function* recordsByTime(
  file: RecordingFile,
  log: Transport,
  topics: readonly RecordedTopic[],
  signal: AbortSignal,
): AsyncGenerator<PlacedRecord, void, void> {
  const connection = await log.open("read", { signal });
  try {
    const streams = await openStreams(connection, topics);
    if (streams === undefined) yield* readRecords(file, { signal });
    else yield* merged(streams);
  } finally {
    connection.close();
  }
}

/** The partitions that have records; undefined if offsets of one come twice. */
async function openStreams(
  connection: ReadConnection,
  topics: readonly RecordedTopic[],
): Promise<Stream[] | undefined> {
  const streams: Stream[] = [];
  for (const { topic, partitions } of topics) {
    const [metadata] = await connection.metadata([topic]);
    for (const bounds of partitions) {
      const { partition } = bounds;
      const leader = metadata?.partitions?.find((one) => one.partition === partition)?.leader ?? -1;
      const records = partitionRecords(connection, leader, topic, bounds);
      try {
        const first = await records.next();
        if (first.done === true) continue;
        streams.push({ topic, partition, records, next: first.value });
      } catch (error) {
        if (error instanceof TransportError && error.code === "INVALID_REQUEST") return undefined;
        throw error;
      }
    }
  }
  return streams;
}

async function* merged(streams: Stream[]): AsyncGenerator<PlacedRecord, void, void> {
  while (streams.length > 0) {
    const stream = streams.reduce((least, one) => (one.next.timestamp < least.next.timestamp ? one : least));
    const { topic, partition, next: record } = stream;
    yield { topic, partition, record };
    const next = await stream.records.next();
    if (next.done === true) streams.splice(streams.indexOf(stream), 1);
    else stream.next = next.value;
  }
}

async function* partitionRecords(
  connection: ReadConnection,
  leader: number,
  topic: string,
  { partition, records, start, end }: RecordedPartition,
): AsyncGenerator<LogRecord, undefined, void> {
  let offset = start;
  while (records > 0 && offset < end) {
    const [fetched] = await connection.fetch(leader, [{ topic, partition, offset }], limits);
    if (fetched?.error !== undefined) throw fetched.error;
    if (fetched === undefined || fetched.nextOffset <= offset) return undefined;
    yield* fetched.records;
    offset = fetched.nextOffset;
  }
  return undefined;
}
