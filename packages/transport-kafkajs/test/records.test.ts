import { expect, test } from "vitest";

import { decodeRecords, encodeRecords } from "../src/protocol/records.ts";
import { SlabAllocator } from "../src/protocol/slab-allocator.ts";
import { fromHex } from "./java-batches.ts";
import { batches, longs, manyRecords } from "./java-vectors.ts";

/** A record's length, attributes, timestampDelta and offsetDelta; no key, value or headers. */
const first = "0c000000010100";
const second = "0c000002010100";

function decode(hex: string, recordCount: number, lastDelta = 9n, base: { appendTime?: number } = {}) {
  const place = { baseOffset: 100n, lastOffset: 100n + lastDelta, baseTimestamp: 1_000 };
  return decodeRecords(fromHex(hex), { ...place, appendTime: undefined, ...base, recordCount }, new SlabAllocator());
}

test("sizes, counts and offset deltas of one and two bytes are read from Java's records", () => {
  const base = { baseOffset: 5n, lastOffset: 74n, baseTimestamp: 0, appendTime: undefined, recordCount: 70 };
  const read = decodeRecords(fromHex(batches.many).subarray(61), base, new SlabAllocator());
  expect(read).toEqual(manyRecords.map((record, index) => ({ ...record, offset: 5n + BigInt(index) })));
});

test("an empty batch has no records", () => {
  expect(decode("", 0)).toEqual([]);
});

test("there are as many records as the batch says, and each has at least seven bytes", () => {
  expect(decode(first, 1)).toEqual([{ key: null, value: null, headers: [], timestamp: 1_000, offset: 100n }]);
  expect(decode(first + second, 2).map(({ offset }) => offset)).toEqual([100n, 101n]);
  const cut = first + second.slice(0, -2);
  expect(() => decode(cut, 2)).toThrow(new RangeError("2 records wanted in 13 bytes"));
  expect(() => decode("", 1)).toThrow(new RangeError("1 records wanted in 0 bytes"));
  expect(() => decode(first, 2 ** 31 - 1)).toThrow(new RangeError("2147483647 records wanted in 7 bytes"));
  expect(() => decode(first, -1)).toThrow(new RangeError("-1 records wanted in 7 bytes"));
});

test("bytes after the last record are an error", () => {
  expect(() => decode(`${first}00`, 1)).toThrow(new RangeError("1 bytes follow its last record"));
  expect(() => decode(first + second, 1)).toThrow(new RangeError("7 bytes follow its last record"));
  expect(() => decode("00", 0)).toThrow(new RangeError("1 bytes follow its last record"));
});

test.each([
  ["before the batch's first offset", "0c000001010100", 1, "record 99 is out of place"],
  ["at the offset of the previous record", first + first, 2, "record 100 is out of place"],
  ["before the previous record", second + first, 2, "record 100 is out of place"],
  ["after the batch's last offset", "0c000006010100", 1, "record 103 is out of place"],
])("a record %s is an error that names its offset", (_what, hex, count, why) => {
  expect(() => decode(hex, count, 2n)).toThrow(new RangeError(why));
});

test("records may have gaps between their offsets, up to the batch's last offset", () => {
  expect(decode(first + "0c000004010100", 2, 2n).map(({ offset }) => offset)).toEqual([100n, 102n]);
});

test.each([
  ["longer", `0e${first.slice(2)}`],
  ["shorter", `0a${first.slice(2)}`],
  ["of a negative length", `01${first.slice(2)}`],
])("a record with a wrong length is an error: %s", (_what, hex) => {
  expect(() => decode(hex, 1)).toThrow(new RangeError("record 100 is not as long as it says"));
});

test("the log's append time, if there is one, replaces the records' timestamps, even if it is 0", () => {
  const later = "0c000602010100";
  expect(decode(first + later, 2).map(({ timestamp }) => timestamp)).toEqual([1_000, 1_003]);
  expect(decode(first + later, 2, 9n, { appendTime: 7 }).map(({ timestamp }) => timestamp)).toEqual([7, 7]);
  expect(decode(first, 1, 9n, { appendTime: 0 }).map(({ timestamp }) => timestamp)).toEqual([0]);
});

