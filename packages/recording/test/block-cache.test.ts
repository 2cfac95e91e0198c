import { expect, test } from "vitest";

import { BlockCache } from "../src/block-cache.ts";
import { openRecordingFile } from "../src/recording-file.ts";

const megabyte = 2 ** 20;

/** A cache over blocks of this size, and where those begin that were read. */
async function cacheOf(blockBytes: number): Promise<{ readonly cache: BlockCache; readonly read: number[] }> {
  const read: number[] = [];
  const cache = new BlockCache({
    file: await openRecordingFile(new Blob()),
    blockAt: async (start) => {
      read.push(start);
      return { start, end: start + blockBytes, messages: [] };
    },
  });
  return { cache, read };
}

test("64 MiB of blocks are kept, and beyond that those that were used last", async () => {
  const { cache, read } = await cacheOf(16 * megabyte);
  for (const start of [1, 2, 3, 4, 1, 2, 3, 4]) await cache.load(start);
  expect(read).toEqual([1, 2, 3, 4]);
  // 1 is used again, so that 2 is the one that goes.
  for (const start of [1, 5, 1, 3, 4, 5, 2]) await cache.load(start);
  expect(read).toEqual([1, 2, 3, 4, 5, 2]);
});

test("a block that is larger than that is kept alone", async () => {
  const { cache, read } = await cacheOf(100 * megabyte);
  for (const start of [1, 1, 2, 2, 1]) await cache.load(start);
  expect(read).toEqual([1, 2, 1]);
});
