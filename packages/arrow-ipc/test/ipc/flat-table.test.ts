import { expect, test } from "vitest";
import { formatError } from "../../src/datasets/format-error.ts";
import { FlatTable } from "../../src/ipc/flat-table.ts";

// Flatbuffers written by hand, after https://flatbuffers.dev/internals: at 0 the place of the root table, at 4 its vtable
// (its own size, the table's size, for each slot the offset in the table), then the table, which starts with its distance
// from the vtable.

type Put = readonly [at: number, kind: "u8" | "u16" | "i16" | "u32" | "i32" | "i64", value: number | bigint];

/** `slots` at 8, the table at `4 + 4 + 2 * slots`, padded to a multiple of 4, in so many bytes. */
function flatbuffer(size: number, slots: readonly number[], puts: readonly Put[] = []): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  const vtableSize = 4 + 2 * slots.length;
  const table = tableAt(slots.length);
  view.setUint32(0, table, true);
  view.setUint16(4, vtableSize, true);
  slots.forEach((slot, index) => view.setUint16(8 + 2 * index, slot, true));
  view.setInt32(table, table - 4, true);
  for (const [at, kind, value] of puts) {
    if (kind === "u8") view.setUint8(at, Number(value));
    if (kind === "u16") view.setUint16(at, Number(value), true);
    if (kind === "i16") view.setInt16(at, Number(value), true);
    if (kind === "u32") view.setUint32(at, Number(value), true);
    if (kind === "i32") view.setInt32(at, Number(value), true);
    if (kind === "i64") view.setBigInt64(at, BigInt(value), true);
  }
  return bytes;
}

function tableAt(slots: number): number {
  return Math.ceil((8 + 2 * slots) / 4) * 4;
}

const text = (words: string): Put[] =>
  Array.from(new TextEncoder().encode(words), (byte, index): Put => [24 + index, "u8", byte]);

/** A table at 12 whose one field, at 16, points at a vector at 20, of so many items; they start at 24. */
function vector(length: number, size: number, puts: readonly Put[] = []): FlatTable {
  return FlatTable.root(flatbuffer(size, [4], [[16, "u32", 4], [20, "u32", length], ...puts]), 100, formatError);
}

const outside = "the Arrow metadata point outside themselves";
const endless = "the Arrow metadata point at the same bytes again and again";
const refused = (code: string, offset: number, message: string): unknown =>
  expect.objectContaining({ name: "FormatError", codec: "xarray", code, offset, message });

test("numbers are read little-endian and with their sign", () => {
  const slots = [4, 8, 12, 16];
  const at = tableAt(4);
  const puts: Put[] = [
    [at + 4, "u8", 0xfe],
    [at + 8, "i16", -2],
    [at + 12, "i32", -70_000],
    [at + 16, "i64", 2n ** 40n + 1n],
  ];
  const table = FlatTable.root(flatbuffer(at + 24, slots, puts), 0, formatError);
  expect([table.uint8(0), table.int16(1), table.int32(2), table.size(3)]).toEqual([0xfe, -2, -70_000, 2 ** 40 + 1]);
});

test("a slot that the table leaves out, and one behind its vtable, are absent", () => {
  const table = FlatTable.root(flatbuffer(40, [0, 4]), 0, formatError);
  for (const slot of [0, 2, 9]) {
    expect(table.has(slot)).toBe(false);
    expect([table.uint8(slot), table.int16(slot), table.int32(slot), table.size(slot)]).toEqual(
      Array(4).fill(undefined),
    );
    expect([table.string(slot), table.table(slot)]).toEqual([undefined, undefined]);
    expect(table.tables(slot, () => 1)).toEqual([]);
    expect([...table.sizePairs(slot)]).toEqual([]);
    expect([...table.sizes(slot), ...table.int32s(slot), ...table.blockOffsets(slot)]).toEqual([]);
    expect(table.length(slot)).toBe(0);
  }
  expect(table.has(1)).toBe(true);
  expect(table.uint8(1)).toBe(0);
});

test.each([
  [0n, true],
  [2n ** 53n - 1n, true],
  [2n ** 53n, false],
  [-1n, false],
  [-(2n ** 63n), false],
])("%d is a size: %s", (value, isSize) => {
  const table = FlatTable.root(flatbuffer(32, [4], [[16, "i64", value]]), 100, formatError);
  if (isSize) expect(table.size(0)).toBe(Number(value));
  else expect(() => table.size(0)).toThrow(refused("flatbuffer", 116, `${Number(value)} is not a size`));
});

