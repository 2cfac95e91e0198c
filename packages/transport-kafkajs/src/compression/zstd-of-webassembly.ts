import { createRequire } from "node:module";
import { UnsupportedError } from "@dataqueues/core";
import type { CompressionCodec } from "./codec.ts";

// Not imported: a bundle would have it without its WebAssembly.
const zstd: typeof import("@bokuweb/zstd-wasm") = createRequire(import.meta.url)("@bokuweb/zstd-wasm");

/** Input and output are in WebAssembly's memory of 2 GiB together, and nobody looks whether they found room. */
const mostBytesAtOnce = 2 ** 29;

/** For a Node before 22.15. It runs in the event loop's thread, and its memory stays at what the largest batch took. */
export const codec: Promise<CompressionCodec> = zstd.init().then(() => ({
  compress: async (bytes) => {
    assertRoom(bytes.length);
    return zstd.compress(bytes);
  },
  decompress: async (part, mostBytes) => {
    assertRoom(Math.max(part.length, mostBytes));
    return zstd.decompress(part, { defaultHeapSize: mostBytes });
  },
}));

function assertRoom(size: number): void {
  if (size <= mostBytesAtOnce) return;
  throw new UnsupportedError(
    `zstd of ${size} bytes needs Node 22.15 or later; before it ${mostBytesAtOnce} is the most`,
  );
}
