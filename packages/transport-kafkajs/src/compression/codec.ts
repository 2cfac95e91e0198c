/** How one of Kafka's compressions is written and read. */
export interface CompressionCodec {
  compress(bytes: Uint8Array): Promise<Uint8Array>;
  /** Decompresses one of `compressedParts`, which becomes `mostBytes` at most; rejects when it is damaged. */
  decompress(part: Uint8Array, mostBytes: number): Promise<Uint8Array>;
}
