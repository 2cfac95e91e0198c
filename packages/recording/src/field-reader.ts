const text = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Reads the fields of an MCAP record one after another. A field that goes past the end, or a number that is too large to
 * count with, is a `RangeError`; nothing is allocated before that is checked. Source: https://mcap.dev/spec#serialization
 */
export class FieldReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The place of the next field. */
  get at(): number {
    return this.#at;
  }

  uint16(): number {
    return this.#view.getUint16(this.#skip(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#skip(4), true);
  }

  bigUint64(): bigint {
    return this.#view.getBigUint64(this.#skip(8), true);
  }

  uint64(): number {
    const value = this.bigUint64();
    if (value > Number.MAX_SAFE_INTEGER) throw new RangeError(`the number ${value} is too large`);
    return Number(value);
  }

  /** Passes over fields that are not needed. */
  skip(length: number): void {
    this.#skip(length);
  }

  string(): string {
    return text.decode(this.bytes(this.uint32()));
  }

  /** A view of the next bytes. */
  bytes(length: number): Uint8Array {
    const at = this.#skip(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** A map from text to text. */
  textMap(): Map<string, string> {
    const entries = new FieldReader(this.bytes(this.uint32()));
    const map = new Map<string, string>();
    while (entries.#at < entries.#bytes.length) map.set(entries.string(), entries.string());
    return map;
  }

  #skip(length: number): number {
    const at = this.#at;
    if (length > this.#bytes.length - at) {
      throw new RangeError(`a field of ${length} bytes where ${this.#bytes.length - at} follow`);
    }
    this.#at += length;
    return at;
  }
}
