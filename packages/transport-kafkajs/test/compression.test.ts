import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { TransportError, UnsupportedError } from "@dataqueues/core";
import type { Compression } from "@dataqueues/core";
import { expect, test } from "vitest";

import { loadLz4, loadSnappy, zstdOfNode } from "../src/compression-codecs.ts";
import { compress, compressionNumber, decompress } from "../src/compression.ts";
import { codec as loadedZstd } from "../src/zstd-of-webassembly.ts";
import { compressedParts } from "../src/protocol/compressed-parts.ts";
import { compressedVectors } from "./compressed-vectors.ts";
import { fromHex } from "./java-batches.ts";

const zstdOfWebAssembly = await loadedZstd;
const limit = 2 ** 22;
const seed = Number(process.env["DATAQUEUES_SEED"] ?? Date.now() % 2 ** 31);

test.each(compressedVectors)("%s by other writers is read: %s", async (compression, _what, hex, content) => {
  const read = await decompress(compressionNumber(compression), fromHex(hex), limit);
  expect(Buffer.compare(read, content)).toBe(0);
});

test.each(compressedVectors.filter(([compression, what]) => compression !== "snappy" || what.includes("Java")))(
  "two frames of %s by other writers are read to the end: %s",
  async (compression, _what, hex, content) => {
    const read = await decompress(compressionNumber(compression), fromHex(hex, hex), limit);
    expect(Buffer.compare(read, Buffer.concat([content, content]))).toBe(0);
  },
);

test.each(["gzip", "snappy", "lz4", "zstd"] as const)(
  "what %s becomes has memory of its own, which can be transferred to a worker",
  async (compression) => {
    for (const size of [10, 5_000, 20_000, 70_000]) {
      const compressed = Buffer.from(await compress(compression, Buffer.alloc(size, 7)));
      const { buffer } = await decompress(compressionNumber(compression), compressed, limit);
      expect(buffer.byteLength).toBe(size);
      expect(structuredClone(buffer, { transfer: [buffer as ArrayBuffer] }).byteLength).toBe(size);
    }
  },
);

const zstdVectors = compressedVectors.filter(([compression]) => compression === "zstd");

test.each(zstdVectors)(
  "zstd by other writers is read by WebAssembly as by Node: %s",
  async (_zstd, _what, hex, content) => {
    for (const { bytes, maxDecompressedSize } of compressedParts("zstd", fromHex(hex))) {
      for (const codec of [zstdOfNode(), zstdOfWebAssembly]) {
        expect(Buffer.compare(await codec.decompress(bytes, maxDecompressedSize), content)).toBe(0);
      }
    }
  },
);

test("zstd that becomes more than its limit is an error, by WebAssembly as by Node", async () => {
  const withoutSize = zstdVectors.filter(([, what]) => what.includes("without their size"));
  expect(withoutSize).toHaveLength(2);
  for (const [, , hex, content] of withoutSize) {
    for (const codec of [zstdOfNode(), zstdOfWebAssembly]) {
      await expect(codec.decompress(fromHex(hex), content.length - 1)).rejects.toThrow(Error);
    }
  }
});

test("zstd that WebAssembly writes is read by Node", async () => {
  for (const content of ["", "hello", "abc".repeat(100_000)]) {
    expect(zlib.zstdDecompressSync(await zstdOfWebAssembly.compress(Buffer.from(content))).toString()).toBe(content);
  }
});

test("WebAssembly is not asked for more than fits into its memory", async () => {
  const refused = zstdOfWebAssembly.decompress(fromHex("28b52ffd2000010000"), 2 ** 29 + 1);
  await expect(refused).rejects.toThrow(UnsupportedError);
  await expect(refused).rejects.toThrow("Node 22.15");
});

test("WebAssembly takes as much as fits into its memory, and no more to compress or to decompress", async () => {
  expect(await zstdOfWebAssembly.decompress(fromHex("28b52ffd2000010000"), 2 ** 29)).toHaveLength(0);
  const large = new Uint8Array(2 ** 29 + 1);
  for (const refused of [zstdOfWebAssembly.compress(large), zstdOfWebAssembly.decompress(large, 1)]) {
    await expect(refused).rejects.toThrow(
      new UnsupportedError("zstd of 536870913 bytes needs Node 22.15 or later; before it 536870912 is the most"),
    );
  }
});

