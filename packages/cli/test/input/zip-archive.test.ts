import { expect, test } from "vitest";

import { zipEntries } from "../../src/input/zip-archive.ts";
import type { RandomAccess } from "../../src/input/zip-archive.ts";
import { zipped } from "../zip-files.ts";

const content = "a text that is long enough to be deflated: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const text = new TextEncoder().encode(content);

const running = new AbortController().signal;

const archiveOf = (bytes: Uint8Array): RandomAccess => ({
  size: bytes.length,
  read: async (offset, length) => bytes.subarray(offset, offset + length),
});

/** An archive after a change of its bytes. */
function changed(archive: Uint8Array, change: (view: DataView) => void): RandomAccess {
  const bytes = Uint8Array.from(archive);
  change(new DataView(bytes.buffer));
  return archiveOf(bytes);
}

/** Where the end begins in an archive without a comment, and the list of files. */
const endOf = (view: DataView): number => view.byteLength - 22;
const listOf = (view: DataView): number => view.getUint32(endOf(view) + 16, true);

async function readAll(archive: RandomAccess): Promise<[name: string, text: string][]> {
  const files: [name: string, text: string][] = [];
  for await (const entry of zipEntries(archive, running)) {
    files.push([entry.name, new TextDecoder().decode(await entry.read())]);
  }
  return files;
}

test("files are read in the order of the archive", async () => {
  const archive = archiveOf(await zipped({ "z.npy": text, "a.npy": text, "empty.npy": new Uint8Array() }));
  expect(await readAll(archive)).toEqual([
    ["z.npy", content],
    ["a.npy", content],
    ["empty.npy", ""],
  ]);
});

test.each([
  ["deflated", { level: 6 }],
  ["stored", { level: 0 }],
  ["with its sizes before it", { dataDescriptor: false }],
  ["with sizes of 64 bits", { zip64: true }],
])("a file is read that is %s", async (_name, options) => {
  expect(await readAll(archiveOf(await zipped({ a: text }, options)))).toEqual([["a", content]]);
});

test("names that point out of a folder are only names", async () => {
  const archive = archiveOf(await zipped({ "/a.npy": text, "../b.npy": text }));
  expect((await readAll(archive)).map(([name]) => name)).toEqual(["/a.npy", "../b.npy"]);
});

test("an archive that was cut anywhere is an error", async () => {
  const bytes = await zipped({ a: text, b: text });
  for (let length = 0; length < bytes.length; length += 1) {
    await expect(readAll(archiveOf(bytes.subarray(0, length)))).rejects.toThrow(/the archive/);
  }
});

test.each([0, 6])("a byte that was changed in the data is an error: compression %d", async (level) => {
  const bytes = await zipped({ a: text }, { level });
  const header = new DataView(bytes.buffer);
  const data = 30 + header.getUint16(26, true) + header.getUint16(28, true);
  for (let at = data; at < data + 20; at += 1) {
    const archive = changed(bytes, (view) => view.setUint8(at, view.getUint8(at) ^ 0x10));
    await expect(readAll(archive)).rejects.toThrow(/its checksum is wrong|does not have the 79 bytes/);
  }
});

test("a file that is larger than the list says is an error", async () => {
  const bomb = await zipped({ bomb: new Uint8Array(10_000_000) });
  const archive = changed(bomb, (view) => view.setUint32(listOf(view) + 24, 20_000, true));
  await expect(readAll(archive)).rejects.toThrow("it does not have the 20000 bytes that the archive's list says");
  const stored = await zipped({ a: new Uint8Array(100_000) }, { level: 0 });
  const long = changed(stored, (view) => view.setUint32(listOf(view) + 24, 10, true));
  await expect(readAll(long)).rejects.toThrow("it does not have the 10 bytes");
});

test("a file that is smaller than the list says is an error", async () => {
  for (const level of [0, 6]) {
    const archive = changed(await zipped({ a: text }, { level }), (view) =>
      view.setUint32(listOf(view) + 24, 10_000, true),
    );
    await expect(readAll(archive)).rejects.toThrow(/does not have the 10000 bytes|its checksum is wrong/);
  }
});

test("a size that nothing can have takes no memory", async () => {
  const archive = changed(await zipped({ a: text }), (view) => view.setUint32(listOf(view) + 24, 0xffff_fff0, true));
  const before = process.memoryUsage().arrayBuffers;
  const entries = zipEntries(archive, running);
  const { value } = await entries.next();
  expect(value?.size).toBe(0xffff_fff0);
  await expect(value?.read()).rejects.toThrow("its checksum is wrong");
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
});

test("reading ends when it is aborted", async () => {
  const stop = new AbortController();
  const entries = zipEntries(archiveOf(await zipped({ a: text, b: text })), stop.signal);
  const { value } = await entries.next();
  const reason = new Error("interrupted");
  stop.abort(reason);
  await expect(value?.read()).rejects.toBe(reason);
});

test("an encrypted file and an unknown compression are refused", async () => {
  const encrypted = archiveOf(await zipped({ a: text }, { password: "secret", zipCrypto: true }));
  await expect(readAll(encrypted)).rejects.toThrow("it is encrypted");
  const lzma = changed(await zipped({ a: text }), (view) => {
    view.setUint16(8, 14, true);
    view.setUint16(listOf(view) + 10, 14, true);
  });
  await expect(readAll(lzma)).rejects.toThrow("it is compressed by method 14; only deflate (8) and none (0) are read");
});

test("a list of files that makes no sense is an error, and takes no memory", async () => {
  const bytes = await zipped({ a: text });
  const many = changed(bytes, (view) => view.setUint16(endOf(view) + 10, 0xfffe, true));
  await expect(readAll(many)).rejects.toThrow("the archive's list of files is damaged");
  const elsewhere = changed(bytes, (view) => view.setUint32(listOf(view) + 42, 5, true));
  await expect(readAll(elsewhere)).rejects.toThrow("it is not where the archive's list says");
  const other = changed(await zipped({ a: text }, { dataDescriptor: false }), (view) => view.setUint32(22, 5, true));
  await expect(readAll(other)).rejects.toThrow("the archive says two different things about it");
});

test("a list of files that is too long is not read", async () => {
  const end = Uint8Array.from(await zipped({ a: text })).subarray(-22);
  new DataView(end.buffer, end.byteOffset).setUint32(12, 2 ** 27, true);
  new DataView(end.buffer, end.byteOffset).setUint32(16, 0, true);
  const size = 2 ** 27 + 22;
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    const bytes = new Uint8Array(length);
    const from = Math.max(offset, size - 22);
    if (from < offset + length) bytes.set(end.subarray(from - size + 22, offset + length - size + 22), from - offset);
    return bytes;
  };
  await expect(readAll({ size, read })).rejects.toThrow(`its list of files takes ${2 ** 27} bytes, which is too much`);
});
