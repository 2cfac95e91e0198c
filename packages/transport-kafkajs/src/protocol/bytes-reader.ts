/** The INT8 -1, which stands in place of a structure that is missing. */
const noStruct = 0xff;

/**
 * Reads the fields of Kafka's protocol. Strings, bytes and arrays have either lengths of a fixed size or, in flexible
 * versions, compact lengths. Each length is compared with the bytes that are left before anything is allocated: a
 * RangeError says that the bytes end too early.
 *
 * https://kafka.apache.org/protocol#protocol_types
 */
export class BytesReader {
  readonly bytes: Buffer;
  readonly #flexible: boolean;
  position = 0;

  constructor(bytes: Uint8Array, flexible = false) {
    this.#flexible = flexible;
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.bytes.length - this.position;
  }

  /** Skips `length` bytes and returns where they start. */
  skip(length: number): number {
    if (length < 0 || length > this.remaining) {
      throw new RangeError(`${length} bytes wanted at ${this.position} of ${this.bytes.length}`);
    }
    const start = this.position;
    this.position += length;
    return start;
  }

  uint8(): number {
    const byte = this.bytes[this.position];
    if (byte === undefined) throw new RangeError(`a byte wanted at ${this.position} of ${this.bytes.length}`);
    this.position++;
    return byte;
  }

  boolean(): boolean {
    return this.uint8() !== 0;
  }

  int16(): number {
    return this.bytes.readInt16BE(this.skip(2));
  }

  int32(): number {
    return this.bytes.readInt32BE(this.skip(4));
  }

  uint32(): number {
    return this.bytes.readUInt32BE(this.skip(4));
  }

  int64(): bigint {
    return this.bytes.readBigInt64BE(this.skip(8));
  }

  /** UNSIGNED_VARINT: up to 32 bits, seven in each byte. */
  unsignedVarint(): number {
    let byte = this.uint8();
    let value = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      if (shift > 28) throw new RangeError(`a number at ${this.position} is longer than 32 bits`);
      byte = this.uint8();
      value |= (byte & 0x7f) << shift;
    }
    return value >>> 0;
  }

  /** VARINT: zigzag-encoded, up to 32 bits. */
  varint(): number {
    // Almost all numbers in a record take one byte.
    const byte = this.bytes[this.position];
    if (byte !== undefined && byte < 0x80) {
      this.position++;
      return (byte >>> 1) ^ -(byte & 1);
    }
    const value = this.unsignedVarint();
    return (value >>> 1) ^ -(value & 1);
  }

  /** VARLONG: zigzag-encoded, up to 64 bits. The result is exact up to 2 ** 53, which is enough for every timestamp. */
  varlong(): number {
    let byte = this.uint8();
    const negative = (byte & 1) === 1;
    let value = (byte & 0x7f) >> 1;
    for (let factor = 64; byte >= 0x80; factor *= 128) {
      if (factor > 2 ** 62) throw new RangeError(`a number at ${this.position} is longer than 64 bits`);
      byte = this.uint8();
      value += (byte & 0x7f) * factor;
    }
    return negative ? -1 - value : value;
  }

  text(length: number): string {
    const start = this.skip(length);
    return this.bytes.toString("utf8", start, this.position);
  }

  /** A UUID as 32 hexadecimal digits. */
  uuid(): string {
    const start = this.skip(16);
    return this.bytes.toString("hex", start, this.position);
  }

  /** A string; null is read as an empty one. */
  string(): string {
    return this.nullableString() ?? "";
  }

  nullableString(): string | null {
    const length = this.#flexible ? this.unsignedVarint() - 1 : this.int16();
    return length < 0 ? null : this.text(length);
  }

  nullableBytes(): Buffer | null {
    const length = this.#flexible ? this.unsignedVarint() - 1 : this.int32();
    if (length < 0) return null;
    const start = this.skip(length);
    return this.bytes.subarray(start, this.position);
  }

  /** The items of an array; null is read as an empty one. */
  array<Item>(read: () => Item): Item[] {
    const count = this.#flexible ? this.unsignedVarint() - 1 : this.int32();
    if (count > this.remaining) throw new RangeError(`${count} items wanted in ${this.remaining} bytes`);
    const items: Item[] = [];
    for (let index = 0; index < count; index++) items.push(read());
    return items;
  }

  /** The items of an array of structures, without their tagged fields. */
  structs<Item>(read: () => Item): Item[] {
    return this.array(() => {
      const item = read();
      this.taggedFields();
      return item;
    });
  }

  /** A structure that may be missing, without its tagged fields. */
  nullableStruct<Item>(read: () => Item): Item | undefined {
    if (this.uint8() === noStruct) return undefined;
    const item = read();
    this.taggedFields();
    return item;
  }

  /** Skips the tagged fields at the end of a structure. Only flexible versions have them. */
  taggedFields(): void {
    if (!this.#flexible) return;
    for (let count = this.unsignedVarint(); count > 0; count--) {
      this.unsignedVarint(); // tag
      this.skip(this.unsignedVarint());
    }
  }
}
