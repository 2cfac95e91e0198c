import { DataQueueError, partitionKey } from "@dataqueues/core";
import type { LogRecord } from "@dataqueues/core";
import { McapChunkBuilder, McapRecordBuilder } from "@mcap/core";

import { crc32 } from "./crc32.ts";
import { encodeOffsetIndex, offsetIndexName } from "./offset-index.ts";
import { OffsetRuns } from "./offset-runs.ts";
import { encodeRecordData } from "./record-data.ts";
import { kafkaRecordEncoding, topicMetadataName } from "./recorded-channel.ts";
import { RecordingSummary } from "./recording-summary.ts";
import type { Writable } from "./recording-file.ts";

/** What is known of a topic when it is recorded. */
export interface TopicToRecord {
  readonly topic: string;
  readonly partitions: readonly number[];
  /** The settings that it has of its own; undefined when the log does not tell. */
  readonly configs: Readonly<Record<string, string>> | undefined;
}

/** A channel's id is a u16. */
const mostChannels = 2 ** 16;

/** So many rows of the index are kept in memory before they are written. */
const maxRuns = 20_000;

const longestTime = 2n ** 64n - 1n;

interface OpenChannel {
  readonly id: number;
  sequence: number;
}

/**
 * Writes a recording: an MCAP file (https://mcap.dev/spec) with one channel for each partition, whose messages are records.
 *
 * `McapWriter` of `@mcap/core` writes a chunk only when it is full. Here {@link flush} writes what there is, and a chunk's
 * records are copied once instead of four times. Calls need not wait for each other: what they write stays in order.
 */
export class RecordingWriter {
  readonly #file: Writable;
  readonly #mcap = new McapRecordBuilder();
  readonly #chunk = new McapChunkBuilder({ useMessageIndex: true });
  readonly #runs = new OffsetRuns();
  readonly #summary = new RecordingSummary();
  readonly #channels = new Map<string, OpenChannel>();
  /** Where records are encoded one after another: memory of their own would be most of the work. */
  readonly #memory = new Uint8Array(2 ** 16);
  #position: bigint;
  /** The writes so far; the next one waits for them, and is left out if one has failed. */
  #written: Promise<unknown> = Promise.resolve();

  constructor(file: Writable) {
    this.#file = file;
    this.#position = file.position();
    this.#mcap.writeMagic();
    this.#mcap.writeHeader({ profile: "", library: "dataqueues" });
  }

  /** The size of the file, with what is being written. */
  get position(): bigint {
    return this.#position;
  }

  /** The size of the records that wait to be written. */
  get chunkBytes(): number {
    return this.#chunk.byteLength;
  }

  has(topic: string, partition: number): boolean {
    return this.#channels.has(partitionKey(topic, partition));
  }

  /**
   * Says what is recorded: before the first record of a partition, and again for a topic that has got more partitions. It is
   * written with the next chunk.
   */
  addTopic({ topic, partitions, configs }: TopicToRecord): void {
    this.#endChunk();
    const metadata = new Map([
      ["topic", topic],
      ["partitions", String(partitions.length)],
    ]);
    if (configs !== undefined) metadata.set("configs", JSON.stringify(configs));
    const offset = this.#position + BigInt(this.#mcap.length);
    const length = this.#mcap.writeMetadata({ name: topicMetadataName, metadata });
    this.#summary.addMetadata({ offset, length, name: topicMetadataName });
    for (const partition of partitions) if (!this.has(topic, partition)) this.#addChannel(topic, partition);
  }

