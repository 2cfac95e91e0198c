/** How one of Kafka's compressions is written and read. */
export interface CompressionCodec {
  compress(bytes: Uint8Array): Promise<Uint8Array>;
  /**
   * Decompresses one of `compressedParts`, which becomes `mostBytes` at most; rejects when it is damaged. The bytes are in
   * JavaScript's own memory, not in a library's: values are views of it, which may go to a worker.
   */
  decompress(part: Uint8Array, mostBytes: number): Promise<Uint8Array>;
}
