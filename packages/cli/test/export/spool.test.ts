import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

import { Spool } from "../../src/export/spool.ts";
import { temporaryFolder } from "../record/recorded-log.ts";

const mebibyte = 2 ** 20;

async function readAll(spool: Spool, start?: number, end?: number): Promise<Buffer> {
  const blocks: Uint8Array[] = [];
  for await (const block of spool.read(start, end)) blocks.push(block);
  return Buffer.concat(blocks);
}

test("bytes come back as they were added, also some of them", async () => {
  const spool = new Spool(join(temporaryFolder(), "spool"));
  expect(await readAll(spool)).toHaveLength(0);
  const expected = Buffer.concat([Buffer.alloc(mebibyte, "a"), Buffer.from("bc"), Buffer.alloc(mebibyte, "d")]);
  await spool.add(expected.subarray(0, mebibyte + 1));
  await spool.add(expected.subarray(mebibyte + 1));
  expect(spool.size).toBe(expected.length);
  expect((await readAll(spool)).equals(expected)).toBe(true);
  expect((await readAll(spool, mebibyte, mebibyte + 2)).toString()).toBe("bc");
  await spool.close();
});

test("a spool holds no file open: an export of many topics has many, and one that fails leaves them", async () => {
  const path = join(temporaryFolder(), "spool");
  const spool = new Spool(path);
  await spool.add(Buffer.alloc(mebibyte, "a"));
  // Who holds the file open goes on with the old one.
  await rename(path, `${path}.old`);
  await writeFile(path, Buffer.alloc(mebibyte, "b"));
  await spool.add(Buffer.alloc(mebibyte, "c"));
  const read = await readAll(spool);
  expect([read.length, read[0], read.at(-1)]).toEqual([2 * mebibyte, 0x62, 0x63]);
});
