import type { LogRecord, TopicPartition } from "@dataqueues/core";
import { McapWriter } from "@mcap/core";
import type { McapWriterOptions } from "@mcap/core";

import type { PlacedRecord } from "../src/read-records.ts";
import { encodeRecordData } from "../src/record-data.ts";

/** How a file is written; the rest is as in `McapWriterOptions`. */
export interface WrittenOptions extends Partial<Omit<McapWriterOptions, "writable">> {
  /** Partitions that have a channel of their own before there is a record; the others get one with the first record. */
  readonly partitions?: readonly TopicPartition[];
  readonly configs?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What else is done before the end. */
  readonly more?: (writer: McapWriter, position: () => bigint) => Promise<void>;
}

/** A recording as an independent writer makes it, @mcap/core's own. */
export async function writtenRecording(
  records: readonly PlacedRecord[],
  { partitions = [], configs = {}, more, ...options }: WrittenOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  const position = (): bigint => BigInt(pieces.reduce((sum, piece) => sum + piece.length, 0));
  const writable = { write: async (bytes: Uint8Array) => void pieces.push(bytes.slice()), position };
  const writer = new McapWriter({ ...options, writable });
  await writer.start({ profile: "", library: "test" });
  const channels = new Map<string, number>();
  const channelOf = async (topic: string, partition: number): Promise<number> => {
    const key = `${topic}/${partition}`;
    const metadata = new Map([["partition", String(partition)]]);
    const description = { topic, messageEncoding: "kafka_record", schemaId: 0, metadata };
    const id = channels.get(key) ?? (await writer.registerChannel(description));
    channels.set(key, id);
    return id;
  };
  for (const [topic, partition] of partitions) await channelOf(topic, partition);
  for (const [topic, own] of Object.entries(configs)) {
    const metadata = new Map([
      ["topic", topic],
      ["configs", JSON.stringify(own)],
    ]);
    await writer.addMetadata({ name: "dataqueues.topic", metadata });
  }
  for (const [sequence, { topic, partition, record }] of records.entries()) {
    const channelId = await channelOf(topic, partition);
    const time = BigInt(Math.max(0, record.timestamp)) * 1_000_000n;
    await writer.addMessage({ channelId, sequence, logTime: time, publishTime: time, data: encodeRecordData(record) });
  }
  await more?.(writer, position);
  await writer.end();
  return new Uint8Array(Buffer.concat(pieces));
}

/** A record with a text as its value. */
export function recordOf(offset: number | bigint, value: string | null, rest: Partial<LogRecord> = {}): LogRecord {
  const bytes = value === null ? null : new TextEncoder().encode(value);
  return { offset: BigInt(offset), timestamp: 1_000 + Number(offset), key: null, value: bytes, headers: [], ...rest };
}
