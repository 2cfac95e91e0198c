import { expect, test } from "vitest";
import type { ArrowArray } from "../../src/datasets/arrow-table.ts";
import { ValuesReader } from "../../src/datasets/read-values.ts";

const options = { copy: "auto", maxTextBytes: 2 ** 20, maxDescriptionLength: 100 } as const;

/** A column as readBatch gives it. */
function column(type: string, length: number, values: Uint8Array, more: Partial<ArrowArray> = {}): ArrowArray {
  const none = { nullCount: 0, validity: new Uint8Array(0), offsets: new Int32Array(0), item: undefined };
  return { field: { name: "v", type, item: undefined }, length, values, ...none, ...more };
}

function texts(type: "string" | "binary", ...items: readonly (string | readonly number[])[]): ArrowArray {
  const parts = items.map((item) => (typeof item === "string" ? [...new TextEncoder().encode(item)] : item));
  const offsets = [0];
  for (const part of parts) offsets.push((offsets.at(-1) ?? 0) + part.length);
  return column(type, items.length, Uint8Array.from(parts.flat()), { offsets: Int32Array.from(offsets) });
}

const bytesOf = (...values: bigint[]): Uint8Array => new Uint8Array(BigInt64Array.from(values).buffer);

function read(array: ArrowArray, dtype?: string, shape: readonly number[] = [array.length], more: object = {}) {
  return new ValuesReader({ ...options, ...more }).read(array, dtype, shape);
}

const refused = (code: string, message: string): unknown =>
  expect.objectContaining({ name: "FormatError", codec: "xarray", code, message });

const notATime = -(2n ** 63n);

test.each(["timestamp[s]", "timestamp[ns]", "duration[us]"])("a null of %s is NaT, whatever its slot holds", (type) => {
  // The first of each byte of bits is the lowest: values 0, 2 and 8 are null.
  const validity = Uint8Array.of(0b1111_1010, 0b0000_0010);
  const slots = [0n, 1n, 77n, 3n, 4n, 5n, 6n, 7n, -1n, 9n];
  const bytes = bytesOf(...slots);
  const dtype = `<${type.startsWith("t") ? "M" : "m"}8${type.slice(type.indexOf("["))}`;
  const array = column(type, 10, bytes, { nullCount: 3, validity });
  expect([...read(array, dtype).data]).toEqual([notATime, 1n, notATime, 3n, 4n, 5n, 6n, 7n, notATime, 9n]);
  // The caller's bytes stay as they are, also where a view of them would do.
  for (const copy of ["auto", "always", "never"]) {
    expect(read(array, dtype, [10], { copy }).data.buffer).not.toBe(bytes.buffer);
    expect(bytes).toEqual(bytesOf(...slots));
  }
});

test("times without nulls are a view of the bytes", () => {
  const bytes = bytesOf(0n, 1n);
  expect(read(column("timestamp[s]", 2, bytes), "<M8[s]").data.buffer).toBe(bytes.buffer);
  expect(read(column("timestamp[s]", 2, bytes), "<M8[s]", [2], { copy: "always" }).data.buffer).not.toBe(bytes.buffer);
});

test("nulls of other types are refused with their number", () => {
  const nulls = { nullCount: 2, validity: Uint8Array.of(0) };
  expect(() => read(column("double", 2, new Uint8Array(16), nulls), "<f8")).toThrow(
    refused("nulls", "column 'v' has 2 nulls, which <f8 cannot hold"),
  );
  expect(() => read({ ...texts("string", "", ""), ...nulls })).toThrow(
    refused("nulls", "column 'v' has 2 nulls, which text cannot hold"),
  );
  expect(() => read(column("bool", 2, Uint8Array.of(3), nulls), "|b1")).toThrow(
    refused("nulls", "column 'v' has 2 nulls, which |b1 cannot hold"),
  );
});

