import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { UnsupportedError } from "@dataqueues/core";
import type { Compression } from "@dataqueues/core";
import kafkajs from "kafkajs";

/** Kafka's number of a compression is its place here. */
const compressions = ["none", "gzip", "snappy", "lz4", "zstd"] as const satisfies readonly Compression[];

/** Packages that plug a compression into kafkajs. */
const packages = { snappy: "kafkajs-snappy", lz4: "kafkajs-lz4", zstd: "@kafkajs/zstd" } as const;

/** What a batch may grow to when it is decompressed: 512 MiB; more is taken for an attack. */
const largestBatch = 2 ** 29;

const compressGzip = promisify(gzip);
const decompressGzip = promisify(gunzip);

/** Kafka's number of a compression. */
export function compressionNumber(compression: Compression): number {
  return compressions.indexOf(compression);
}

/** Compresses the records of a batch. Throws an {@link UnsupportedError} that names the package to install. */
export async function compress(compression: Compression, bytes: Buffer): Promise<Uint8Array> {
  if (compression === "none") return bytes;
  if (compression === "gzip") return compressGzip(bytes);
  return pluggedCodec(compression).compress({ buffer: bytes });
}

/** Decompresses the records of a batch by Kafka's number. Throws an {@link UnsupportedError} as {@link compress} does. */
export async function decompress(number: number, bytes: Buffer): Promise<Uint8Array> {
  const compression = compressions[number];
  if (compression === undefined) throw new UnsupportedError(`Compression number ${number} is not known here`);
  if (compression === "none") return bytes;
  if (compression === "gzip") return decompressGzip(bytes, { maxOutputLength: largestBatch });
  return pluggedCodec(compression).decompress(bytes);
}

/** A codec as it is plugged into kafkajs; `compress` gets one of kafkajs's encoders, of which codecs take the buffer. */
interface PluggedCodec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Uint8Array>;
  decompress(bytes: Buffer): Promise<Uint8Array>;
}

function pluggedCodec(compression: keyof typeof packages): PluggedCodec {
  const number = compressionNumber(compression);
  const codecs: Readonly<Record<number, unknown>> = kafkajs.CompressionCodecs;
  const make = codecs[number];
  let cause: unknown;
  try {
    const codec: unknown = typeof make === "function" ? make() : undefined;
    if (isPluggedCodec(codec)) return codec;
  } catch (error) {
    cause = error;
  }
  const name = packages[compression];
  throw new UnsupportedError(
    `kafkajs has no ${compression} here: install ${name} and set CompressionCodecs[${number}] of kafkajs to its codec`,
    { cause },
  );
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
