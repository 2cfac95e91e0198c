import { maxStringBytes, uuidProblem } from "./field-limits.ts";

/**
 * Writes the fields of Kafka's protocol into memory that grows. Strings, bytes and arrays have either lengths of a fixed
 * size or, in flexible versions, compact lengths. A value that does not fit into its field is a RangeError.
 *
 * https://kafka.apache.org/protocol#protocol_types
 */
export class BytesWriter {
  readonly #flexible: boolean;
  #bytes: Buffer;
  #length = 0;

  constructor(capacity = 256, flexible = false) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
    this.#flexible = flexible;
  }

  /** A view of what was written so far. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Makes room for `size` bytes and returns where they start. */
  #reserve(size: number): number {
    const start = this.#length;
    this.#length += size;
    if (this.#length > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(this.#length, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, start));
      this.#bytes = larger;
    }
    return start;
  }

  uint8(value: number): this {
    const start = this.#reserve(1);
    this.#bytes.writeUInt8(value, start);
    return this;
  }

  boolean(value: boolean): this {
    return this.uint8(value ? 1 : 0);
  }

  int16(value: number): this {
    checkWhole(value);
    const start = this.#reserve(2);
    this.#bytes.writeInt16BE(value, start);
    return this;
  }

  int32(value: number): this {
    checkWhole(value);
    const start = this.#reserve(4);
    this.#bytes.writeInt32BE(value, start);
    return this;
  }

  int64(value: bigint): this {
    const start = this.#reserve(8);
    this.#bytes.writeBigInt64BE(value, start);
    return this;
  }

  string(value: string | null): this {
    if (value === null) return this.#flexible ? this.unsignedVarint(0) : this.int16(-1);
    const length = Buffer.byteLength(value);
    if (length > maxStringBytes) throw new RangeError(`a text of ${length} bytes is longer than ${maxStringBytes}`);
    if (this.#flexible) this.unsignedVarint(length + 1);
    else this.int16(length);
    const start = this.#reserve(length);
    this.#bytes.write(value, start, length);
    return this;
  }

  /** UNSIGNED_VARINT: up to 32 bits, seven in each byte. */
  unsignedVarint(value: number): this {
    let rest = value;
    for (; rest >= 0x80; rest >>>= 7) this.uint8((rest & 0x7f) | 0x80);
    return this.uint8(rest);
  }

  /** A UUID of 32 hexadecimal digits. */
  uuid(digits: string): this {
    const why = uuidProblem("a UUID", digits);
    if (why !== undefined) throw new RangeError(why);
    const start = this.#reserve(16);
    this.#bytes.write(digits, start, "hex");
    return this;
  }

  bytes(value: Uint8Array): this {
    if (this.#flexible) this.unsignedVarint(value.length + 1);
    else this.int32(value.length);
    const start = this.#reserve(value.length);
    this.#bytes.set(value, start);
    return this;
  }

  array<Item>(items: readonly Item[], write: (item: Item) => void): this {
    if (this.#flexible) this.unsignedVarint(items.length + 1);
    else this.int32(items.length);
    for (const item of items) write(item);
    return this;
  }

  /** An array of structures; each gets its tagged fields, which are none. */
  structs<Item>(items: readonly Item[], write: (item: Item) => void): this {
    return this.array(items, (item) => {
      write(item);
      this.taggedFields();
    });
  }

  nullArray(): this {
    return this.#flexible ? this.unsignedVarint(0) : this.int32(-1);
  }

  /** No tagged fields, at the end of a structure. Only flexible versions have them. */
  taggedFields(): this {
    return this.#flexible ? this.unsignedVarint(0) : this;
  }
}

/** Without this check a Buffer would truncate a fraction and write NaN as 0. */
function checkWhole(value: number): void {
  if (!Number.isInteger(value)) throw new RangeError(`${value} is not a whole number`);
}
