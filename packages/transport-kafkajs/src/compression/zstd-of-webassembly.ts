import { UnsupportedError } from "@dataqueues/core";
import { compress, decompress, init } from "@bokuweb/zstd-wasm";
import type { CompressionCodec } from "./codec.ts";

/** Input and output are in WebAssembly's memory of 2 GiB together, and nobody looks whether they found room. */
const mostBytesAtOnce = 2 ** 29;

await init();

/** For a Node before 22.15. It runs in the event loop's thread, and its memory stays at what the largest batch took. */
export const codec: CompressionCodec = {
  compress: async (bytes) => {
    assertRoom(bytes.length);
    return compress(bytes);
  },
  decompress: async (part, mostBytes) => {
    assertRoom(Math.max(part.length, mostBytes));
    return decompress(part, { defaultHeapSize: mostBytes });
  },
};

function assertRoom(size: number): void {
  if (size <= mostBytesAtOnce) return;
  throw new UnsupportedError(
    `zstd of ${size} bytes needs Node 22.15 or later; before it ${mostBytesAtOnce} is the most`,
  );
}