test("texts are UTF-8 of just their length", () => {
  expect(vector(0, 24).string(0)).toBe("");
  expect(vector(3, 32, text("aé!")).string(0)).toBe("aé");
  expect(vector(4, 28, text("\ufeffa")).string(0)).toBe("\ufeffa");
});

test("a text that is not UTF-8 is refused with its place and why", () => {
  const broken = vector(2, 32, [[24, "u8", 0xc3]]);
  expect(() => broken.string(0)).toThrow(refused("utf8", 124, "a name or text in the Arrow metadata is not UTF-8"));
  expect(() => broken.string(0)).toThrow(expect.objectContaining({ cause: expect.any(TypeError) }));
});

test("a table in a table is read", () => {
  // The table at 12 points at one at 20 whose vtable is at 28.
  const puts: Put[] = [
    [16, "u32", 4],
    [20, "i32", -8],
    [24, "i32", 7],
    [28, "u16", 6],
    [32, "u16", 4],
  ];
  const table = FlatTable.root(flatbuffer(36, [4], puts), 0, formatError).table(0);
  expect([table?.int32(0), table?.int32(1)]).toEqual([7, undefined]);
});

test("tables of a vector are read one after the other, each from where its entry points", () => {
  // Two entries at 24 and 28, of tables at 36 and 44; both have their vtable at 52.
  const puts: Put[] = [
    [24, "u32", 12],
    [28, "u32", 16],
    [36, "i32", -16],
    [40, "i32", 7],
    [44, "i32", -8],
    [48, "i32", 8],
    [52, "u16", 6],
    [56, "u16", 4],
  ];
  const table = vector(2, 60, puts);
  expect(table.length(0)).toBe(2);
  expect(table.tables(0, (item) => item.int32(0))).toEqual([7, 8]);
});

