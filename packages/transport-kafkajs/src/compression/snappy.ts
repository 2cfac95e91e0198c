import { createRequire } from "node:module";
import type { CompressionCodec } from "./codec.ts";

// Not imported: a bundle cannot have its binary, and a second import of what threw for want of it ends Node 20.
const { compress, uncompress }: typeof import("snappy") = createRequire(import.meta.url)("snappy");

/** Written as one block without a frame, as librdkafka does. */
export const codec: CompressionCodec = {
  compress: (bytes) => compress(bytes),
  decompress: async (part) => {
    const bytes = await uncompress(part, { asBuffer: true, copyOutputData: true });
    return typeof bytes === "string" ? Buffer.from(bytes) : bytes;
  },
};
