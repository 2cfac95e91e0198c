const slabSize = 65_536;

/**
 * Gives the bytes of keys and values a memory that they may keep. A view of an answer keeps the whole answer alive, so it
 * is given only for bytes that are at least a quarter of it. Others are copied: the large ones alone, the small ones
 * together into slabs of 64 KiB, each on an 8-byte boundary so that typed arrays can be viewed in it.
 */
export class KeptBytes {
  #slab: ArrayBuffer | undefined;
  #used = slabSize;

  keep(source: Buffer, start: number, end: number): Uint8Array {
    const length = end - start;
    if (4 * length >= source.buffer.byteLength) {
      return new Uint8Array(source.buffer, source.byteOffset + start, length);
    }
    const bytes = this.#room(length);
    bytes.set(source.subarray(start, end));
    return bytes;
  }

  #room(length: number): Uint8Array {
    if (8 * length > slabSize) return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
    if (this.#slab === undefined || this.#used + length > slabSize) {
      this.#slab = Buffer.allocUnsafeSlow(slabSize).buffer;
      this.#used = 0;
    }
    const bytes = new Uint8Array(this.#slab, this.#used, length);
    this.#used = (this.#used + length + 7) & ~7;
    return bytes;
  }
}
