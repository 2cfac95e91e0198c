// Writes flatbuffers (https://flatbuffers.dev/internals) of any content, also what no library writes.

/** A field of a table, by its slot. */
export type FieldValue =
  | { readonly u8: number }
  | { readonly i16: number }
  | { readonly i32: number }
  | { readonly i64: number | bigint }
  | { readonly text: string }
  | { readonly table: Slots }
  | { readonly tables: readonly Slots[] }
  | { readonly i32s: readonly number[] }
  | { readonly i64s: readonly (number | bigint)[]; /** How many of them are a struct. */ readonly each?: number };

export type Slots = Readonly<Record<number, FieldValue>>;

/** The bytes of a flatbuffer with this root table. */
export function flatbuffer(root: Slots): Uint8Array {
  const writer = new FlatbufferWriter();
  const start = writer.reserve(8);
  writer.point(start, writer.table(root));
  return writer.bytes();
}

class FlatbufferWriter {
  readonly #view = new DataView(new ArrayBuffer(2 ** 21));
  #end = 0;

  /** So many bytes at a multiple of 8. */
  reserve(size: number): number {
    const at = this.#end;
    this.#end = Math.ceil((at + size) / 8) * 8;
    return at;
  }

  /** Lets the uint32 at `from` point at `to`, which is behind it. */
  point(from: number, to: number): void {
    this.#view.setUint32(from, to - from, true);
  }

  table(slots: Slots): number {
    const numbers = Object.keys(slots).map(Number);
    const count = Math.max(-1, ...numbers) + 1;
    const vtable = this.reserve(4 + 2 * count);
    const table = this.reserve(8 + 8 * numbers.length);
    this.#view.setUint16(vtable, 4 + 2 * count, true);
    this.#view.setUint16(vtable + 2, 8 + 8 * numbers.length, true);
    this.#view.setInt32(table, table - vtable, true);
    numbers.forEach((slot, index) => {
      const offset = 8 + 8 * index;
      this.#view.setUint16(vtable + 4 + 2 * slot, offset, true);
      const value = slots[slot];
      if (value !== undefined) this.#field(table + offset, value);
    });
    return table;
  }

  bytes(): Uint8Array {
    return new Uint8Array(this.#view.buffer.slice(0, this.#end));
  }

  #field(at: number, value: FieldValue): void {
    if ("u8" in value) this.#view.setUint8(at, value.u8);
    else if ("i16" in value) this.#view.setInt16(at, value.i16, true);
    else if ("i32" in value) this.#view.setInt32(at, value.i32, true);
    else if ("i64" in value) this.#view.setBigInt64(at, BigInt(value.i64), true);
    else if ("table" in value) this.point(at, this.table(value.table));
    else this.point(at, this.#vector(value));
  }

  #vector(
    value: Extract<FieldValue, { text: string } | { tables: unknown } | { i32s: unknown } | { i64s: unknown }>,
  ): number {
    if ("text" in value) {
      const text = new TextEncoder().encode(value.text);
      const start = this.#items(text.length, 1);
      new Uint8Array(this.#view.buffer).set(text, start);
      return start - 4;
    }
    if ("tables" in value) {
      const start = this.#items(value.tables.length, 4);
      value.tables.forEach((table, index) => this.point(start + 4 * index, this.table(table)));
      return start - 4;
    }
    if ("i32s" in value) {
      const start = this.#items(value.i32s.length, 4);
      value.i32s.forEach((item, index) => this.#view.setInt32(start + 4 * index, item, true));
      return start - 4;
    }
    const { i64s, each = 1 } = value;
    const start = this.#items(i64s.length / each, 8 * each);
    i64s.forEach((item, index) => this.#view.setBigInt64(start + 8 * index, BigInt(item), true));
    return start - 4;
  }

  /** A vector of so many items, which start at a multiple of 8. */
  #items(length: number, size: number): number {
    const at = this.reserve(8 + length * size);
    this.#view.setUint32(at + 4, length, true);
    return at + 8;
  }
}
