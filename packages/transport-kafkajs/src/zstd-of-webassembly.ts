import { createRequire } from "node:module";
import { UnsupportedError } from "@dataqueues/core";
import type { CompressionCodec } from "./compression-codecs.ts";

// Not imported: a bundle would contain it without its WebAssembly.
const zstd: typeof import("@bokuweb/zstd-wasm") = createRequire(import.meta.url)("@bokuweb/zstd-wasm");

/** Input and output share WebAssembly's memory of 2 GiB, and the library does not check whether they fit. */
const maxBytesAtOnce = 2 ** 29;

/** For a Node before 22.15. It runs in the event loop's thread, and its memory stays at what the largest batch took. */
export const codec: Promise<CompressionCodec> = zstd.init().then(() => ({
  compress: async (bytes) => {
    assertFits(bytes.length);
    return zstd.compress(bytes);
  },
  decompress: async (part, maxBytes) => {
    assertFits(Math.max(part.length, maxBytes));
    return zstd.decompress(part, { defaultHeapSize: maxBytes });
  },
}));

function assertFits(size: number): void {
  if (size <= maxBytesAtOnce) return;
  throw new UnsupportedError(
    `zstd of ${size} bytes needs Node 22.15 or later; before it ${maxBytesAtOnce} is the most`,
  );
}
