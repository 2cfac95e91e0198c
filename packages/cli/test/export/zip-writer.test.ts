import { unzipSync } from "fflate";
import { expect, test } from "vitest";

import { ZipWriter } from "../../src/export/zip-writer.ts";

/** A writer, and how many bytes it has written. */
function counted(): { readonly zip: ZipWriter; readonly chunks: Uint8Array[] } {
  const chunks: Uint8Array[] = [];
  return { zip: new ZipWriter(async (chunk) => void chunks.push(chunk)), chunks };
}

test("members are written chunk by chunk, before the archive ends", async () => {
  const { zip, chunks } = counted();
  await zip.add("a", [new Uint8Array([1, 2]), new Uint8Array([3])]);
  expect(Buffer.concat(chunks).includes(Buffer.from([1, 2, 3]))).toBe(true);
  await zip.add("größe", []);
  await zip.end();
  expect(unzipSync(Buffer.concat(chunks))).toEqual({ a: new Uint8Array([1, 2, 3]), größe: new Uint8Array() });
});

test("more members than a ZIP archive can count are refused, with what to do", async () => {
  const { zip, chunks } = counted();
  for (let index = 0; index < 65_535; index += 1) await zip.add(String(index), []);
  chunks.length = 0;
  await expect(zip.add("one more", [])).rejects.toThrow("at most 65,535 arrays: export fewer records");
});

test("more bytes than a ZIP archive can count are refused, with what to do", async () => {
  let bytes = 0;
  const zip = new ZipWriter(async (chunk) => void (bytes += chunk.length), 1_000);
  const block = new Uint8Array(100);
  await expect(
    zip.add(
      "large",
      Array.from({ length: 11 }, () => block),
    ),
  ).rejects.toThrow("at most 4 GiB: export fewer records");
  expect(bytes).toBeLessThanOrEqual(1_000);
});
