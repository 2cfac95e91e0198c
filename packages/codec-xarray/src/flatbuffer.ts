import { refuse } from "./refuse.ts";
import { utf8 } from "./utf8.ts";

/**
 * How many bytes may be read for each byte that is there. What Arrow's writers write takes up to 2, because tables share
 * their vtables; without a limit a few kilobytes could point at the same text or column thousands of times.
 */
const readsPerByte = 4;

/**
 * A table of a flatbuffer (https://flatbuffers.dev/internals), every access of which is checked: reading can fail with
 * a `FormatError`, but never leaves the bytes nor takes more time than a small multiple of their length. The flatbuffers
 * library has no verifier for JavaScript, and what trusts the lengths found in a message can be made to exhaust memory.
 *
 * Fields are named by their slot, the position in the table's declaration; `undefined` means absent.
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
    this.#vtableSize = buffer.uint16(this.#vtable);
  }

  /** The root table of the flatbuffer in `bytes`; `offset` is where they lie in the message, for errors. */
  static root(bytes: Uint8Array, offset: number): FlatTable {
    const buffer = new FlatBuffer(bytes, offset);
    return new FlatTable(buffer, buffer.uint32(0));
  }

  uint8(slot: number): number | undefined {
    const at = this.#field(slot);
    return at === undefined ? undefined : this.#buffer.uint8(at);
  }

  int16(slot: number): number | undefined {
    const at = this.#field(slot);
    return at === undefined ? undefined : this.#buffer.int16(at);
  }

  int32(slot: number): number | undefined {
    const at = this.#field(slot);
    return at === undefined ? undefined : this.#buffer.int32(at);
  }

  /** An int64 that is a size: not negative, and held exactly by a number. */
  size(slot: number): number | undefined {
    const at = this.#field(slot);
    return at === undefined ? undefined : this.#buffer.size(at);
  }

  string(slot: number): string | undefined {
    const [start, length] = this.#vector(slot, 1);
    return this.has(slot) ? this.#buffer.text(start, length) : undefined;
  }

  table(slot: number): FlatTable | undefined {
    const at = this.#target(slot);
    return at === undefined ? undefined : new FlatTable(this.#buffer, at);
  }

  /** What `read` makes of each table of a vector, one after the other: of what is not kept there is only one. */
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

  has(slot: number): boolean {
    return this.#field(slot) !== undefined;
  }

  #field(slot: number): number | undefined {
    const entry = 4 + 2 * slot;
    if (entry + 2 > this.#vtableSize) return undefined;
    const offset = this.#buffer.uint16(this.#vtable + entry);
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
  #budget: number;

  constructor(bytes: Uint8Array, offset: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#offset = offset;
    this.#budget = readsPerByte * bytes.byteLength;
  }

  /** Checks that `size` bytes at `at` may be read. */
  need(at: number, size: number): void {
    if (at < 0 || at + size > this.#bytes.length) {
      refuse("flatbuffer", "the Arrow metadata point outside themselves", this.#offset + Math.max(at, 0));
    }
    this.#budget -= size;
    if (this.#budget < 0) refuse("flatbuffer", "the Arrow metadata repeat themselves without end", this.#offset + at);
  }

  uint8(at: number): number {
    this.need(at, 1);
    return this.#view.getUint8(at);
  }

  int16(at: number): number {
    this.need(at, 2);
    return this.#view.getInt16(at, true);
  }

  uint16(at: number): number {
    this.need(at, 2);
    return this.#view.getUint16(at, true);
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
    if (size < 0 || !Number.isSafeInteger(size)) refuse("flatbuffer", `${size} is not a size`, this.#offset + at);
    return size;
  }

  text(at: number, length: number): string {
    try {
      return utf8.decode(this.#bytes.subarray(at, at + length));
    } catch (cause) {
      return refuse("utf8", "a name or text in the Arrow metadata is not UTF-8", this.#offset + at, cause);
    }
  }
}
