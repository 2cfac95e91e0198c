/**
 * Reads the fields of Kafka's protocol from bytes, texts, bytes and arrays in the older or in the flexible (compact) form.
 * Every length is checked against the bytes that are there: a RangeError
 * says that the bytes end too early, before anything is allocated for them.
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

  /** Moves past `length` bytes and returns where they start. */
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

  /** A number of up to 32 bits, seven to a byte. */
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

  /** A zigzag number of up to 32 bits, as lengths and counts in records are. */
  varint(): number {
    const value = this.unsignedVarint();
    return (value >>> 1) ^ -(value & 1);
  }

  /** A zigzag number of up to 64 bits; exact up to 2 ** 53, which holds every date. */
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

  hex(length: number): string {
    const start = this.skip(length);
    return this.bytes.toString("hex", start, this.position);
  }

  /** A text; an empty one where it is null. */
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

  /** The items of an array, none for a null one. */
  array<Item>(item: () => Item): Item[] {
    return this.#items(this.#flexible ? this.unsignedVarint() - 1 : this.int32(), item);
  }

  /** Moves past the tagged fields at the end of each structure of the flexible form. */
  tags(): void {
    if (!this.#flexible) return;
    for (let count = this.unsignedVarint(); count > 0; count--) {
      this.unsignedVarint();
      this.skip(this.unsignedVarint());
    }
  }

  #items<Item>(count: number, item: () => Item): Item[] {
    if (count > this.remaining) throw new RangeError(`${count} items wanted in ${this.remaining} bytes`);
    const items: Item[] = [];
    for (let index = 0; index < count; index++) items.push(item());
    return items;
  }
}