test("pairs of sizes are read in their order", () => {
  const sizes: Put[] = [1, 2, 3, 4].map((size, index): Put => [24 + 8 * index, "i64", size]);
  expect([...vector(2, 56, sizes).sizePairs(0)]).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

test("sizes and int32 are read in their order", () => {
  const sizes: Put[] = [1, 2 ** 40].map((size, index): Put => [24 + 8 * index, "i64", size]);
  expect([...vector(2, 40, sizes).sizes(0)]).toEqual([1, 2 ** 40]);
  expect(() => [...vector(1, 32, [[24, "i64", -1]]).sizes(0)]).toThrow(refused("flatbuffer", 124, "-1 is not a size"));
  const numbers: Put[] = [-1, 7].map((number, index): Put => [24 + 4 * index, "i32", number]);
  expect(vector(2, 32, numbers).int32s(0)).toEqual([-1, 7]);
});

test("int32 must start at a multiple of 4 of the message, if there are any", () => {
  const parts = (length: number): Uint8Array =>
    flatbuffer(
      32,
      [4],
      [
        [16, "u32", 4],
        [20, "u32", length],
      ],
    );
  const message = "a vector is not aligned to 4 bytes";
  for (const offset of [1, 2, 3]) {
    const table = FlatTable.root(parts(2), offset, formatError);
    expect(() => table.int32s(0)).toThrow(refused("flatbuffer", offset + 24, message));
    expect(FlatTable.root(parts(0), offset, formatError).int32s(0)).toEqual([]);
  }
});

test("of the blocks of a file the offsets are read, and the sizes of their bodies checked", () => {
  // Each has 24 bytes: offset, size of the metadata, size of the body.
  const puts: Put[] = [
    [24, "i64", 8],
    [40, "i64", 64],
    [48, "i64", 2 ** 40],
    [64, "i64", 0],
  ];
  expect(vector(2, 72, puts).blockOffsets(0)).toEqual([8, 2 ** 40]);
  expect(() => vector(2, 72, [...puts, [64, "i64", -1]]).blockOffsets(0)).toThrow(
    refused("flatbuffer", 164, "-1 is not a size"),
  );
});

// The flatbuffers library reads both with a sign, and the second with half a slot.
test("a vtable and a table of 32 kB or more, and a vtable with half a slot, are refused", () => {
  const large = "a table of the Arrow metadata is larger than 32 kB";
  const table = (puts: readonly Put[]): FlatTable => FlatTable.root(flatbuffer(40, [4], puts), 100, formatError);
  expect(() => table([[4, "u16", 0x8000]])).toThrow(refused("flatbuffer", 104, large));
  expect(() => table([[8, "u16", 0x8000]]).has(0)).toThrow(refused("flatbuffer", 108, large));
  expect(() => table([[4, "u16", 7]])).toThrow(
    refused("flatbuffer", 104, "a table of the Arrow metadata has half a slot"),
  );
});

test.each<[what: string, read: () => unknown, offset: number]>([
  ["no bytes for a root", () => FlatTable.root(new Uint8Array(3), 100, formatError), 100],
  ["a root behind the end", () => FlatTable.root(flatbuffer(32, [4], [[0, "u32", 29]]), 100, formatError), 129],
  ["a vtable before the start", () => FlatTable.root(flatbuffer(32, [4], [[12, "i32", 13]]), 100, formatError), 100],
  ["a vtable behind the end", () => FlatTable.root(flatbuffer(32, [4], [[12, "i32", -19]]), 100, formatError), 131],
  ["a slot outside", () => FlatTable.root(flatbuffer(24, [4], [[4, "u16", 40]]), 100, formatError).has(8), 124],
  ["a field outside", () => FlatTable.root(flatbuffer(24, [12]), 100, formatError).uint8(0), 124],
  ["half of a field of two bytes", () => FlatTable.root(flatbuffer(24, [11]), 100, formatError).int16(0), 123],
  ["half of a field of four bytes", () => FlatTable.root(flatbuffer(24, [9]), 100, formatError).int32(0), 121],
  ["half of a field of eight bytes", () => FlatTable.root(flatbuffer(24, [5]), 100, formatError).size(0), 117],
  ["a text of one byte too many", () => vector(5, 28).string(0), 124],
  [
    "the length of a text outside",
    () => FlatTable.root(flatbuffer(23, [4], [[16, "u32", 4]]), 100, formatError).string(0),
    120,
  ],
  ["a vector of one table too many", () => vector(2, 31).tables(0, () => 1), 124],
  ["a vector of one size too many", () => [...vector(2, 39).sizes(0)], 124],
  ["a vector of one int32 too many", () => vector(2, 31).int32s(0), 124],
  ["a vector of one block too many", () => vector(2, 71).blockOffsets(0), 124],
  ["a vector of one pair too many", () => [...vector(2, 55).sizePairs(0)], 124],
  ["a vector of more than 4 GB", () => [...vector(2 ** 32 - 1, 56).sizePairs(0)], 124],
  ["a table outside", () => vector(1, 32, [[24, "u32", 9]]).tables(0, () => 1), 133],
  ["a length outside", () => vector(9, 32).length(0), 124],
])("%s is refused with its place", (_what, read, offset) => {
  expect(read).toThrow(refused("flatbuffer", offset, outside));
});

test("what ends just where the bytes end is inside", () => {
  expect(FlatTable.root(flatbuffer(24, [11]), 0, formatError).uint8(0)).toBe(0);
  expect(FlatTable.root(flatbuffer(24, [10]), 0, formatError).int16(0)).toBe(0);
  expect(FlatTable.root(flatbuffer(24, [8]), 0, formatError).int32(0)).toBe(0);
  expect(FlatTable.root(flatbuffer(24, [4]), 0, formatError).size(0)).toBe(0);
  expect(vector(4, 28, text("abcd")).string(0)).toBe("abcd");
  expect(vector(8, 32).length(0)).toBe(8);
  expect([...vector(2, 56).sizePairs(0)]).toHaveLength(2);
});

test("bytes may be read four times over, and no more", () => {
  // 160 of 40 bytes: 10 for the root, 3 for each look at the field.
  const table = FlatTable.root(flatbuffer(40, [4]), 100, formatError);
  for (let look = 0; look < 50; look += 1) expect(table.uint8(0)).toBe(0);
  expect(() => table.uint8(0)).toThrow(refused("flatbuffer", 108, endless));
});

test("texts and vectors count with all their bytes", () => {
  // 400 of 100 bytes: 10 for the root; for a text 4 for its slot asked twice, 8 for its place and length, and itself.
  const table = vector(76, 100);
  for (let look = 0; look < 4; look += 1) expect(table.string(0)).toHaveLength(76);
  expect(() => table.string(0)).toThrow(refused("flatbuffer", 124, endless));
});

test("a part of a larger buffer is read from its own start", () => {
  const bytes = flatbuffer(24, [8], [[20, "i32", 5]]);
  const larger = new Uint8Array([...Array<number>(7).fill(0xff), ...bytes, 0xff]);
  expect(FlatTable.root(larger.subarray(7, 31), 0, formatError).int32(0)).toBe(5);
  expect(() => FlatTable.root(larger.subarray(7, 30), 0, formatError).int32(0)).toThrow(outside);
});
