import { compressions, slots } from "@dataqueues/arrow-ipc";
import type { FlatTable } from "@dataqueues/arrow-ipc";
import { CompressionType, compressionRegistry } from "apache-arrow";
import type { Budget } from "./budget.ts";
import { formatError } from "./format-error.ts";

/** Gives the bytes of a buffer from its region in the body. */
export type Decompress = (region: Uint8Array, offset: number) => Uint8Array;

/** By the numbers of `CompressionType` in Message.fbs. */
const types = [CompressionType.LZ4_FRAME, CompressionType.ZSTD];

/** The int64 before a compressed buffer: its size, or -1 if it is not compressed. */
const sizeLength = 8;

/**
 * How the buffers of a batch are read: as they are if `compression` is undefined, else with the codec that was registered
 * with apache-arrow, which will decompress them once more.
 *
 * @throws FormatError with the code `compression` if there is none
 */
export function decompressor(compression: FlatTable | undefined, budget: Budget): Decompress {
  if (compression === undefined) return (region) => region;
  const number = compression.uint8(slots.bodyCompression.codec) ?? 0;
  const type = types[number];
  const name = compressions[number] ?? "something unknown";
  const codec = type === undefined ? null : compressionRegistry.get(type);
  const method = compression.uint8(slots.bodyCompression.method) ?? 0;
  if (typeof codec?.decode !== "function" || method !== 0) {
    const advice = "write it uncompressed, or register a codec with apache-arrow's compressionRegistry";
    throw formatError("compression", `the Arrow body is compressed with ${name}; ${advice}`);
  }
  return (region, offset) => {
    if (region.length < sizeLength) throw formatError("size-mismatch", "a compressed buffer has no size", { offset });
    const size = new DataView(region.buffer, region.byteOffset).getBigInt64(0, true);
    const packed = region.subarray(sizeLength);
    if (size === -1n) return packed;
    budget.takeBytes(Number(size));
    const bytes = decode(() => codec.decode?.(packed), name, offset);
    if (bytes instanceof Uint8Array && BigInt(bytes.length) === size) return bytes;
    const message = `a buffer compressed with ${name} does not have the ${size} bytes that it should have`;
    throw formatError("compression", message, { offset });
  };
}

function decode(run: () => unknown, name: string, offset: number): unknown {
  try {
    return run();
  } catch (cause) {
    throw formatError("compression", `a buffer cannot be decompressed with ${name}`, { offset, cause });
  }
}
