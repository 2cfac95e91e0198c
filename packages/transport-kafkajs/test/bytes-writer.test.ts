import { expect, test } from "vitest";

import { BytesWriter } from "../src/protocol/bytes-writer.ts";
import { numbers } from "./java-vectors.ts";

const hex = (writer: BytesWriter): string => writer.written.toString("hex");
const older = (): BytesWriter => new BytesWriter();
const flexible = (): BytesWriter => new BytesWriter(16, true);

test.each(numbers)("$value is written as the varint that Java writes", ({ value, unsigned }) => {
  expect(hex(older().unsignedVarint(value))).toBe(unsigned);
});

test("numbers of a fixed size are written big-endian, up to their limits", () => {
  const writer = older().uint8(255).boolean(true).boolean(false).int16(-32_768).int16(32_767);
  writer.int32(-(2 ** 31)).int32(2 ** 31 - 1);
  writer.int64(-(2n ** 63n)).int64(2n ** 63n - 1n);
  expect(hex(writer)).toBe(["ff0100", "80007fff", "800000007fffffff", "8000000000000000", "7fffffffffffffff"].join(""));
});

test.each<[string, (writer: BytesWriter) => void]>([
  ["a byte of 256", (writer) => writer.uint8(256)],
  ["a byte of -1", (writer) => writer.uint8(-1)],
  ["an int16 of 2 ** 15", (writer) => writer.int16(2 ** 15)],
  ["an int16 below -(2 ** 15)", (writer) => writer.int16(-(2 ** 15) - 1)],
  ["an int16 of a half", (writer) => writer.int16(0.5)],
  ["an int16 of NaN", (writer) => writer.int16(Number.NaN)],
  ["an int32 of 2 ** 31", (writer) => writer.int32(2 ** 31)],
  ["an int32 below -(2 ** 31)", (writer) => writer.int32(-(2 ** 31) - 1)],
  ["an int32 of a half", (writer) => writer.int32(1.5)],
  ["an int32 of NaN", (writer) => writer.int32(Number.NaN)],
  ["an int64 of 2 ** 63", (writer) => writer.int64(2n ** 63n)],
  ["an int64 below -(2 ** 63)", (writer) => writer.int64(-(2n ** 63n) - 1n)],
])("%s is a RangeError", (_what, write) => {
  expect(() => write(older())).toThrow(RangeError);
});

test("the error of a number that is not whole names it", () => {
  expect(() => older().int16(0.5)).toThrow("0.5 is not a whole number");
  expect(() => older().int32(Number.NaN)).toThrow("NaN is not a whole number");
});

test("strings and bytes begin with their length in bytes; the compact length is one more", () => {
  expect(hex(older().string("é").string("").string(null))).toBe("0002c3a90000ffff");
  expect(hex(flexible().string("é").string("").string(null))).toBe("03c3a90100");
  expect(hex(older().bytes(Uint8Array.of(1, 2)).bytes(new Uint8Array()))).toBe("00000002010200000000");
  expect(hex(flexible().bytes(Uint8Array.of(1, 2)).bytes(new Uint8Array()))).toBe("03010201");
});

test("the longest string has 32767 bytes in both forms, and a longer one is a RangeError", () => {
  const longest = `${"é".repeat(16_383)}x`;
  expect(hex(older().string(longest)).slice(0, 6)).toBe("7fffc3");
  // The varint 32768.
  expect(hex(flexible().string(longest)).slice(0, 8)).toBe("808002c3");
  for (const writer of [older(), flexible()]) {
    expect(() => writer.string(`${longest}x`)).toThrow(new RangeError("a text of 32768 bytes is longer than 32767"));
  }
});

test("arrays begin with their count, the compact count is one more, and null differs from empty", () => {
  const write = (writer: BytesWriter): BytesWriter =>
    writer.array([7, 8], (item) => writer.uint8(item)).array([], () => expect.unreachable());
  expect(hex(write(older()).nullArray())).toBe("00000002070800000000ffffffff");
  expect(hex(write(flexible()).nullArray())).toBe("0307080100");
});

test("each structure in an array ends with tagged fields in flexible versions", () => {
  const write = (writer: BytesWriter): BytesWriter => writer.structs([7, 8], (item) => writer.uint8(item));
  expect(hex(write(older()))).toBe("000000020708");
  expect(hex(write(flexible()))).toBe("0307000800");
});

test("tagged fields are written as a zero in flexible versions only", () => {
  expect(hex(older().taggedFields())).toBe("");
  expect(hex(flexible().taggedFields())).toBe("00");
});

test("the memory grows and keeps what was written", () => {
  const writer = new BytesWriter(3);
  const expected: number[] = [];
  for (let index = 0; index < 100; index++) {
    writer.uint8(index);
    expected.push(index);
  }
  writer.bytes(new Uint8Array(5_000).fill(7));
  // The length 5000, then the bytes.
  expected.push(0, 0, 0x13, 0x88, ...new Uint8Array(5_000).fill(7));
  expect([...writer.written]).toEqual(expected);
});

test("no memory is allocated while the capacity suffices, and then at least twice as much", () => {
  const writer = new BytesWriter(8);
  const before = writer.written.buffer;
  writer.int32(-1).int32(0);
  expect(hex(writer)).toBe("ffffffff00000000");
  expect(writer.written.buffer).toBe(before);
  expect(before.byteLength).toBe(8);
  writer.uint8(1);
  // Doubling the memory keeps the number of copies small.
  expect(writer.written.buffer.byteLength).toBe(16);
  expect(new BytesWriter().written.buffer.byteLength).toBe(256);
});

test("a UUID has the bytes of its 32 digits, and other texts are refused", () => {
  const digits = "00ff02030405060708090a0b0c0d0e0f";
  expect(hex(new BytesWriter().uuid(digits))).toBe(digits);
  for (const bad of ["", "00ff", `${digits}00`, digits.replace("f", "g"), "00FF02030405060708090a0b0c0d0e0f"]) {
    expect(() => new BytesWriter().uuid(bad)).toThrow(RangeError);
  }
});
