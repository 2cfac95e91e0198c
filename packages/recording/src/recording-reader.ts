import { DataQueueError, UnsupportedError } from "@dataqueues/core";

import { FileWindow } from "./file-window.ts";
import {
  damaged,
  largestRecordBytes,
  magic,
  messageHeadBytes,
  opcodes,
  recordHeadBytes,
  recordLength,
} from "./mcap-record.ts";
import { readChunk } from "./read-chunk.ts";
import { kafkaRecordEncoding, readChannel, readTopicConfigs } from "./recorded-channel.ts";
import type { RecordedChannel } from "./recorded-channel.ts";
import type { Summary } from "./read-summary.ts";
import { openRecordingFile } from "./recording-file.ts";
import type { OpenFile, RecordingFile } from "./recording-file.ts";

/** A Kafka record as it stands in the file. */
export interface RecordedMessage {
  readonly channelId: number;
  readonly channel: RecordedChannel;
  /** Where it begins in the file. */
  readonly at: number;
  readonly data: Uint8Array;
}

/** A part of the file that is read at once: a chunk, or messages that are in no chunk. */
export interface Block {
  /** Where it begins in the file. */
  readonly start: number;
  /** Where what follows begins. */
  readonly end: number;
  readonly messages: readonly RecordedMessage[];
}

/** Messages in no chunk are a block if they begin within so many bytes. */
const looseBytes = 2 ** 17;

/** A Footer record with the magic bytes after it. */
export const endBytes: number = recordHeadBytes + 20 + magic.length;

interface TopRecord {
  readonly opcode: number;
  readonly at: number;
  readonly length: number;
  /** Where the next record begins; past the end of a file that is cut in this record. */
  readonly end: number;
}

/** Goes through an MCAP file from its beginning, or from where a block begins. Holds one block in memory. */
export class RecordingReader {
  readonly file: OpenFile;
  /** Whether the file has its end; otherwise it was cut, or is still being written. */
  readonly hasEnd: boolean;
  /** What was found so far, by the channels' ids. */
  readonly channels: Map<number, RecordedChannel>;
  /** The settings of topics that were found so far. */
  readonly configs: Map<string, Readonly<Record<string, string>>> = new Map();
  readonly #window: FileWindow;
  /** How many messages were read, also those that are no Kafka records. */
  #messages = 0;

  private constructor(file: OpenFile, hasEnd: boolean, channels: ReadonlyMap<number, RecordedChannel>) {
    this.file = file;
    this.channels = new Map(channels);
    this.hasEnd = hasEnd;
    this.#window = new FileWindow(file);
  }

  /**
   * Opens a file. Close `reader.file` after use.
   *
   * @param channels - those that are known already, for who begins in the middle
   * @throws DataQueueError for one that cannot be read or is no MCAP file
   */
  static async open(
    file: RecordingFile,
    channels: ReadonlyMap<number, RecordedChannel> = new Map(),
  ): Promise<RecordingReader> {
    const opened = await openRecordingFile(file);
    try {
      const { name, size } = opened;
      const start = await opened.read(0, Math.min(magic.length + 1, size));
      if (start.some((byte, at) => byte !== (magic[at] ?? opcodes.header))) {
        const what = "it is no MCAP file; recordings are made by recordTopics, or dataqueues record";
        throw new DataQueueError(`${name}: ${what}`, { code: "NOT_A_RECORDING" });
      }
      const end = size < magic.length + endBytes ? start : await opened.read(size - endBytes, endBytes);
      const hasMagic = magic.every((byte, at) => byte === end[endBytes - magic.length + at]);
      return new RecordingReader(opened, hasMagic && end[0] === opcodes.footer && recordLength(end) === 20, channels);
    } catch (error) {
      await opened.close();
      throw error;
    }
  }

  /** Where records end: at the footer, if there is one. */
  get limit(): number {
    return this.file.size - (this.hasEnd ? endBytes : 0);
  }

