import { execFile } from "node:child_process";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { UnsupportedError } from "@dataqueues/core";
import type { Compression } from "@dataqueues/core";
import { expect, test } from "vitest";

import { codec as zstdOfNode } from "../src/compression/zstd-of-node.ts";
import { codec as loadedZstd } from "../src/compression/zstd-of-webassembly.ts";
import { compress, compressionNumber, decompress } from "../src/compression.ts";
import { compressedParts } from "../src/protocol/compressed-parts.ts";
import { compressedVectors } from "./compressed-vectors.ts";
import { fromHex } from "./java-batches.ts";

const zstdOfWebAssembly = await loadedZstd;
const limit = 2 ** 22;
const seed = Number(process.env["DATAQUEUES_SEED"] ?? Date.now() % 2 ** 31);

test.each(compressedVectors)("%s of others is read: %s", async (compression, _what, hex, content) => {
  const read = await decompress(compressionNumber(compression), fromHex(hex), limit);
  expect(Buffer.compare(read, content)).toBe(0);
});

test.each(compressedVectors.filter(([compression, what]) => compression !== "snappy" || what.includes("Java")))(
  "%s of others is read to the end when two follow one another: %s",
  async (compression, _what, hex, content) => {
    const read = await decompress(compressionNumber(compression), fromHex(hex, hex), limit);
    expect(Buffer.compare(read, Buffer.concat([content, content]))).toBe(0);
  },
);

test.each(["gzip", "snappy", "lz4", "zstd"] as const)(
  "what %s becomes has memory of its own, which may be handed to a worker",
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

test.each(zstdVectors)("zstd of others is read by WebAssembly as by Node: %s", async (_zstd, _what, hex, content) => {
  for (const { bytes, mostBytes } of compressedParts("zstd", fromHex(hex))) {
    for (const codec of [zstdOfNode, zstdOfWebAssembly]) {
      expect(Buffer.compare(await codec.decompress(bytes, mostBytes), content)).toBe(0);
    }
  }
});

test("zstd that becomes more than it may is an error, by WebAssembly as by Node", async () => {
  const withoutSize = zstdVectors.filter(([, what]) => what.includes("without their size"));
  expect(withoutSize).toHaveLength(2);
  for (const [, , hex, content] of withoutSize) {
    for (const codec of [zstdOfNode, zstdOfWebAssembly]) {
      await expect(codec.decompress(fromHex(hex), content.length - 1)).rejects.toThrow(Error);
    }
  }
});

test("zstd that WebAssembly writes is read by Node", async () => {
  for (const content of ["", "hello", "abc".repeat(100_000)]) {
    expect(zlib.zstdDecompressSync(await zstdOfWebAssembly.compress(Buffer.from(content))).toString()).toBe(content);
  }
});

test("WebAssembly is asked for no more than it has room for", async () => {
  const refused = zstdOfWebAssembly.decompress(fromHex("28b52ffd2000010000"), 2 ** 29 + 1);
  await expect(refused).rejects.toThrow(UnsupportedError);
  await expect(refused).rejects.toThrow("Node 22.15");
});

test("a compression that Kafka does not have is refused by the option's name, with the choices", () => {
  const other: string = "brotli";
  expect(() => compressionNumber(other as Compression)).toThrow(
    'compression must be one of "none", "gzip", "snappy", "lz4", "zstd"; it is "brotli"',
  );
});

test.each(["gzip", "snappy", "lz4", "zstd"] as const)("what is no %s is an error that says so", async (compression) => {
  const number = compressionNumber(compression);
  await expect(decompress(number, fromHex("ffffffffffffffff"), limit)).rejects.toThrow(`it is no ${compression}`);
});

// In a process of its own, because what this is about ends a process: memory that runs out cannot be caught.
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
