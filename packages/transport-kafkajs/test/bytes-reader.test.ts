import { expect, test } from "vitest";

import { BytesReader } from "../src/protocol/bytes-reader.ts";
import { fromHex } from "./java-batches.ts";
import { longs, numbers } from "./java-vectors.ts";

const older = (...hex: string[]): BytesReader => new BytesReader(fromHex(...hex));
const flexible = (...hex: string[]): BytesReader => new BytesReader(fromHex(...hex), true);

/** The value that is read, and how many bytes are left after it. */
function read<Value>(reader: BytesReader, of: (reader: BytesReader) => Value): [Value, number] {
  return [of(reader), reader.remaining];
}

test.each(numbers)("$value and its negative are read from the varints that Java writes", (vector) => {
  const { value, unsigned, varint, negative } = vector;
  expect(read(older(unsigned, "ff"), (bytes) => bytes.unsignedVarint())).toEqual([value, 1]);
  expect(read(older(varint, "ff"), (bytes) => bytes.varint())).toEqual([value, 1]);
  expect(read(older(negative, "ff"), (bytes) => bytes.varint())).toEqual([-1 - value, 1]);
});

test("varlongs that Java writes are read exactly up to 2 ** 53", () => {
  expect(longs.at(-1)).toEqual({ value: 2 ** 53 - 1, varlong: "feffffffffffff1f", negative: "ffffffffffffff1f" });
  for (const { value, varlong, negative } of longs) {
    expect(read(older(varlong, "ff"), (bytes) => bytes.varlong())).toEqual([value, 1]);
    expect(read(older(negative, "ff"), (bytes) => bytes.varlong())).toEqual([-1 - value, 1]);
  }
});

test("the largest unsigned varint, varint and varlong are read", () => {
  expect(older("ffffffff0f").unsignedVarint()).toBe(2 ** 32 - 1);
  expect(older("ffffffff0f").varint()).toBe(-(2 ** 31));
  // Java's Long.MAX_VALUE and Long.MIN_VALUE, rounded to the nearest number.
  expect(older("feffffffffffffffff01").varlong()).toBe(2 ** 63);
  expect(older("ffffffffffffffffff01").varlong()).toBe(-(2 ** 63));
});

test("a varint that is too long is a RangeError", () => {
  expect(() => older("808080808001").unsignedVarint()).toThrow(new RangeError("a number at 5 is longer than 32 bits"));
  expect(() => older("808080808001").varint()).toThrow(new RangeError("a number at 5 is longer than 32 bits"));
  expect(() => older("8080808080808080808001").varlong()).toThrow(
    new RangeError("a number at 10 is longer than 64 bits"),
  );
});

test("numbers of a fixed size are read big-endian and with their sign", () => {
  const reader = older("00", "02", "ff", "8000", "7fff", "80000000", "80000000", "fffffffffffffffe");
  expect([reader.boolean(), reader.boolean(), reader.uint8()]).toEqual([false, true, 255]);
  expect([reader.int16(), reader.int16()]).toEqual([-32_768, 32_767]);
  expect([reader.int32(), reader.uint32(), reader.int64()]).toEqual([-(2 ** 31), 2 ** 31, -2n]);
  expect([reader.position, reader.remaining]).toEqual([23, 0]);
});

test("bytes that are a view of larger memory are read as a view", () => {
  const memory = Uint8Array.of(9, 9, 0, 0, 0, 1, 7, 9);
  const reader = new BytesReader(memory.subarray(2, 7));
  const bytes = reader.nullableBytes();
  expect(bytes).toEqual(Buffer.from([7]));
  // Nothing is copied.
  expect([bytes?.buffer, bytes?.byteOffset]).toEqual([memory.buffer, 6]);
});

test.each<[string, (reader: BytesReader) => unknown, number]>([
  ["int16", (reader) => reader.int16(), 2],
  ["int32", (reader) => reader.int32(), 4],
  ["uint32", (reader) => reader.uint32(), 4],
  ["int64", (reader) => reader.int64(), 8],
  ["text", (reader) => reader.text(3), 3],
  ["uuid", (reader) => reader.uuid(), 16],
])("%s that is cut is a RangeError that says how many bytes are wanted where", (_name, of, size) => {
  const whole = new BytesReader(Buffer.alloc(size));
  of(whole);
  expect(whole.remaining).toBe(0);
  const cut = new BytesReader(Buffer.alloc(size));
  cut.position = 1;
  expect(() => of(cut)).toThrow(new RangeError(`${size} bytes wanted at 1 of ${size}`));
  expect(cut.position).toBe(1);
});