  /**
   * The blocks in the order of the file, up to its end, or up to where it was cut.
   *
   * @param summary - that of the file, which was read before
   * @throws DataQueueError with the code `RECORDING_DAMAGED`, which names the place; `NOT_A_RECORDING` for an MCAP file of
   *   something else
   */
  async *blocks(summary: Summary | undefined): AsyncGenerator<Block> {
    this.checkEncodings();
    let block = await this.blockAt(magic.length);
    while (block !== undefined) {
      yield block;
      block = await this.blockAt(block.end);
    }
    this.checkEncodings();
    const { messageCount = this.#messages } = summary ?? {};
    if (messageCount !== this.#messages) {
      const what = `${this.#messages} messages are there, not the ${messageCount} that its summary counts`;
      throw damaged(this.file.name, this.limit, what);
    }
  }

  /** The block that begins at a place or is the next one after it, where a record begins; undefined if there is none. */
  async blockAt(place: number): Promise<Block | undefined> {
    let start: number | undefined;
    const messages: RecordedMessage[] = [];
    let at = place;
    while (start === undefined || at < start + looseBytes) {
      const record = await this.#recordAt(at);
      if (record === undefined) break;
      if (record.opcode === opcodes.chunk) {
        // A chunk is a block of its own.
        if (start === undefined) return { start: at, end: record.end, messages: await this.#readChunk(record) };
        break;
      }
      if (record.end > this.limit) break;
      at = record.end;
      if (record.opcode === opcodes.message) {
        start ??= record.at;
        if (record.length < messageHeadBytes) {
          throw damaged(this.file.name, record.at, `a message of ${record.length} bytes is too short`);
        }
        this.#addMessage(messages, record.at, await this.#bodyOf(record));
      } else if (record.opcode === opcodes.channel || record.opcode === opcodes.metadata) {
        this.addRecord(record.opcode, record.at, await this.#bodyOf(record));
      }
    }
    return start === undefined ? undefined : { start, end: at, messages };
  }

  /** Notes a channel, or the settings of a topic. Other records are passed over. */
  addRecord(opcode: number, at: number, body: Uint8Array): void {
    try {
      if (opcode === opcodes.channel) this.#addChannel(readChannel(body));
      const found = opcode === opcodes.metadata ? readTopicConfigs(body) : undefined;
      if (found !== undefined) this.configs.set(found.topic, found.configs);
    } catch (error) {
      throw damaged(this.file.name, at, "a record that makes no sense", error);
    }
  }

  /** Throws an error that names the encodings, if the channels that were found are all of something else than Kafka. */
  checkEncodings(): void {
    const encodings = new Set([...this.channels.values()].map(({ encoding }) => encoding));
    if (encodings.size === 0 || encodings.has(kafkaRecordEncoding)) return;
    const found = [...encodings].map((encoding) => encoding || "none").join(", ");
    const what = `it is an MCAP file of something else: its messages have the encoding ${found}, not ${kafkaRecordEncoding}`;
    throw new DataQueueError(`${this.file.name}: ${what}`, { code: "NOT_A_RECORDING" });
  }

  #addChannel({ id, channel }: ReturnType<typeof readChannel>): void {
    const known = this.channels.get(id);
    this.channels.set(id, known ?? channel);
    if (known === undefined) return;
    const isSame = known.topic === channel.topic && known.partition === channel.partition;
    if (!isSame || known.encoding !== channel.encoding)
      throw new RangeError(`the channel ${id} is described otherwise`);
  }

  async #recordAt(at: number): Promise<TopRecord | undefined> {
    const from = at + recordHeadBytes;
    if (at >= this.limit || (from > this.limit && !this.hasEnd)) return undefined;
    const { name } = this.file;
    if (from > this.limit) throw damaged(name, at, "the head of a record goes past the end");
    const head = await this.#window.view(at, recordHeadBytes);
    const length = recordLength(head);
    const opcode = head[0] ?? 0;
    if (opcode === opcodes.dataEnd && length === 4) return undefined;
    // After a loss of power a file may end with zeros.
    if (opcode === 0 && length === 0 && !this.hasEnd) return undefined;
    if (opcode === 0) throw damaged(name, at, "a record of the kind 0, which there is not");
    const end = from + length;
    if (end > this.limit && this.hasEnd) throw damaged(name, at, `a record of ${length} bytes goes past the end`);
    if (length > largestRecordBytes && held.has(opcode)) {
      throw new UnsupportedError(
        `${name}: the record at byte ${at} has ${length} bytes, more than ${largestRecordBytes}`,
      );
    }
    return { opcode, at, length, end };
  }

  async #bodyOf({ at, length }: TopRecord): Promise<Uint8Array> {
    return (await this.#window.view(at, recordHeadBytes + length)).subarray(recordHeadBytes);
  }

  async #readChunk({ at, length, end }: TopRecord): Promise<RecordedMessage[]> {
    const messages: RecordedMessage[] = [];
    const { name } = this.file;
    const bytes = await this.#window.view(at, recordHeadBytes + length);
    const isLast = !this.hasEnd && (await this.#recordAt(end)) === undefined;
    for (const record of readChunk({ name, at, length, bytes, isLast })) {
      if (record.opcode === opcodes.message) this.#addMessage(messages, record.at, record.body);
      else this.addRecord(record.opcode, record.at, record.body);
    }
    return messages;
  }

  /** Adds a message that is a Kafka record; those of other channels are passed over. */
  #addMessage(messages: RecordedMessage[], at: number, body: Uint8Array): void {
    this.#messages += 1;
    const channelId = (body[0] ?? 0) + 256 * (body[1] ?? 0);
    const channel = this.channels.get(channelId);
    if (channel === undefined)
      throw damaged(this.file.name, at, `a message of the channel ${channelId}, not described`);
    if (channel.partition >= 0) messages.push({ channelId, channel, at, data: body.subarray(messageHeadBytes) });
  }
}

/** The records that are held in memory as a whole. */
const held: ReadonlySet<number> = new Set<number>([opcodes.chunk, opcodes.message, opcodes.channel, opcodes.metadata]);
