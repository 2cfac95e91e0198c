/** What the length of a text can tell in the older form; Kafka takes no longer one in the compact form either. */
const longestString = 32_767;

/** Writes the fields of Kafka's protocol, big-endian, into memory that grows with them. */
export class BytesWriter {
  #bytes: Buffer;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
  }

  /** What was written so far: a view. */
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
    const start = this.#reserve(2);
    this.#bytes.writeInt16BE(value, start);
    return this;
  }

  int32(value: number): this {
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
    if (value === null) return this.int16(-1);
    const length = Buffer.byteLength(value);
    this.int16(length);
    const start = this.#reserve(length);
    this.#bytes.write(value, start, length, "utf8");
    return this;
  }

  /** A number of up to 32 bits, seven to a byte. */
  unsignedVarint(value: number): this {
    let rest = value;
    for (; rest >= 0x80; rest >>>= 7) this.uint8((rest & 0x7f) | 0x80);
    return this.uint8(rest);
  }

  /** A text of the compact form. */
  compactString(value: string): this {
    const length = Buffer.byteLength(value);
    if (length > longestString) throw new RangeError(`a name of ${length} bytes is longer than ${longestString}`);
    this.unsignedVarint(length + 1);
    const start = this.#reserve(length);
    this.#bytes.write(value, start, length, "utf8");
    return this;
  }

  zeros(count: number): this {
    const start = this.#reserve(count);
    this.#bytes.fill(0, start, start + count);
    return this;
  }

  bytes(value: Uint8Array): this {
    this.int32(value.length);
    const start = this.#reserve(value.length);
    this.#bytes.set(value, start);
    return this;
  }

  array<Item>(items: readonly Item[], write: (item: Item) => void): this {
    this.int32(items.length);
    for (const item of items) write(item);
    return this;
  }
}