test.each([
  ["float", "<f8", "<f8"],
  ["int8", "|u1", "|u1"],
  ["bool", "|i1", "|i1"],
  ["string", "|S1", "|S1"],
  ["binary", "<U1", "<U1"],
  ["timestamp[s]", "<M8[ms]", "<M8[ms]"],
  ["timestamp[s]", "<m8[s]", "<m8[s]"],
  ["double", "|V8", "|V8"],
  ["int64", "<M8[D]", "<M8[D]"],
  ["int64", undefined, "text"],
  ["bool", undefined, "text"],
])("a column of %s is refused for the dtype %s", (type, dtype, shown) => {
  expect(() => read(column(type, 1, new Uint8Array(8)), dtype)).toThrow(
    refused("dtype", `column 'v' of Arrow type ${type} cannot hold ${shown}`),
  );
});

test("the values must be as many as the shape says", () => {
  const bytes = new Uint8Array(64);
  expect(read(column("double", 6, bytes.subarray(0, 48)), "<f8", [2, 3]).shape).toEqual([2, 3]);
  expect(read(column("double", 1, bytes.subarray(0, 8)), "<f8", []).shape).toEqual([]);
  for (const length of [5, 7]) {
    expect(() => read(column("double", length, bytes), "<f8", [2, 3])).toThrow(
      refused("size-mismatch", `column 'v' has ${length} values for the shape (2, 3)`),
    );
  }
  // A complex number is two values.
  expect(read(column("double", 4, bytes.subarray(0, 32)), "<c16", [2]).toList()).toHaveLength(2);
  expect(() => read(column("double", 2, bytes), "<c16", [2])).toThrow(
    refused("size-mismatch", "column 'v' has 2 values for the shape (2)"),
  );
});

test("bools are bytes, or bits of which the lowest is the first", () => {
  const bits = column("bool", 10, Uint8Array.of(0b1000_0101, 0b10));
  const expected = [true, false, true, false, false, false, false, true, false, true];
  expect(read(bits, "|b1").toList()).toEqual(expected);
  const bytes = Uint8Array.from(expected, Number);
  expect(read(column("int8", 10, bytes), "|b1").toList()).toEqual(expected);
});

test("text of no particular width is as wide as the longest, in code points", () => {
  expect(read(texts("string", "a", "abc", "")).dtype).toBe("<U3");
  expect(read(texts("string", "é", "𝔘é€")).dtype).toBe("<U3");
  expect(read(texts("string", "\u{10000}\u{10ffff}")).dtype).toBe("<U2");
  expect(read(texts("string", "\ue000\uffff")).dtype).toBe("<U2");
  expect(read(texts("string", "", "")).dtype).toBe("<U1");
  expect(read(texts("string")).dtype).toBe("<U1");
  expect(read(texts("binary", "ab", "")).dtype).toBe("|S2");
  expect(read(texts("binary", "", "")).dtype).toBe("|S1");
});

test.each<[type: "string" | "binary", dtype: string, items: string[]]>([
  ["string", "<U3", ["a", "", "bcd"]],
  ["string", "<U5", ["a", "", "bcd"]],
  ["string", "<U3", ["é", "", "𝔘b€"]],
  ["string", "<U1", ["~", "\u007f"]],
  ["string", "<U2", ["\u0080", "\u00ff"]],
])("%s of dtype %s is read: %j", (type, dtype, items) => {
  const array = read(texts(type, ...items), dtype);
  expect(array.dtype).toBe(dtype);
  expect(array.toList()).toEqual(items);
});

test("bytes are read as they are, those beyond ASCII too", () => {
  const array = read(texts("binary", [0xff, 0, 0x61], [], [0x80]), "|S3");
  expect([...array.bytes]).toEqual([0xff, 0, 0x61, 0, 0, 0, 0x80, 0, 0]);
});

