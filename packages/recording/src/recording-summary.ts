import { McapConstants, McapRecordBuilder } from "@mcap/core";
import type { McapTypes } from "@mcap/core";

import { crc32 } from "./crc32.ts";

const { Opcode } = McapConstants;

/** The bytes of a footer before its checksum, which the checksum covers. */
const footerBytes = 25;

/**
 * The end of an MCAP file: channels, statistics and indexes, with which a reader finds everything without reading the whole
 * file (https://mcap.dev/spec#summary-section). Of a chunk only the bytes of its index are kept.
 */
export class RecordingSummary {
  readonly #channels: McapTypes.Channel[] = [];
  readonly #counts = new Map<number, bigint>();
  readonly #metadata: McapTypes.MetadataIndex[] = [];
  readonly #attachments: McapTypes.AttachmentIndex[] = [];
  readonly #chunks: Uint8Array[] = [];
  readonly #mcap = new McapRecordBuilder();
  #messageStartTime: bigint | undefined;
  #messageEndTime = 0n;

  addChannel(channel: McapTypes.Channel): void {
    this.#channels.push(channel);
  }

  addMetadata(index: McapTypes.MetadataIndex): void {
    this.#metadata.push(index);
  }

  addAttachment(index: McapTypes.AttachmentIndex): void {
    this.#attachments.push(index);
  }

  countMessages(channelId: number, count: number): void {
    this.#counts.set(channelId, (this.#counts.get(channelId) ?? 0n) + BigInt(count));
  }

  addChunk(index: McapTypes.ChunkIndex): void {
    const { messageStartTime, messageEndTime } = index;
    if (this.#messageStartTime === undefined || messageStartTime < this.#messageStartTime) {
      this.#messageStartTime = messageStartTime;
    }
    if (messageEndTime > this.#messageEndTime) this.#messageEndTime = messageEndTime;
    this.#chunks.push(this.#build((mcap) => mcap.writeChunkIndex(index)));
  }

  /**
   * The rest of the file from here on, in parts.
   *
   * @param start - where it begins
   */
  end(start: bigint): Uint8Array[] {
    const each = <T>(items: readonly T[], write: (item: T) => void): Uint8Array[] => [
      this.#build(() => items.forEach(write)),
    ];
    const groups: (readonly [opcode: number, parts: readonly Uint8Array[]])[] = [
      [Opcode.CHANNEL, each(this.#channels, (channel) => this.#mcap.writeChannel(channel))],
      [Opcode.STATISTICS, [this.#build((mcap) => mcap.writeStatistics(this.#statistics()))]],
      [Opcode.METADATA_INDEX, each(this.#metadata, (index) => this.#mcap.writeMetadataIndex(index))],
      [Opcode.ATTACHMENT_INDEX, each(this.#attachments, (index) => this.#mcap.writeAttachmentIndex(index))],
      [Opcode.CHUNK_INDEX, this.#chunks],
    ];
    let position = start;
    const offsets: McapTypes.SummaryOffset[] = [];
    for (const [groupOpcode, parts] of groups) {
      const groupLength = parts.reduce((sum, { length }) => sum + BigInt(length), 0n);
      if (groupLength > 0n) offsets.push({ groupOpcode, groupStart: position, groupLength });
      position += groupLength;
    }
    const summary = [
      ...groups.flatMap(([, parts]) => parts),
      ...each(offsets, (offset) => this.#mcap.writeSummaryOffset(offset)),
    ];
    const footer = { summaryStart: start, summaryOffsetStart: position, summaryCrc: 0 };
    const unchecked = this.#build((mcap) => mcap.writeFooter(footer)).subarray(0, footerBytes);
    const summaryCrc = [...summary, unchecked].reduce((crc, bytes) => crc32(bytes, crc), 0);
    const end = this.#build((mcap) => {
      mcap.writeFooter({ ...footer, summaryCrc });
      mcap.writeMagic();
    });
    return [...summary, end];
  }

  #statistics(): McapTypes.Statistics {
    return {
      messageCount: [...this.#counts.values()].reduce((sum, count) => sum + count, 0n),
      schemaCount: 0,
      channelCount: this.#channels.length,
      attachmentCount: this.#attachments.length,
      metadataCount: this.#metadata.length,
      chunkCount: this.#chunks.length,
      messageStartTime: this.#messageStartTime ?? 0n,
      messageEndTime: this.#messageEndTime,
      channelMessageCounts: this.#counts,
    };
  }

  #build(write: (mcap: McapRecordBuilder) => void): Uint8Array {
    write(this.#mcap);
    const bytes = this.#mcap.buffer;
    this.#mcap.reset();
    return bytes;
  }
}
