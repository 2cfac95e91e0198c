import { decodeUtf8 } from "./decode-utf8.ts";
import type { ErrorFactory } from "./error-factory.ts";

/**
 * How often each byte may be read, on average. Arrow's own writers need up to 2 reads, because tables share their
 * vtables. Without a limit a few kilobytes could point at the same text or column thousands of times.
 */
const readsPerByte = 4;

/** The bytes of a `Block`: an int64, an int32 with 4 bytes of padding, an int64. */
const blockSize = 24;

/**
 * A table of a flatbuffer (https://flatbuffers.dev/internals) that checks every access. Reading may throw what its
 * `fail` makes, but it never leaves the bytes, and the time it takes is bounded by their number. The flatbuffers
 * library has no verifier for JavaScript, and a reader that trusts the lengths in a message can be made to exhaust
 * memory.
 *
 * A field is named by its slot, its position in the table's declaration. `undefined` means that the field is absent.
 */
export class FlatTable {
  readonly #buffer: FlatBuffer;
  readonly #position: number;
  readonly #vtable: number;
  readonly #vtableSize: number;

  constructor(buffer: FlatBuffer, position: number) {
    this.#buffer = buffer;
    this.#position = position;
    this.#vtable = position - buffer.int32(position);
    this.#vtableSize = buffer.vtableEntry(this.#vtable);
    if (this.#vtableSize % 2 === 1) throw buffer.error("a table of the Arrow metadata has half a slot", this.#vtable);
  }

  /** The root table of the flatbuffer in `bytes`; `offset` is where the bytes start in the message, for errors. */
  static root(bytes: Uint8Array, offset: number, fail: ErrorFactory): FlatTable {
    const buffer = new FlatBuffer(bytes, offset, fail);
    return new FlatTable(buffer, buffer.uint32(0));
  }

  /** A number of one byte, which a boolean and the type of a union are, too. */
  uint8(slot: number): number | undefined {
    const at = this.#field(slot);
    return at === undefined ? undefined : this.#buffer.uint8(at);
  }

  /** A number of two bytes with a sign, as enumerations are. */
  int16(slot: number): number | undefined {
    const at = this.#field(slot);
    return at === undefined ? undefined : this.#buffer.int16(at);
  }

  /** A number of four bytes with a sign. */
  int32(slot: number): number | undefined {
    const at = this.#field(slot);
    return at === undefined ? undefined : this.#buffer.int32(at);
  }

  /** An int64 that is a size: not negative, and exact as a number. */
  size(slot: number): number | undefined {
    const at = this.#field(slot);
    return at === undefined ? undefined : this.#buffer.size(at);
  }

  /** A text, which must be UTF-8. */
  string(slot: number): string | undefined {
    const [start, length] = this.#vector(slot, 1);
    return this.has(slot) ? this.#buffer.text(start, length) : undefined;
  }

  /** A table that the field points at, which is not read before it is asked. */
  table(slot: number): FlatTable | undefined {
    const at = this.#target(slot);
    return at === undefined ? undefined : new FlatTable(this.#buffer, at);
  }

  /** Reads each table of a vector with `read`, one after the other, so that only the results stay in memory. */
  tables<Item>(slot: number, read: (table: FlatTable) => Item): Item[] {
    const [start, length] = this.#vector(slot, 4);
    return Array.from({ length }, (_, index) => {
      const entry = start + 4 * index;
      return read(new FlatTable(this.#buffer, entry + this.#buffer.uint32(entry)));
    });
  }

  /** A vector of structs that are pairs of int64 sizes: the nodes and the buffers of a record batch. */
  *sizePairs(slot: number): Generator<[number, number], void> {
    const [start, length] = this.#vector(slot, 16);
    for (let entry = start; entry < start + 16 * length; entry += 16) {
      yield [this.#buffer.size(entry), this.#buffer.size(entry + 8)];
    }
  }

  /** The number of items in a vector, 0 when it is absent. */
  length(slot: number): number {
    return this.#vector(slot, 1)[1];
  }

  /** A vector of int64 that are sizes. */
  *sizes(slot: number): Generator<number, void> {
    const [start, length] = this.#vector(slot, 8);
    for (let entry = start; entry < start + 8 * length; entry += 8) yield this.#buffer.size(entry);
  }

  /**
   * A vector of int32. It must start at a multiple of 4 of the message, as readers that view it as an Int32Array need
   * it.
   */
  int32s(slot: number): number[] {
    const [start, length] = this.#vector(slot, 4);
    if (length > 0) this.#buffer.needAligned(start, 4);
    return Array.from({ length }, (_, index) => this.#buffer.int32(start + 4 * index));
  }

  /** A vector of structs `Block` (File.fbs): where each message of a file starts. */
  blockOffsets(slot: number): number[] {
    const [start, length] = this.#vector(slot, blockSize);
    return Array.from({ length }, (_, index) => {
      const block = start + blockSize * index;
      // The length of the body, which the message has too.
      this.#buffer.size(block + 16);
      return this.#buffer.size(block);
    });
  }

  /** Whether the field is there. */
  has(slot: number): boolean {
    return this.#field(slot) !== undefined;
  }

  #field(slot: number): number | undefined {
    const entry = 4 + 2 * slot;
    if (entry + 2 > this.#vtableSize) return undefined;
    const offset = this.#buffer.vtableEntry(this.#vtable + entry);
    return offset === 0 ? undefined : this.#position + offset;
  }

  #target(slot: number): number | undefined {
    const at = this.#field(slot);
    return at === undefined ? undefined : at + this.#buffer.uint32(at);
  }

  #vector(slot: number, itemSize: number): [start: number, length: number] {
    const at = this.#target(slot);
    if (at === undefined) return [0, 0];
    const length = this.#buffer.uint32(at);
    this.#buffer.need(at + 4, length * itemSize);
    return [at + 4, length];
  }
}

/** The bytes of one flatbuffer, read within their bounds and within a budget. */
class FlatBuffer {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #offset: number;
  readonly #fail: ErrorFactory;
  #budget: number;

  constructor(bytes: Uint8Array, offset: number, fail: ErrorFactory) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#offset = offset;
    this.#fail = fail;
    this.#budget = readsPerByte * bytes.byteLength;
  }

  /** Checks that `size` bytes at `at` may be read. */
  need(at: number, size: number): void {
    if (at < 0 || at + size > this.#bytes.length) {
      throw this.error("the Arrow metadata point outside themselves", Math.max(at, 0));
    }
    this.#budget -= size;
    if (this.#budget < 0) {
      throw this.error("the Arrow metadata point at the same bytes again and again", at);
    }
  }

  /** Checks that a vector starts at a multiple of `size` of the message. */
  needAligned(at: number, size: number): void {
    if ((this.#offset + at) % size !== 0) throw this.error(`a vector is not aligned to ${size} bytes`, at);
  }

  error(message: string, at: number): Error {
    return this.#fail("flatbuffer", message, { offset: this.#offset + at });
  }

  uint8(at: number): number {
    this.need(at, 1);
    return this.#view.getUint8(at);
  }

  int16(at: number): number {
    this.need(at, 2);
    return this.#view.getInt16(at, true);
  }

  /**
   * An entry of a vtable. flatbuffers declares it unsigned, but its library for JavaScript reads it with a sign: what
   * the two read differently is refused.
   */
  vtableEntry(at: number): number {
    this.need(at, 2);
    const entry = this.#view.getInt16(at, true);
    if (entry < 0) throw this.error("a table of the Arrow metadata is larger than 32 kB", at);
    return entry;
  }

  int32(at: number): number {
    this.need(at, 4);
    return this.#view.getInt32(at, true);
  }

  uint32(at: number): number {
    this.need(at, 4);
    return this.#view.getUint32(at, true);
  }

  size(at: number): number {
    this.need(at, 8);
    const size = Number(this.#view.getBigInt64(at, true));
    if (size >= 0 && Number.isSafeInteger(size)) return size;
    throw this.error(`${size} is not a size`, at);
  }

  text(at: number, length: number): string {
    const bytes = this.#bytes.subarray(at, at + length);
    return decodeUtf8(bytes, () => "a name or text in the Arrow metadata", this.#fail, this.#offset + at);
  }
}
