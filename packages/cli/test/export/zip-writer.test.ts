import { execFile } from "node:child_process";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test, vi } from "vitest";

import { ZipWriter } from "../../src/export/zip-writer.ts";
import { unzipped } from "../zip-files.ts";

/** A writer, and the chunks that it has written. */
function counted(): { readonly zip: ZipWriter; readonly chunks: Uint8Array[] } {
  const chunks: Uint8Array[] = [];
  return { zip: new ZipWriter(async (chunk) => void chunks.push(Uint8Array.from(chunk))), chunks };
}

test("members are written chunk by chunk, before the archive ends", async () => {
  const { zip, chunks } = counted();
  await zip.add("a", [new Uint8Array([1, 2]), new Uint8Array([3])]);
  expect(Buffer.concat(chunks).includes(Buffer.from([1, 2, 3]))).toBe(true);
  await zip.add("größe", []);
  await zip.end();
  expect(await unzipped(Buffer.concat(chunks))).toEqual({ a: new Uint8Array([1, 2, 3]), größe: new Uint8Array() });
});

test("members have the earliest time there is, so that the same export gives the same bytes", async () => {
  const { zip, chunks } = counted();
  await zip.add("a", [new Uint8Array([1])]);
  const header = new DataView(Uint8Array.from(Buffer.concat(chunks)).buffer);
  // As MS-DOS has it: midnight of 1 January 1980.
  expect([header.getUint16(10, true), header.getUint16(12, true)]).toEqual([0, 0x0021]);
  // Beside the name are only sizes of 64 bits (field 1): no other time.
  expect([header.getUint16(28, true), header.getUint16(31, true)]).toEqual([20, 1]);
});

test("a member that is larger than the memory waits for a slow disk", async () => {
  const block = new Uint8Array(2 ** 20);
  let made = 0;
  let written = 0;
  let mostWaiting = 0;
  const zip = new ZipWriter(async (bytes) => {
    await new Promise(setImmediate);
    written += bytes.length;
    mostWaiting = Math.max(mostWaiting, made - written);
  });
  async function* blocks(): AsyncGenerator<Uint8Array> {
    for (let index = 0; index < 64; index += 1) {
      made += block.length;
      yield block;
    }
  }
  await zip.add("large", blocks());
  expect(written).toBeGreaterThan(64 * block.length);
  expect(mostWaiting).toBeLessThan(16 * block.length);
});

test("what goes wrong with the disk or the chunks is what add throws", async () => {
  const full = new Error("no space left");
  const zip = new ZipWriter(() => Promise.reject(full));
  await expect(zip.add("a", [new Uint8Array(1)])).rejects.toBe(full);
  const cut = new Error("the file was cut");
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(1);
    throw cut;
  }
  await expect(counted().zip.add("a", chunks())).rejects.toBe(cut);
});

test("chunks end when the disk has failed", async () => {
  let hasEnded = false;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield new Uint8Array(2 ** 20);
    } finally {
      hasEnded = true;
    }
  }
  let count = 0;
  const zip = new ZipWriter(() => (++count > 2 ? Promise.reject(new Error("no space left")) : Promise.resolve()));
  await expect(zip.add("a", chunks())).rejects.toThrow("no space left");
  await vi.waitFor(() => expect(hasEnded).toBe(true), { timeout: 10_000 });
});

/** Prints the members of an archive with their bytes, which Python checks. */
const members = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    print(json.dumps({name: list(archive.read(name)) for name in archive.namelist()}))
`;

test("Python reads an archive over 4 GiB", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dataqueues-zip-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "large.zip");
  const file = await open(path, "w");
  // What was not written before it takes no space on the disk.
  const start = 2 ** 32 + 5;
  let position = start;
  const write = async (bytes: Uint8Array): Promise<void> => {
    position += (await file.write(bytes, 0, bytes.length, position)).bytesWritten;
  };
  const zip = new ZipWriter(write, { start });
  await zip.add("first", [new Uint8Array([1, 2]), new Uint8Array([3])]);
  await zip.add("größe", []);
  await zip.add("last", [new Uint8Array([4])]);
  await zip.end();
  await file.close();
  const { stdout } = await promisify(execFile)("python3", ["-c", members, path]);
  expect(JSON.parse(stdout)).toEqual({ first: [1, 2, 3], größe: [], last: [4] });
});

test("more members than there is memory for are refused, with what to do", async () => {
  const zip = new ZipWriter(() => Promise.resolve(), { maxMembers: 2 });
  await zip.add("a", []);
  await zip.add("b", []);
  await expect(zip.add("c", [])).rejects.toThrow(
    "an npz file holds at most 2 arrays: export fewer records with --from",
  );
});

test("two members of one name are refused, with what to do", async () => {
  const { zip } = counted();
  await zip.add("values/x_length.npy", []);
  await expect(zip.add("values/x_length.npy", [])).rejects.toThrow(
    "two arrays would have the name values/x_length.npy in the npz file: use --to parquet or --to jsonl",
  );
});