test("bytes before the first offset are not read", () => {
  for (const type of ["string", "binary"] as const) {
    const array = column(type, 2, Uint8Array.from([0x78, 0x61, 0x62, 0x63]), { offsets: Int32Array.of(1, 2, 4) });
    const { dtype, bytes } = read(array);
    expect([dtype, bytes.filter((byte) => byte > 0)]).toEqual([
      type === "string" ? "<U2" : "|S2",
      Uint8Array.of(0x61, 0x62, 0x63),
    ]);
  }
  const accented = column("string", 1, Uint8Array.from([0xc3, 0x61, 0xc3, 0xa9]), { offsets: Int32Array.of(1, 4) });
  expect(read(accented).toList()).toEqual(["aé"]);
});

test.each<[type: "string" | "binary", dtype: string, item: string, words: string]>([
  ["string", "<U2", "abc", "an item of column 'v' has 3 bytes, not <U2"],
  ["binary", "|S2", "abc", "an item of column 'v' has 3 bytes, not |S2"],
  ["string", "<U2", "abé", "a text of column 'v' has 3 characters, not <U2"],
])("an item of %s that is longer than %s is refused", (type, dtype, item, words) => {
  expect(() => read(texts(type, "a", item), dtype)).toThrow(refused("size-mismatch", words));
  expect(read(texts(type, "a", item.slice(1)), dtype).size).toBe(2);
});

test("text that is not UTF-8 is refused with its number and why", () => {
  const broken = texts("string", "a", [0xc3], "b");
  expect(() => read(broken)).toThrow(refused("utf8", "text 1 of column 'v' is not UTF-8"));
  expect(() => read(broken)).toThrow(expect.objectContaining({ cause: expect.any(TypeError) }));
});

test.each([[0x80], [0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80]])("bytes that begin with %i are no text", (...bytes) => {
  expect(() => read(texts("string", bytes))).toThrow(refused("utf8", "text 0 of column 'v' is not UTF-8"));
});

test.each<[what: string, array: ArrowArray, dtype: string | undefined, bytes: number]>([
  ["ASCII", texts("string", "a", "abc"), undefined, 24],
  ["ASCII that is narrower than its dtype", texts("string", "a", "b"), "<U5", 40],
  ["text beyond ASCII", texts("string", "a", "é𝔘"), undefined, 16],
  ["text beyond ASCII that is narrower than its dtype", texts("string", "é", "b"), "<U5", 40],
  ["bytes", texts("binary", "a", "abc"), undefined, 6],
  ["bytes that are narrower than their dtype", texts("binary", "a", "b"), "|S5", 10],
])("%s may take exactly maxTextBytes", (_what, array, dtype, bytes) => {
  expect(read(array, dtype, [2], { maxTextBytes: bytes }).size).toBe(2);
  expect(() => read(array, dtype, [2], { maxTextBytes: bytes - 1 })).toThrow(
    refused("text-size", "the text up to column 'v' takes more than maxTextBytes at numpy's fixed width"),
  );
});

test("text is counted over all columns of a message", () => {
  const reader = new ValuesReader({ ...options, maxTextBytes: 10 });
  expect(reader.read(texts("string", "é"), undefined, [1]).size).toBe(1);
  expect(reader.read(texts("binary", "ab"), undefined, [1]).size).toBe(1);
  expect(reader.read(texts("string", "a"), undefined, [1]).size).toBe(1);
  expect(() => reader.read(texts("binary", "a"), undefined, [1])).toThrow(
    expect.objectContaining({ code: "text-size" }),
  );
});

test("copy: never refuses unaligned values, but not text and bits, which are always converted", () => {
  const odd = new Uint8Array(17).subarray(1);
  expect(() => read(column("double", 2, odd), "<f8", [2], { copy: "never" })).toThrow(
    expect.objectContaining({ code: "copy" }),
  );
  expect(read(texts("string", "a"), "<U1", [1], { copy: "never" }).toList()).toEqual(["a"]);
  expect(read(column("bool", 2, Uint8Array.of(1)), "|b1", [2], { copy: "never" }).toList()).toEqual([true, false]);
});
