const slabSize = 65_536;
/** Larger values get memory of their own. */
const maxValueSize = slabSize / 8;

/**
 * Gives keys and values memory that they can keep. A view of a response keeps the whole response alive, so only a value
 * that is at least a quarter of it stays a view. Other values are copied: large ones alone, small ones together into slabs
 * of 64 KiB. In a slab each value begins on an 8-byte boundary, so that typed arrays can be views of it.
 */
export class SlabAllocator {
  #slab: ArrayBuffer | undefined;
  #used = slabSize;

  /** The bytes of `source` from `start` to `end`, as a view or a copy. */
  retain(source: Buffer, start: number, end: number): Uint8Array {
    const length = end - start;
    const { buffer } = source;
    const view = new Uint8Array(buffer, source.byteOffset + start, length);
    if (4 * length >= buffer.byteLength) return view;
    const bytes = this.#allocate(length);
    bytes.set(view);
    return bytes;
  }

  #allocate(length: number): Uint8Array {
    if (length > maxValueSize) return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
    if (this.#slab === undefined || this.#used + length > slabSize) {
      this.#slab = Buffer.allocUnsafeSlow(slabSize).buffer;
      this.#used = 0;
    }
    const bytes = new Uint8Array(this.#slab, this.#used, length);
    this.#used = (this.#used + length + 7) & ~7;
    return bytes;
  }
}
