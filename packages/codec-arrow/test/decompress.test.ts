import * as zlib from "node:zlib";
import { slots } from "@dataqueues/arrow-ipc";
import { CompressionType, compressionRegistry } from "apache-arrow";
import { afterEach, expect, test, vi } from "vitest";
import { arrow } from "../src/index.ts";
import { batch, int, int8, schema, stream } from "./arrow-messages.ts";
import { readVector } from "./vectors.ts";

afterEach(() => {
  compressionRegistry.set(CompressionType.LZ4_FRAME, {});
  compressionRegistry.set(CompressionType.ZSTD, {});
});

const none = new Uint8Array();

/** A buffer of so many bytes, said before what the codec gets. */
function packed(size: number | bigint, ...bytes: readonly number[]): Uint8Array {
  const prefix = new Uint8Array(BigInt64Array.of(BigInt(size)).buffer);
  return Uint8Array.from([...prefix, ...bytes]);
}

function column(values: Uint8Array, codec = 0, method = 0, field = int8): Uint8Array {
  const compression = { [slots.bodyCompression.codec]: { u8: codec }, [slots.bodyCompression.method]: { u8: method } };
  const more = { [slots.recordBatch.compression]: { table: compression } };
  return stream(schema([field]), batch({ length: 2, nodes: [[2, 0]], buffers: [none, values] }, more));
}

/** Takes the place of LZ4: the bytes the other way round. */
const reverse = (bytes: Uint8Array): Uint8Array => bytes.toReversed();

test("a buffer is decompressed with the codec that was registered with apache-arrow", () => {
  compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: reverse });
  expect(
    String(
      arrow()
        .decode(column(packed(2, 7, 1)))
        .getChild("v"),
    ),
  ).toBe("[1,7]");
});

test("a buffer that says that it is not compressed is taken as it is", () => {
  const decode = vi.fn(reverse);
  compressionRegistry.set(CompressionType.LZ4_FRAME, { decode });
  expect(
    String(
      arrow()
        .decode(column(packed(-1, 7, 1)))
        .getChild("v"),
    ),
  ).toBe("[7,1]");
  expect(decode).not.toHaveBeenCalled();
});

// Node has Zstandard from 22.15 on.
test.skipIf(!("zstdDecompressSync" in zlib))("a file that pyarrow compressed is read", () => {
  compressionRegistry.set(CompressionType.ZSTD, { decode: (bytes) => new Uint8Array(zlib.zstdDecompressSync(bytes)) });
  expect(arrow().decode(readVector("refused/zstd.arrow")).getChild("v")?.toArray()).toEqual(new BigInt64Array(1000));
});

test("what a message decompresses to is bounded before it is", () => {
  const decode = vi.fn(reverse);
  compressionRegistry.set(CompressionType.LZ4_FRAME, { decode });
  expect(() => arrow().decode(column(packed(2 ** 27, 1, 2)))).toThrow(expect.objectContaining({ code: "limit" }));
  expect(decode).not.toHaveBeenCalled();
});

const refused: readonly (readonly [what: string, bytes: Uint8Array, code: string, message: string])[] = [
  [
    "fewer bytes than it says",
    column(packed(3, 7, 1)),
    "compression",
    "a buffer compressed with LZ4 does not have the 3 bytes",
  ],
  [
    "more bytes than it says",
    column(packed(1, 7, 1)),
    "compression",
    "a buffer compressed with LZ4 does not have the 1 bytes",
  ],
  [
    "a size below -1",
    column(packed(-2, 7, 1)),
    "compression",
    "a buffer compressed with LZ4 does not have the -2 bytes",
  ],
  ["half a size", column(new Uint8Array(7)), "size-mismatch", "a compressed buffer has no size"],
  ["fewer values than rows", column(packed(1, 7)), "size-mismatch", "column 'v' has 1 of 2 bytes"],
  ["another codec", column(packed(2, 7, 1), 1), "compression", "the Arrow body is compressed with ZSTD"],
  ["a third codec", column(packed(2, 7, 1), 2), "compression", "the Arrow body is compressed with something unknown"],
  ["another method", column(packed(2, 7, 1), 0, 1), "compression", "the Arrow body is compressed with LZ4"],
];

test.each(refused)("a compressed buffer with %s is refused", (_what, bytes, code, message) => {
  compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: reverse });
  expect(() => arrow().decode(bytes)).toThrow(
    expect.objectContaining({ name: "FormatError", code, message: expect.stringContaining(message) }),
  );
});

test("an error of the codec is the cause of ours", () => {
  const cause = new RangeError("no frame");
  const decode = (): Uint8Array => {
    throw cause;
  };
  compressionRegistry.set(CompressionType.LZ4_FRAME, { decode });
  expect(() => arrow().decode(column(packed(2, 7, 1)))).toThrow(
    expect.objectContaining({ code: "compression", message: "a buffer cannot be decompressed with LZ4", cause }),
  );
});

test("a codec whose bytes cannot be viewed, at once or later, is refused", () => {
  const int16 = { ...int8, parameters: int(16) };
  const bytes = column(packed(4, 0, 2, 0, 1), 0, 0, int16);
  const placedAt = (byteOffset: number): Uint8Array => new Uint8Array(new ArrayBuffer(8), byteOffset, 4);
  compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: () => placedAt(1) });
  expect(() => arrow().decode(bytes)).toThrow("a buffer of column 'v' is not aligned to 2 bytes");
  const decode = vi.fn().mockReturnValueOnce(placedAt(2)).mockReturnValue(placedAt(1));
  compressionRegistry.set(CompressionType.LZ4_FRAME, { decode });
  expect(() => arrow().decode(bytes)).toThrow(
    expect.objectContaining({
      code: "format",
      message: "apache-arrow cannot read the table",
      cause: expect.any(RangeError),
    }),
  );
});