  #addChannel(topic: string, partition: number): void {
    const id = this.#channels.size;
    if (id === mostChannels) {
      const message = `cannot record ${topic}[${partition}]: an MCAP file has at most ${mostChannels} partitions; record fewer topics in one file`;
      throw new DataQueueError(message, { code: "UNSUPPORTED", topic, partition });
    }
    const metadata = new Map([["partition", String(partition)]]);
    const channel = { id, schemaId: 0, topic, messageEncoding: kafkaRecordEncoding, metadata };
    this.#mcap.writeChannel(channel);
    this.#summary.addChannel(channel);
    this.#channels.set(partitionKey(topic, partition), { id, sequence: 0 });
  }

  /** Puts a record in the chunk; its bytes are copied. The topic and partition were added before. */
  add(topic: string, partition: number, record: LogRecord): void {
    const channel = this.#channels.get(partitionKey(topic, partition));
    if (channel === undefined) throw new Error(`${topic}[${partition}] has no channel`);
    const logTime = toLogTime(record.timestamp);
    // The chunk copies it.
    const data = encodeRecordData(record, this.#memory);
    this.#chunk.addMessage({
      channelId: channel.id,
      sequence: channel.sequence,
      logTime,
      publishTime: logTime,
      data,
    });
    channel.sequence = (channel.sequence + 1) >>> 0;
    this.#runs.add(channel.id, record);
  }

  /** Writes all that waits. Resolves when it is in the file. */
  async flush(): Promise<void> {
    this.#endChunk();
    this.#takeBuilt();
    await this.#written;
  }

  /** Writes all that waits, the index and the summary: then the file is complete. */
  async end(): Promise<void> {
    this.#endChunk();
    this.#writeRuns();
    this.#mcap.writeDataEnd({ dataSectionCrc: 0 });
    this.#takeBuilt();
    for (const bytes of this.#summary.end(this.#position)) this.#write(bytes);
    await this.#written;
  }

  /** Writes the chunk, if it has records, after what waits before it. */
  #endChunk(): void {
    if (this.#chunk.numMessages === 0) return;
    this.#takeBuilt();
    const chunkStartOffset = this.#position;
    const records = this.#chunk.buffer;
    const { messageStartTime, messageEndTime, indices } = this.#chunk;
    const head = chunkHead(records, messageStartTime, messageEndTime);
    this.#write(head);
    this.#write(records);
    const indexStart = this.#position;
    const messageIndexOffsets = new Map<number, bigint>();
    for (const index of indices) {
      messageIndexOffsets.set(index.channelId, indexStart + BigInt(this.#mcap.length));
      this.#mcap.writeMessageIndex(index);
      this.#summary.countMessages(index.channelId, index.records.length);
    }
    this.#summary.addChunk({
      messageStartTime,
      messageEndTime,
      chunkStartOffset,
      chunkLength: BigInt(head.length + records.length),
      messageIndexOffsets,
      messageIndexLength: BigInt(this.#mcap.length),
      compression: "",
      compressedSize: BigInt(records.length),
      uncompressedSize: BigInt(records.length),
    });
    this.#chunk.reset();
    this.#runs.endChunk(Number(chunkStartOffset));
    if (this.#runs.length >= maxRuns) this.#writeRuns();
  }

  #writeRuns(): void {
    if (this.#runs.length === 0) return;
    this.#takeBuilt();
    const data = encodeOffsetIndex(this.#runs.take());
    const about = { name: offsetIndexName, mediaType: "application/octet-stream", logTime: 0n, createTime: 0n };
    const length = this.#mcap.writeAttachment({ ...about, data });
    this.#summary.addAttachment({ ...about, dataSize: BigInt(data.length), offset: this.#position, length });
    this.#takeBuilt();
  }

  #takeBuilt(): void {
    if (this.#mcap.length === 0) return;
    this.#write(this.#mcap.buffer);
    this.#mcap.reset();
  }

  #write(bytes: Uint8Array): void {
    this.#position += BigInt(bytes.length);
    this.#written = this.#written.then(() => this.#file.write(bytes));
    // Whoever waits for it learns of it.
    this.#written.catch(() => undefined);
  }
}

/** All of a chunk's record but its records, so that these need not be copied. */
function chunkHead(records: Uint8Array, messageStartTime: bigint, messageEndTime: bigint): Uint8Array {
  const builder = new McapRecordBuilder();
  const uncompressedSize = BigInt(records.length);
  const times = { messageStartTime, messageEndTime };
  const uncompressedCrc = crc32(records);
  builder.writeChunk({ ...times, uncompressedSize, uncompressedCrc, compression: "", records: new Uint8Array() });
  const head = builder.buffer;
  const view = new DataView(head.buffer);
  // The two lengths that count the records: of the MCAP record, after its opcode, and of the records, at the end.
  view.setBigUint64(1, view.getBigUint64(1, true) + uncompressedSize, true);
  view.setBigUint64(head.length - 8, uncompressedSize, true);
  return head;
}

/** MCAP's times are nanoseconds since 1970, without a sign. */
function toLogTime(timestamp: number): bigint {
  const nanoseconds = BigInt(timestamp) * 1_000_000n;
  if (nanoseconds < 0n) return 0n;
  return nanoseconds > longestTime ? longestTime : nanoseconds;
}
