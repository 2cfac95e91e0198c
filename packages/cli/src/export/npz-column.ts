import { join } from "node:path";
import { NdArray, RecordArray } from "@dataqueues/arrays";
import type { FieldDescr } from "@dataqueues/arrays";
import { printHeader } from "@dataqueues/codec-npy";

import { Spool } from "./spool.ts";
import type { ZipWriter } from "./zip-writer.ts";

/** A dtype and a shape, which many arrays have in common. */
interface Layout {
  readonly dtype: string | readonly FieldDescr[];
  readonly shape: readonly number[];
  readonly bytes: number;
  /** The same for arrays that can be joined along their first dimension. */
  readonly joinedAs: string | undefined;
}

/** The arrays that records of one topic have under one name. */
export class NpzColumn {
  readonly #spool: Spool;
  readonly #layouts: Map<string, Layout> = new Map();
  /** Arrays of consecutive rows with the same layout. */
  readonly #runs: { readonly row: number; readonly layout: Layout; count: number }[] = [];
  #arrays = 0;

  constructor(folder: string, index: number) {
    this.#spool = new Spool(join(folder, `column-${index}`));
  }

  /** Adds the array of a row. */
  async add(row: number, array: NdArray | RecordArray): Promise<void> {
    const { dtype, shape } = array;
    const key = JSON.stringify([dtype, shape]);
    const bytes = array instanceof NdArray ? array.bytes : array.data;
    let layout = this.#layouts.get(key);
    if (layout === undefined) {
      const joinedAs = shape.length === 0 ? undefined : JSON.stringify([dtype, shape.slice(1)]);
      layout = { dtype, shape, bytes: bytes.length, joinedAs };
      this.#layouts.set(key, layout);
    }
    this.#arrays += 1;
    const run = this.#runs.at(-1);
    if (run !== undefined && run.layout === layout && row === run.row + run.count) run.count += 1;
    else this.#runs.push({ row, layout, count: 1 });
    await this.#spool.add(bytes);
  }

  /**
   * Writes the arrays of `rows` rows: stacked, if every row has one of the same dtype and shape; else joined along the first dimension,
   * with each one's length beside, if only that differs; else each as a member of its own, with the row in its name.
   */
  async write(zip: ZipWriter, name: string, rows: number): Promise<void> {
    const [first, ...others] = this.#layouts.values();
    if (first === undefined) return;
    const { dtype, shape, joinedAs } = first;
    const isEverywhere = this.#arrays === rows;
    if (isEverywhere && others.length === 0) {
      await zip.add(`${name}.npy`, this.#member(dtype, [rows, ...shape]));
    } else if (isEverywhere && joinedAs !== undefined && others.every((layout) => layout.joinedAs === joinedAs)) {
      const lengths = new BigInt64Array(rows);
      for (const { row, layout, count } of this.#runs) lengths.fill(BigInt(layout.shape[0] ?? 0), row, row + count);
      const total = Number(lengths.reduce((sum, length) => sum + length, 0n));
      await zip.add(`${name}.npy`, this.#member(dtype, [total, ...shape.slice(1)]));
      await zip.add(`${name}_length.npy`, [printHeader("<i8", [rows]), new Uint8Array(lengths.buffer)]);
    } else {
      let start = 0;
      for (const { row, layout, count } of this.#runs) {
        for (let index = 0; index < count; index += 1, start += layout.bytes) {
          const member = this.#member(layout.dtype, layout.shape, start, start + layout.bytes);
          await zip.add(`${name}_${row + index}.npy`, member);
        }
      }
    }
    await this.#spool.close();
  }

  async *#member(
    dtype: Layout["dtype"],
    shape: readonly number[],
    start?: number,
    end?: number,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    yield printHeader(dtype, shape);
    yield* this.#spool.read(start, end);
  }
}
