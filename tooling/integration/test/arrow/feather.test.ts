import { zstdDecompressSync } from "node:zlib";
import { FormatError } from "@dataqueues/arrays";
import { arrow } from "@dataqueues/codec-arrow";
import { CompressionType, compressionRegistry } from "apache-arrow";
import { decompressFrameSync } from "lz4-napi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { PythonArrow } from "./python-arrow.ts";
import { tellTable } from "./tell-values.ts";

const python = new PythonArrow();
const compressed = [
  ["feather", "LZ4"],
  ["feather, zstd", "ZSTD"],
  ["polars file, lz4", "LZ4"],
  ["polars file, zstd", "ZSTD"],
] as const;

test.for(compressed)("a %s is refused with the compression's name, %s, and what to do", async ([form, compression]) => {
  const bytes = await python.make("", form);
  expect(() => arrow().decode(bytes)).toThrow(FormatError);
  expect(() => arrow().decode(bytes)).toThrow(compression);
  expect(() => arrow().decode(bytes)).toThrow(/uncompressed.*compressionRegistry/);
});

describe("with codecs that are registered with apache-arrow", () => {
  beforeAll(() => {
    compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: (bytes) => decompressFrameSync(Buffer.from(bytes)) });
    compressionRegistry.set(CompressionType.ZSTD, { decode: (bytes) => zstdDecompressSync(bytes) });
  });

  afterAll(() => {
    for (const type of [CompressionType.LZ4_FRAME, CompressionType.ZSTD]) compressionRegistry.set(type, {});
  });

  test.for(compressed)("a %s is decoded with the values that pyarrow reads", async ([form]) => {
    const bytes = await python.make("", form);
    const table = arrow().decode(bytes);
    expect(tellTable(table)).toEqual(await python.tell(bytes));
    expect(await python.differences("", arrow().encode(table), form)).toEqual([]);
  });

  test("a damaged frame is refused", async () => {
    const bytes = await python.make("", "feather");
    const magic = bytes.findIndex((_, at) => new DataView(bytes.buffer).getUint32(at, true) === 0x184d2204);
    expect(magic).toBeGreaterThan(0);
    bytes[magic] = 0;
    expect(() => arrow().decode(bytes)).toThrow(expect.objectContaining({ name: "FormatError", code: "compression" }));
  });
});
