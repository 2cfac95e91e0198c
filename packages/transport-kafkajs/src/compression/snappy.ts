import { createRequire } from "node:module";
import type { CompressionCodec } from "./codec.ts";

/** What is used of the library; with `asBuffer` it never gives a text. */
interface Snappy {
  readonly compress: (bytes: Uint8Array) => Promise<Uint8Array>;
  readonly uncompress: (part: Uint8Array, options: { asBuffer: true; copyOutputData: true }) => Promise<Uint8Array>;
}

// Not imported: a bundle cannot have its binary, and a second import of what threw for want of it ends Node 20.
const { compress, uncompress }: Snappy = createRequire(import.meta.url)("snappy");

/** Written as one block without a frame, as librdkafka does. */
export const codec: CompressionCodec = {
  compress: (bytes) => compress(bytes),
  decompress: (part) => uncompress(part, { asBuffer: true, copyOutputData: true }),
};
