import { damaged } from "./mcap-record.ts";
import { peekOffset, recordDataBytes } from "./record-data.ts";
import type { RecordedMessage, RecordingReader } from "./recording-reader.ts";

/** How much of the file is kept in memory, if there is more than one block of it. */
const mostBytes = 2 ** 26;

/** A message of one channel, with the offset of its record. */
export interface IndexedMessage extends Pick<RecordedMessage, "at" | "data"> {
  readonly offset: bigint;
}

/** The messages of a block, in their order, by channel. */
export type LoadedBlock = ReadonlyMap<number, readonly IndexedMessage[]>;

interface Kept {
  readonly block: LoadedBlock;
  readonly bytes: number;
}

/** Keeps the parts of the file that were used last: partitions are read in turns, and lie together in the file. */
export class BlockCache {
  readonly #reader: Pick<RecordingReader, "file" | "blockAt">;
  readonly #blocks = new Map<number, Kept>();
  #bytes = 0;

  constructor(reader: Pick<RecordingReader, "file" | "blockAt">) {
    this.#reader = reader;
  }

  /** The block that begins at `start`. */
  async load(start: number): Promise<LoadedBlock> {
    const kept = this.#blocks.get(start) ?? (await this.#read(start));
    // Those that were used last are at the end of the map.
    if (!this.#blocks.delete(start)) this.#bytes += kept.bytes;
    this.#blocks.set(start, kept);
    for (const [oldest, { bytes }] of this.#blocks) {
      if (this.#bytes <= mostBytes || oldest === start) break;
      this.#blocks.delete(oldest);
      this.#bytes -= bytes;
    }
    return kept.block;
  }

  async #read(start: number): Promise<Kept> {
    const { name } = this.#reader.file;
    const found = await this.#reader.blockAt(start);
    if (found?.start !== start) throw damaged(name, start, "its index says that records begin here");
    const block = new Map<number, IndexedMessage[]>();
    for (const { channelId, at, data } of found.messages) {
      if (data.length < recordDataBytes) throw damaged(name, at, "a message holds no record");
      const messages = block.get(channelId) ?? [];
      block.set(channelId, messages);
      messages.push({ at, data, offset: peekOffset(data) });
    }
    return { block, bytes: found.end - start };
  }
}
