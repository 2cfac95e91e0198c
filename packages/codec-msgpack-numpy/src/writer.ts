/**
 * Writes msgpack's types. `@msgpack/msgpack` cannot write a map's key as bytes, which msgpack-numpy's keys are; the
 * format is https://github.com/msgpack/msgpack/blob/master/spec.md
 */
export class Writer {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** What was written so far. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  nil(): void {
    this.#byte(0xc0);
  }

  boolean(value: boolean): void {
    this.#byte(value ? 0xc3 : 0xc2);
  }

  /** The shortest form of an integer, as Python writes. */
  integer(value: number | bigint): void {
    const number = Number(value);
    if (number >= 0 && number < 0x80) this.#byte(number);
    else if (number >= 0 && number < 0x100) this.#sized(0xcc, 1, number);
    else if (number >= 0 && number < 0x1_0000) this.#sized(0xcd, 2, number);
    else if (number >= 0 && number < 0x1_0000_0000) this.#sized(0xce, 4, number);
    else if (number >= 0) this.#long(0xcf, BigInt(value));
    else if (number >= -0x20) this.#byte(number & 0xff);
    else if (number >= -0x80) this.#sized(0xd0, 1, number & 0xff);
    else if (number >= -0x8000) this.#sized(0xd1, 2, number & 0xffff);
    else if (number >= -0x8000_0000) this.#sized(0xd2, 4, number >>> 0);
    else this.#long(0xd3, BigInt.asUintN(64, BigInt(value)));
  }

  float(value: number): void {
    const at = this.#reserve(9);
    this.#bytes[at] = 0xcb;
    this.#view.setFloat64(at + 1, value);
  }

  string(utf8: Uint8Array): void {
    if (utf8.length < 0x20) this.#byte(0xa0 | utf8.length);
    else this.#length8(0xd9, utf8.length);
    this.raw(utf8);
  }

  binary(bytes: Uint8Array): void {
    this.#length8(0xc4, bytes.length);
    this.raw(bytes);
  }

  arrayHeader(length: number): void {
    if (length < 0x10) this.#byte(0x90 | length);
    else if (length < 0x1_0000) this.#sized(0xdc, 2, length);
    else this.#sized(0xdd, 4, length);
  }

  mapHeader(length: number): void {
    if (length < 0x10) this.#byte(0x80 | length);
    else if (length < 0x1_0000) this.#sized(0xde, 2, length);
    else this.#sized(0xdf, 4, length);
  }

  /** Bytes that are msgpack already, or the content of a header just written. */
  raw(bytes: Uint8Array): void {
    const at = this.#reserve(bytes.length);
    this.#bytes.set(bytes, at);
  }

  #length8(type: number, length: number): void {
    if (length < 0x100) this.#sized(type, 1, length);
    else if (length < 0x1_0000) this.#sized(type + 1, 2, length);
    else this.#sized(type + 2, 4, length);
  }

  #byte(value: number): void {
    const at = this.#reserve(1);
    this.#bytes[at] = value;
  }

  #sized(type: number, width: 1 | 2 | 4, value: number): void {
    const at = this.#reserve(1 + width);
    this.#bytes[at] = type;
    if (width === 1) this.#view.setUint8(at + 1, value);
    else if (width === 2) this.#view.setUint16(at + 1, value);
    else this.#view.setUint32(at + 1, value);
  }

  #long(type: number, value: bigint): void {
    const at = this.#reserve(9);
    this.#bytes[at] = type;
    this.#view.setBigUint64(at + 1, value);
  }

  #reserve(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length));
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }
}