test("a byte beyond the end and a negative length are a RangeError", () => {
  const reader = older("01");
  expect(reader.skip(1)).toBe(0);
  expect(() => reader.uint8()).toThrow(new RangeError("a byte wanted at 1 of 1"));
  expect(() => reader.boolean()).toThrow(RangeError);
  expect(() => reader.skip(-1)).toThrow(new RangeError("-1 bytes wanted at 1 of 1"));
  expect(reader.skip(0)).toBe(1);
});

test("strings and bytes are read with lengths of a fixed size; any negative length is null", () => {
  expect(older("0002c3a9").string()).toBe("é");
  expect(older("0000").nullableString()).toBe("");
  expect(older("ffff").nullableString()).toBeNull();
  expect(older("8000").nullableString()).toBeNull();
  expect(older("ffff").string()).toBe("");
  expect(older("0000000201020a").nullableBytes()).toEqual(Buffer.from([1, 2]));
  expect(older("00000000").nullableBytes()).toEqual(Buffer.alloc(0));
  expect(older("ffffffff").nullableBytes()).toBeNull();
});

test("strings and bytes are read with compact lengths, which are one more; zero is null", () => {
  expect(flexible("03c3a9").string()).toBe("é");
  expect(flexible("01").nullableString()).toBe("");
  expect(flexible("00").nullableString()).toBeNull();
  expect(flexible("00").string()).toBe("");
  expect(flexible("0301020a").nullableBytes()).toEqual(Buffer.from([1, 2]));
  expect(flexible("01").nullableBytes()).toEqual(Buffer.alloc(0));
  expect(flexible("00").nullableBytes()).toBeNull();
});

test.each([
  ["older", older("0003", "6162"), older("00000003", "6162")],
  ["compact", flexible("04", "6162"), flexible("04", "6162")],
])("a string or bytes that are cut are a RangeError in the %s form", (_form, text, bytes) => {
  expect(() => text.nullableString()).toThrow("3 bytes wanted at");
  expect(() => bytes.nullableBytes()).toThrow("3 bytes wanted at");
});

test("an array with more items than bytes is rejected before an item is read", () => {
  const reader = older("00000002", "0a0b");
  expect(reader.array(() => reader.uint8())).toEqual([10, 11]);
  const compact = flexible("03", "0a0b");
  expect(compact.array(() => compact.uint8())).toEqual([10, 11]);
  for (const hostile of [older("00000003", "0a0b"), flexible("04", "0a0b")]) {
    expect(() => hostile.array(() => expect.unreachable())).toThrow(new RangeError("3 items wanted in 2 bytes"));
  }
});

test("a null array and an empty array have no items", () => {
  for (const none of [older("ffffffff"), older("00000000"), flexible("00"), flexible("01")]) {
    expect(none.array(() => expect.unreachable())).toEqual([]);
    expect(none.remaining).toBe(0);
  }
});

test("the tagged fields of each structure in an array are skipped in flexible versions", () => {
  const reader = flexible("03", "0a", "00", "0b", "01", "05", "01", "ff");
  expect(reader.structs(() => reader.uint8())).toEqual([10, 11]);
  expect(reader.remaining).toBe(0);
  const without = older("00000002", "0a0b");
  expect(without.structs(() => without.uint8())).toEqual([10, 11]);
});

test("a UUID is read as 32 hexadecimal digits", () => {
  expect(older("00ff02030405060708090a0b0c0d0e0f").uuid()).toBe("00ff02030405060708090a0b0c0d0e0f");
});

test("a structure that may be missing is undefined after -1; after 1 it is read, and its tagged fields are skipped", () => {
  const missing = flexible("ff", "07");
  expect(missing.nullableStruct(() => missing.uint8())).toBeUndefined();
  expect(missing.uint8()).toBe(7);
  const there = flexible("01", "0a", "01", "05", "01", "ff", "07");
  expect(there.nullableStruct(() => there.uint8())).toBe(10);
  expect(there.uint8()).toBe(7);
});

test("tagged fields are skipped in flexible versions only", () => {
  // Two fields: tag 5 with three bytes, tag 200 with none.
  const fields = ["02", "05", "03", "aabbcc", "c801", "00"];
  const reader = flexible(...fields, "ee");
  reader.taggedFields();
  expect(reader.uint8()).toBe(0xee);
  const without = flexible("00", "ee");
  without.taggedFields();
  expect(without.position).toBe(1);
  const none = older(...fields);
  none.taggedFields();
  expect(none.position).toBe(0);
  expect(() => flexible("01", "05", "04", "aabbcc").taggedFields()).toThrow(new RangeError("4 bytes wanted at 3 of 6"));
});
