import { NdArray } from "@dataqueues/arrays";
import { printHeader } from "@dataqueues/codec-npy";
import { join } from "node:path";

import { textOf } from "../print/bytes-text.ts";
import { Spool } from "./spool.ts";
import type { ZipWriter } from "./zip-writer.ts";

const batchKeys = 4_096;

/** The keys of a topic's records: text (`<U8`) where all are UTF-8, else bytes (`|S8`). */
export class NpzKeys {
  readonly #spool: Spool;
  readonly #lengths: number[] = [];
  #isText = true;
  #longestText = 0;
  #longest = 0;

  constructor(folder: string, index: number) {
    this.#spool = new Spool(join(folder, `keys-${index}`));
  }

  async add(key: Uint8Array | null): Promise<void> {
    this.#lengths.push(key?.length ?? -1);
    if (key === null) return;
    this.#longest = Math.max(this.#longest, key.length);
    const text = numpyTextOf(key);
    if (text === undefined) this.#isText = false;
    else this.#longestText = Math.max(this.#longestText, Array.from(text).length);
    await this.#spool.add(key);
  }

  /**
   * Writes the keys and the length of each in bytes, which tells records without a key (-1) from those with an empty one; nothing if no
   * record has a key.
   */
  async write(zip: ZipWriter, prefix: string): Promise<void> {
    if (this.#lengths.some((length) => length >= 0)) {
      await zip.add(`${prefix}key.npy`, this.#member());
      const lengths = Int32Array.from(this.#lengths);
      await zip.add(`${prefix}key_length.npy`, [printHeader("<i4", [lengths.length]), new Uint8Array(lengths.buffer)]);
    }
    await this.#spool.close();
  }

  async *#member(): AsyncGenerator<Uint8Array, void, undefined> {
    // numpy has no items without bytes.
    const width = Math.max(this.#isText ? this.#longestText : this.#longest, 1);
    const dtype = this.#isText ? `<U${width}` : `|S${width}`;
    yield printHeader(dtype, [this.#lengths.length]);
    let batch: Uint8Array[] = [];
    for await (const key of this.#read()) {
      batch.push(this.#isText ? NdArray.fromItems(dtype, [], [numpyTextOf(key) ?? ""]).bytes : padded(key, width));
      if (batch.length < batchKeys) continue;
      yield Buffer.concat(batch);
      batch = [];
    }
    yield Buffer.concat(batch);
  }

  /** The keys one after another; without bytes for a record without a key. */
  async *#read(): AsyncGenerator<Uint8Array, void, undefined> {
    const blocks = this.#spool.read();
    let bytes = new Uint8Array();
    try {
      for (const length of this.#lengths) {
        while (bytes.length < length) bytes = Buffer.concat([bytes, (await blocks.next()).value ?? new Uint8Array()]);
        yield bytes.subarray(0, Math.max(length, 0));
        bytes = bytes.subarray(Math.max(length, 0));
      }
    } finally {
      await blocks.return();
    }
  }
}

function padded(key: Uint8Array, width: number): Uint8Array {
  const item = new Uint8Array(width);
  item.set(key);
  return item;
}

/** The text of a key; undefined for other bytes, and for NUL at the end, which numpy's text does not keep. */
function numpyTextOf(key: Uint8Array): string | undefined {
  const text = textOf(key);
  return text?.endsWith("\0") ? undefined : text;
}
