import { zipSync } from "fflate";
import type { Zippable } from "fflate";
import { expect, test } from "vitest";

import { readZipEntry, zipEntries } from "../../src/input/zip-archive.ts";
import type { RandomAccess } from "../../src/input/zip-archive.ts";

const text = new TextEncoder().encode(
  "a text that is long enough to be deflated: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
);

const archiveOf = (bytes: Uint8Array): RandomAccess => ({
  size: bytes.length,
  read: async (offset, length) => bytes.subarray(offset, offset + length),
});

/** An archive of another program, changed. */
function zipped(files: Zippable, change: (bytes: Uint8Array, view: DataView) => void = () => undefined): RandomAccess {
  const bytes = zipSync(files, { level: 6 });
  change(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return archiveOf(bytes);
}

/** Where the list of files begins in an archive with one file. */
const listOf = (view: DataView): number => view.getUint32(view.byteLength - 22 + 16, true);

async function readAll(archive: RandomAccess): Promise<[name: string, text: string][]> {
  const entries = await zipEntries(archive);
  return Promise.all(
    entries.map(async (entry) => [entry.name, new TextDecoder().decode(await readZipEntry(archive, entry))]),
  );
}

test("files are read in the order of the archive, deflated and stored", async () => {
  const archive = zipped({ "z.npy": text, "a.npy": [text, { level: 0 }], "empty.npy": new Uint8Array() });
  const content = new TextDecoder().decode(text);
  expect(await readAll(archive)).toEqual([
    ["z.npy", content],
    ["a.npy", content],
    ["empty.npy", ""],
  ]);
});

test("an archive that was cut anywhere is an error", async () => {
  const bytes = zipSync({ a: text, b: text });
  for (let length = 0; length < bytes.length; length += 1) {
    await expect(readAll(archiveOf(bytes.subarray(0, length)))).rejects.toThrow(/the archive/);
  }
});

test("a byte that was changed in the data is an error", async () => {
  for (const level of [0, 6] as const) {
    const bytes = zipSync({ a: [text, { level }] });
    const data = 30 + 1;
    for (let at = data; at < data + 20; at += 1) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      await expect(readAll(archiveOf(changed))).rejects.toThrow(/checksum|inflated|has \d+ bytes/);
    }
  }
});

test("what inflates to more than the list says takes no more memory than that", async () => {
  const archive = zipped({ bomb: new Uint8Array(10_000_000) }, (_bytes, view) =>
    view.setUint32(listOf(view) + 24, 20_000, true),
  );
  await expect(readAll(archive)).rejects.toThrow(
    "it cannot be inflated to the 20000 bytes that the archive's list says",
  );
});

test("compressed data that are longer than what they hold are not read", async () => {
  const archive = zipped({ a: [new Uint8Array(100_000), { level: 0 }] }, (_bytes, view) =>
    view.setUint32(listOf(view) + 24, 10, true),
  );
  await expect(readAll(archive)).rejects.toThrow("its compressed size makes no sense");
});

test("an encrypted file and an unknown compression are refused", async () => {
  const encrypted = zipped({ a: text }, (_bytes, view) => view.setUint16(listOf(view) + 8, 1, true));
  await expect(readAll(encrypted)).rejects.toThrow("it is encrypted");
  const lzma = zipped({ a: text }, (_bytes, view) => view.setUint16(listOf(view) + 10, 14, true));
  await expect(readAll(lzma)).rejects.toThrow("it is compressed by method 14");
});

test("a list of files that makes no sense is an error, and takes no memory", async () => {
  const many = zipped({ a: text }, (_bytes, view) => view.setUint16(view.byteLength - 22 + 10, 0xffff, true));
  await expect(readAll(many)).rejects.toThrow("its list of files is damaged at file 2 of 65535");
  const long = zipped({ a: text }, (_bytes, view) => view.setUint32(view.byteLength - 22 + 12, 0xfffffff0, true));
  await expect(readAll(long)).rejects.toThrow("its list of files takes 4294967280 bytes");
  const elsewhere = zipped({ a: text }, (_bytes, view) => view.setUint32(listOf(view) + 42, 5, true));
  await expect(readAll(elsewhere)).rejects.toThrow("it is not where the archive's list says");
});
