import { constants } from "node:buffer";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { TransportError, UnsupportedError } from "@dataqueues/core";
import type { Compression } from "@dataqueues/core";
import kafkajs from "kafkajs";
import { largestSize } from "./protocol/largest-size.ts";

/** Kafka's number of a compression is its place here. */
const compressions = ["none", "gzip", "snappy", "lz4", "zstd"] as const satisfies readonly Compression[];

/** A codec as it is plugged into kafkajs; `compress` gets one of kafkajs's encoders, of which codecs take the buffer. */
interface PluggedCodec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Uint8Array>;
  decompress(bytes: Buffer): Promise<Uint8Array>;
}

type Pluggable = Exclude<Compression, "none" | "gzip">;

/** What to do where a compression is missing: kafkajs's name of it, and a package that brings it. */
const remedies = {
  snappy: { type: "Snappy", install: "install kafkajs-snappy" },
  lz4: { type: "LZ4", install: "install @2l/kafkajs-lz4" },
  zstd: { type: "ZSTD", install: "use Node 22.15 or later, which has it, or install @mongodb-js/zstd@1" },
} as const satisfies Record<Pluggable, object>;

const compressGzip = promisify(zlib.gzip);
const decompressGzip = promisify(zlib.gunzip);

/** Kafka's number of a compression. */
export function compressionNumber(compression: Compression): number {
  return compressions.indexOf(compression);
}

/** Compresses the records of a batch. Throws an {@link UnsupportedError} that names the package to install. */
export async function compress(compression: Compression, bytes: Buffer): Promise<Uint8Array> {
  if (compression === "none") return bytes;
  if (compression === "gzip") return compressGzip(bytes);
  const codec = pluggedCodec(compression);
  if (codec !== undefined) return codec.compress({ buffer: bytes });
  return promisify(builtIn(compression).zstdCompress)(bytes);
}

/**
 * Decompresses the records of a batch by Kafka's number. Throws an {@link UnsupportedError} as {@link compress} does, and
 * a {@link TransportError} with code `RECORD_TOO_LARGE` for what becomes more than `mostBytes`, before it does.
 */
export async function decompress(number: number, bytes: Buffer, mostBytes: number): Promise<Uint8Array> {
  const compression = compressions[number];
  if (compression === undefined) throw new UnsupportedError(`compression number ${number} is not known here`);
  if (compression === "none") return bytes;
  const codec = compression === "gzip" ? undefined : pluggedCodec(compression);
  if (codec === undefined) {
    const inflate = compression === "gzip" ? decompressGzip : promisify(builtIn(compression).zstdDecompress);
    return inflate(bytes, { maxOutputLength: Math.min(mostBytes, constants.MAX_LENGTH) }).catch((cause: unknown) => {
      throw hasCode(cause, "ERR_BUFFER_TOO_LARGE") ? tooLarge(mostBytes, cause) : cause;
    });
  }
  if (compression !== "gzip" && largestSize(compression, bytes) > mostBytes) throw tooLarge(mostBytes);
  return codec.decompress(bytes);
}

/** The codec that kafkajs was given for a compression, if it was. */
function pluggedCodec(compression: Pluggable): PluggedCodec | undefined {
  const codecs: Readonly<Record<number, unknown>> = kafkajs.CompressionCodecs;
  const make = codecs[compressionNumber(compression)];
  try {
    const codec: unknown = typeof make === "function" ? make() : undefined;
    return isPluggedCodec(codec) ? codec : undefined;
  } catch {
    // How kafkajs says that it was given none.
    return undefined;
  }
}

/** Node's own zstd, which it has from 22.15 on; nothing else is built in. */
function builtIn(compression: Pluggable): Pick<typeof zlib, "zstdCompress" | "zstdDecompress"> {
  if (compression === "zstd" && "zstdDecompress" in zlib) return zlib;
  const { type, install } = remedies[compression];
  throw new UnsupportedError(
    `there is no ${compression} here: ${install} and set kafkajs's CompressionCodecs[CompressionTypes.${type}] to its codec`,
  );
}

function tooLarge(mostBytes: number, cause?: unknown): TransportError {
  const message = `decompressed it is larger than maxAnswerBytes (${mostBytes})`;
  return new TransportError(message, { code: "RECORD_TOO_LARGE", retriable: false, cause });
}

function hasCode(value: unknown, code: string): boolean {
  return value instanceof Error && "code" in value && value.code === code;
}

function isPluggedCodec(value: unknown): value is PluggedCodec {
  if (typeof value !== "object" || value === null) return false;
  return (
    "compress" in value &&
    typeof value.compress === "function" &&
    "decompress" in value &&
    typeof value.decompress === "function"
  );
}
