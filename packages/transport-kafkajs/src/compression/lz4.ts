import { createRequire } from "node:module";
import type { CompressionCodec } from "./codec.ts";

// Not imported: a bundle cannot have its binary, and a second import of what threw for want of it ends Node 20.
const { compressFrame, decompressFrame }: typeof import("lz4-napi") = createRequire(import.meta.url)("lz4-napi");

/** Written as one frame of independent blocks, all that Java's reader takes. */
export const codec: CompressionCodec = {
  compress: (bytes) => compressFrame(bytes),
  decompress: async (part) => new Uint8Array(await decompressFrame(part)),
};
