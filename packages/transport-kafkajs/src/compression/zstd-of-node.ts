import { promisify } from "node:util";
import zlib from "node:zlib";
import type { CompressionCodec } from "./codec.ts";

const compress = promisify(zlib.zstdCompress);
const decompress = promisify(zlib.zstdDecompress);

/** What Node has from 22.15 on. */
export const codec: CompressionCodec = {
  compress: (bytes) => compress(bytes),
  // Zero is no limit that zlib takes.
  decompress: (part, mostBytes) => decompress(part, { maxOutputLength: Math.max(1, mostBytes) }),
};