test.each([
  ["lz4", loadLz4(), Buffer.from("04224d18", "hex")],
  // 300 bytes, in variable length: one block without a frame.
  ["snappy", loadSnappy(), Buffer.from("ac02", "hex")],
  ["zstd", zstdOfNode(), Buffer.from("28b52ffd", "hex")],
] as const)(
  "%s is written in the form that every client reads, and read by its library",
  async (_name, codec, begin) => {
    const content = Buffer.from("abc".repeat(100));
    const compressed = Buffer.from(await codec.compress(content));
    expect(compressed.subarray(0, begin.length)).toEqual(begin);
    expect(compressed.length).toBeLessThan(100);
    const read = await codec.decompress(compressed, 300);
    expect(content.equals(read)).toBe(true);
  },
);

test("compressions have Kafka's numbers", () => {
  const names = ["none", "gzip", "snappy", "lz4", "zstd"] as const;
  expect(names.map((name) => compressionNumber(name))).toEqual([0, 1, 2, 3, 4]);
});

test("without a compression the bytes are returned as they are", async () => {
  const bytes = Buffer.from([1, 2]);
  expect(await compress("none", bytes)).toBe(bytes);
  expect(await decompress(0, bytes, 1)).toBe(bytes);
});

test("the number of an unknown compression is refused", async () => {
  await expect(decompress(5, Buffer.alloc(1), limit)).rejects.toThrow(
    new UnsupportedError("compression number 5 is not known here"),
  );
});

test.each(["gzip", "snappy", "lz4", "zstd"] as const)(
  "%s may become as large as the limit; one byte more is refused with the setting's name, and not retriable",
  async (name) => {
    // Random bytes cannot be compressed, so that the size is known exactly.
    const content = randomBytes(500);
    const compressed = Buffer.from(await compress(name, content));
    const number = compressionNumber(name);
    expect(content.equals(await decompress(number, compressed, 500))).toBe(true);
    const refused = decompress(number, compressed, 499);
    await expect(refused).rejects.toThrow(TransportError);
    await expect(refused).rejects.toMatchObject({
      code: "RECORD_TOO_LARGE",
      retriable: false,
      message: "decompressed it is larger than maxResponseBytes (499)",
    });
  },
);

test.each([
  ["lz4", "512a4d1803000000aabbcc"],
  ["zstd", "502a4d1800000000512a4d1801000000aa"],
] as const)("%s of nothing but user data becomes no bytes", async (name, hex) => {
  expect(await decompress(compressionNumber(name), fromHex(hex), limit)).toEqual(new Uint8Array());
});

test("a compression that Kafka does not have is refused by the option's name, with the choices", () => {
  const other: string = "brotli";
  expect(() => compressionNumber(other as Compression)).toThrow(
    'compression must be one of "none", "gzip", "snappy", "lz4", "zstd"; it is "brotli"',
  );
});

test.each(["gzip", "snappy", "lz4", "zstd"] as const)(
  "bytes that are no %s are an error that says so",
  async (compression) => {
    const number = compressionNumber(compression);
    const refused = decompress(number, fromHex("ffffffffffffffff"), limit);
    await expect(refused).rejects.toThrow(RangeError);
    await expect(refused).rejects.toThrow(new RegExp(`^it is no ${compression}, or damaged: .+`));
    await expect(refused).rejects.toMatchObject({ cause: expect.any(Error) });
  },
);

// In a process of its own, because running out of memory would end it.
test(`damaged bytes and bombs are errors, in little memory, and what comes after them is read (DATAQUEUES_SEED=${seed})`, async () => {
  const script = new URL("hostile-compression.ts", import.meta.url).pathname;
  const flags = ["--max-old-space-size=64", "--unhandled-rejections=strict", "--conditions=@dataqueues/source"];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, script, `${seed}`], { timeout: 120_000 });
  const { problems, outcomes, maxRssMiB } = JSON.parse(stdout) as {
    problems: string[];
    outcomes: Record<string, { read: number; refused: number }>;
    maxRssMiB: number;
  };
  expect(problems).toEqual([]);
  expect(Object.keys(outcomes)).toHaveLength(5);
  for (const { read, refused } of Object.values(outcomes)) {
    expect(read).toBeGreaterThan(10);
    expect(refused).toBeGreaterThan(500);
  }
  expect(maxRssMiB).toBeLessThan(400);
}, 130_000);
