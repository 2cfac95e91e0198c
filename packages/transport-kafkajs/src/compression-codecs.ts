import { createRequire } from "node:module";
import { promisify } from "node:util";
import zlib from "node:zlib";

/** How one of Kafka's compressions is written and read. */
export interface CompressionCodec {
  compress(bytes: Uint8Array): Promise<Uint8Array>;
  /**
   * Decompresses one of `compressedParts`, which becomes `maxBytes` at most; rejects when it is damaged. The bytes are in
   * JavaScript's own memory, not in a library's, because values are views of them and may be transferred to a worker.
   */
  decompress(part: Uint8Array, maxBytes: number): Promise<Uint8Array>;
}

// Not imported: a bundle cannot contain the native binaries, and importing again what failed to load ends Node 20.
const requireLibrary = createRequire(import.meta.url);

/** What is used of the library. With `asBuffer` it never gives a string. */
interface Snappy {
  readonly compress: (bytes: Uint8Array) => Promise<Uint8Array>;
  readonly uncompress: (part: Uint8Array, options: { asBuffer: true; copyOutputData: true }) => Promise<Uint8Array>;
}

/** Writes one block without a frame, as librdkafka does. */
export function loadSnappy(): CompressionCodec {
  const { compress, uncompress }: Snappy = requireLibrary("snappy");
  return {
    compress: (bytes) => compress(bytes),
    decompress: (part) => uncompress(part, { asBuffer: true, copyOutputData: true }),
  };
}

/** Writes one frame of independent blocks, the only form that Java's reader takes. */
export function loadLz4(): CompressionCodec {
  const { compressFrame, decompressFrame }: typeof import("lz4-napi") = requireLibrary("lz4-napi");
  return {
    compress: (bytes) => compressFrame(bytes),
    decompress: async (part) => new Uint8Array(await decompressFrame(part)),
  };
}

/** Node's own zstd from 22.15 on; before that a library in WebAssembly. */
export async function loadZstd(): Promise<CompressionCodec> {
  return "zstdDecompress" in zlib ? zstdOfNode() : (await import("./zstd-of-webassembly.ts")).codec;
}

export function zstdOfNode(): CompressionCodec {
  const compress = promisify(zlib.zstdCompress);
  const decompress = promisify(zlib.zstdDecompress);
  return {
    compress: (bytes) => compress(bytes),
    // zlib does not take a limit of 0.
    decompress: (part, maxBytes) => decompress(part, { maxOutputLength: Math.max(1, maxBytes) }),
  };
}
