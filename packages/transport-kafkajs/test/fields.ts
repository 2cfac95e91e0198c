/**
 * The fields of Kafka's protocol in their older form, written and read plainly: what the scripted nodes of these tests
 * speak, so that they share nothing with what is tested.
 *
 * https://kafka.apache.org/protocol#protocol_types
 */
export const int8 = (value: number): Buffer => Buffer.of(value);

export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export function int64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}

export const text = (value: string | null): Buffer =>
  value === null ? int16(-1) : joined(int16(Buffer.byteLength(value)), Buffer.from(value));

export const blob = (value: Uint8Array | null): Buffer =>
  value === null ? int32(-1) : joined(int32(value.length), value);

export const list = (...items: readonly Uint8Array[]): Buffer => joined(int32(items.length), ...items);

export const joined = (...parts: readonly Uint8Array[]): Buffer => Buffer.concat(parts);

/** Reads fields one after another. */
export class Fields {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  #move(length: number): number {
    const start = this.#at;
    this.#at += length;
    return start;
  }

  int8(): number {
    return this.#bytes.readInt8(this.#move(1));
  }

  int16(): number {
    return this.#bytes.readInt16BE(this.#move(2));
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#move(4));
  }

  int64(): bigint {
    return this.#bytes.readBigInt64BE(this.#move(8));
  }

  text(): string | null {
    const length = this.int16();
    if (length < 0) return null;
    const start = this.#move(length);
    return this.#bytes.toString("utf8", start, this.#at);
  }

  blob(): Buffer | null {
    const length = this.int32();
    if (length < 0) return null;
    const start = this.#move(length);
    return this.#bytes.subarray(start, this.#at);
  }

  raw(length: number): Buffer {
    const start = this.#move(length);
    return this.#bytes.subarray(start, this.#at);
  }

  /** What has not been read yet. */
  rest(): Buffer {
    return this.#bytes.subarray(this.#at);
  }

  list<Item>(item: () => Item): Item[] | null {
    const length = this.int32();
    return length < 0 ? null : Array.from({ length }, item);
  }
}
