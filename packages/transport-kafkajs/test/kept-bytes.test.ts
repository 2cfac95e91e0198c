import { expect, test } from "vitest";

import { KeptBytes } from "../src/protocol/kept-bytes.ts";

const answer = Buffer.alloc(
  10_000_000,
  Uint8Array.from({ length: 251 }, (_, index) => index),
);

test("a small value of a large answer keeps at most 64 KiB alive", () => {
  const value = new KeptBytes().keep(answer, 1_000_003, 1_000_103);
  expect(value).toEqual(new Uint8Array(answer.subarray(1_000_003, 1_000_103)));
  expect(value.buffer.byteLength).toBeLessThanOrEqual(65_536);
});

test("a value of a megabyte keeps no more than itself", () => {
  const value = new KeptBytes().keep(answer, 7, 1_000_007);
  expect(value).toEqual(new Uint8Array(answer.subarray(7, 1_000_007)));
  expect(value.buffer.byteLength).toBe(1_000_000);
});

test("a value that is most of the answer is a view of it", () => {
  const value = new KeptBytes().keep(answer, 1, 9_000_001);
  expect(value.buffer).toBe(answer.buffer);
  expect(value.byteOffset).toBe(answer.byteOffset + 1);
});

test("copied values are no Buffers, start on 8-byte boundaries and do not overlap", () => {
  const kept = new KeptBytes();
  const lengths = [1, 8, 13, 0, 4000, 8192, 60, 8193, 65_536, 3];
  const values = Array.from({ length: 30 }, (_, turn) =>
    lengths.map((length) => kept.keep(answer, turn, turn + length)),
  );
  for (const value of values.flat()) {
    expect(Object.getPrototypeOf(value)).toBe(Uint8Array.prototype);
    expect(value.byteOffset % 8).toBe(0);
  }
  for (const value of values.flat()) value.fill(0xff);
  values.flat().forEach((value, index) => value.fill(index));
  values.flat().forEach((value, index) => expect(value.every((byte) => byte === index % 256)).toBe(true));
});
