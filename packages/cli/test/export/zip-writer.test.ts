import { expect, test, vi } from "vitest";

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

test("two members of one name are refused, with what to do", async () => {
  const { zip } = counted();
  await zip.add("values/x_length.npy", []);
  await expect(zip.add("values/x_length.npy", [])).rejects.toThrow(
    "two arrays would have the name values/x_length.npy in the npz file: use --to parquet or --to jsonl",
  );
});