test("null and empty keys, values and headers are distinguished", () => {
  // An empty key, a null value, and two headers with empty names: one empty, one null.
  const [record] = decode("1400000000010400000001", 1);
  const empty = new Uint8Array();
  expect(record).toMatchObject({
    key: empty,
    value: null,
    headers: [
      ["", empty],
      ["", null],
    ],
  });
  // Any negative length is null.
  expect(decode("0c000000050300", 1)).toMatchObject([{ key: null, value: null }]);
});

test("a header count that is negative or too large for the bytes is an error", () => {
  expect(decode("100000000101020001", 1)).toMatchObject([{ headers: [["", null]] }]);
  expect(() => decode("10000000010104000100", 1)).toThrow(new RangeError("a record with 2 headers"));
  expect(() => decode("0c000000010101", 1)).toThrow(new RangeError("a record with -1 headers"));
  expect(() => decode("140000000101feffffff0f", 1)).toThrow(new RangeError("a record with 2147483647 headers"));
});

test.each([
  ["a key", "0c0000000c0100", "6 bytes wanted at 5 of 7"],
  ["a value", "0c000000010c00", "6 bytes wanted at 6 of 7"],
  ["a header's name", "100000000101020601", "3 bytes wanted at 8 of 9"],
  ["a header's name of a negative length", "100000000101020101", "-1 bytes wanted at 8 of 9"],
  ["a header's value", "100000000101020006", "3 bytes wanted at 9 of 9"],
])("%s whose length is negative or beyond the bytes is an error", (_what, hex, why) => {
  expect(() => decode(hex, 1)).toThrow(new RangeError(why));
});

test("records without headers share one frozen list", () => {
  const [one, other] = decode(first + second, 2);
  expect(one?.headers).toBe(other?.headers);
  expect(Object.isFrozen(one?.headers)).toBe(true);
});

test.each([
  [63, "8a01000000017e"],
  [64, "8e01000000018001"],
  [8191, "8c800100000001fe7f"],
  [8192, "90800100000001808001"],
  [1_048_575, "8e80800100000001feff7f"],
  [1_048_576, "928080010000000180808001"],
])("the fields before a value of %i bytes are written as by Java's client", (size, expected) => {
  const bytes = encodeRecords([{ key: null, value: new Uint8Array(size).fill(0xee), headers: [], timestamp: 5 }]);
  expect(bytes.subarray(0, bytes.indexOf(0xee)).toString("hex")).toBe(expected);
});

test.each([
  [63, "0c0000000101000c007e02010100"],
  [64, "0c0000000101000e00800102010100"],
  [-64, "0c0000000101000c007f02010100"],
  [-65, "0c0000000101000e00810102010100"],
  [2 ** 40, "0c000000010100160080808080804002010100"],
  [-(2 ** 40), "0c0000000101001600ffffffffff3f02010100"],
  [2 ** 52, "0c0000000101001a00808080808080801002010100"],
])("a record that is %i ms later than the first is written as by Java's client, and read again", (later, expected) => {
  const empty = { key: null, value: null, headers: [] };
  const bytes = encodeRecords([2 ** 52, 2 ** 52 + later].map((timestamp) => ({ ...empty, timestamp })));
  expect(bytes.toString("hex")).toBe(expected);
  const base = { baseOffset: 0n, lastOffset: 1n, baseTimestamp: 2 ** 52, appendTime: undefined, recordCount: 2 };
  const read = decodeRecords(Buffer.from(expected, "hex"), base, new SlabAllocator());
  expect(read.map(({ timestamp }) => timestamp)).toEqual([2 ** 52, 2 ** 52 + later]);
});

test("timestamps that are up to 2 ** 53 apart are written exactly, as by Java's client", () => {
  const encoded = (first: number, second: number): string => {
    const records = [first, second].map((timestamp) => ({ key: null, value: null, headers: [], timestamp }));
    // The second record from its timestampDelta on.
    return encodeRecords(records).subarray(9).toString("hex");
  };
  for (const { value, varlong, negative } of longs) {
    expect(encoded(0, value)).toBe(`${varlong}02010100`);
    expect(encoded(value, -1)).toBe(`${negative}02010100`);
  }
});
