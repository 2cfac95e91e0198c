import { constants } from "node:buffer";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { DataQueueError, TransportError, UnsupportedError } from "@dataqueues/core";
import type { Compression } from "@dataqueues/core";
import type { CompressionCodec } from "./compression-codecs.ts";
import { compressedParts } from "./protocol/compressed-parts.ts";

/** Kafka's number of a compression is its index here. */
const compressions = ["none", "gzip", "snappy", "lz4", "zstd"] as const satisfies readonly Compression[];

/** Loads what a compression needs. Imported on first use: bundles and CommonJS cannot load native libraries at their start. */
const load = {
  snappy: async () => (await import("./compression-codecs.ts")).loadSnappy(),
  lz4: async () => (await import("./compression-codecs.ts")).loadLz4(),
  zstd: async () => (await import("./compression-codecs.ts")).loadZstd(),
} as const satisfies Record<string, () => Promise<CompressionCodec>>;

const compressGzip = promisify(zlib.gzip);
const decompressGzip = promisify(zlib.gunzip);

/** Kafka's number of a compression. Throws an {@link UnsupportedError} for one that Kafka does not have. */
export function compressionNumber(compression: Compression): number {
  const number = compressions.indexOf(compression);
  if (number >= 0) return number;
  const choices = compressions.map((each) => `"${each}"`).join(", ");
  throw new UnsupportedError(`compression must be one of ${choices}; it is ${JSON.stringify(compression)}`);
}

/** Compresses the records of a batch. Throws an {@link UnsupportedError} if what that needs cannot be loaded. */
export async function compress(compression: Compression, bytes: Buffer): Promise<Uint8Array> {
  if (compression === "none") return bytes;
  if (compression === "gzip") return compressGzip(bytes);
  const codec = await codecOf(compression);
  return codec.compress(bytes);
}

/**
 * Decompresses the records of a batch by Kafka's number. Throws an {@link UnsupportedError} as {@link compress} does, a
 * RangeError for damaged bytes, and a {@link TransportError} with code `RECORD_TOO_LARGE` for what would become more than
 * `maxBytes`, before it does.
 */
export async function decompress(number: number, bytes: Buffer, maxBytes: number): Promise<Uint8Array> {
  const compression = compressions[number];
  if (compression === undefined) throw new UnsupportedError(`compression number ${number} is not known here`);
  if (compression === "none") return bytes;
  try {
    const decompressed =
      compression === "gzip" ? gunzip(bytes, maxBytes) : decompressParts(compression, bytes, maxBytes);
    return withOwnMemory(await decompressed);
  } catch (cause) {
    if (cause instanceof DataQueueError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new RangeError(`it is no ${compression}, or damaged: ${why}`, { cause });
  }
}

function gunzip(bytes: Buffer, maxBytes: number): Promise<Uint8Array> {
  return decompressGzip(bytes, { maxOutputLength: Math.min(maxBytes, constants.MAX_LENGTH) }).catch(
    (cause: unknown) => {
      throw hasCode(cause, "ERR_BUFFER_TOO_LARGE") ? tooLarge(maxBytes, cause) : cause;
    },
  );
}

async function decompressParts(compression: keyof typeof load, bytes: Buffer, maxBytes: number): Promise<Uint8Array> {
  let most = 0;
  for (const part of compressedParts(compression, bytes)) most += part.maxDecompressedSize;
  if (most > maxBytes) throw tooLarge(maxBytes);
  const codec = await codecOf(compression);
  let all: Buffer | undefined;
  let length = 0;
  for (const part of compressedParts(compression, bytes)) {
    const piece = await codec.decompress(part.bytes, part.maxDecompressedSize);
    // Usually there is one part.
    if (part.bytes.length === bytes.length) return piece;
    all ??= Buffer.allocUnsafeSlow(most);
    all.set(piece, length);
    length += piece.length;
  }
  return all?.subarray(0, length) ?? new Uint8Array();
}

async function codecOf(compression: keyof typeof load): Promise<CompressionCodec> {
  try {
    return await load[compression]();
  } catch (cause) {
    const here = `Node ${process.versions.node}, ${process.platform} on ${process.arch}`;
    throw new UnsupportedError(
      `${compression} cannot be loaded here (${here}): install its package again on this platform, without omitting ` +
        `optional dependencies, also where a bundle runs; what has no binary for it takes gzip or zstd instead`,
      { cause },
    );
  }
}

/** Copies small results of zlib out of shared memory, because values are views of them and may be transferred to a worker. */
function withOwnMemory(bytes: Uint8Array): Uint8Array {
  return bytes.length === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
}

function tooLarge(maxBytes: number, cause?: unknown): TransportError {
  const message = `decompressed it is larger than maxResponseBytes (${maxBytes})`;
  return new TransportError(message, { code: "RECORD_TOO_LARGE", retriable: false, cause });
}

function hasCode(value: unknown, code: string): boolean {
  return value instanceof Error && "code" in value && value.code === code;
}
