import { expect, test } from "vitest";
import type { ArrowArray, ArrowField } from "../../src/datasets/arrow-table.ts";
import { concatArrays } from "../../src/tables/concat-arrays.ts";

function column(field: ArrowField, length: number, more: Partial<ArrowArray> = {}): ArrowArray {
  const empty = { validity: new Uint8Array(0), offsets: new Int32Array(0), values: new Uint8Array(0), item: undefined };
  return { field, length, nullCount: 0, ...empty, ...more };
}

const int8 = { name: "v", type: "int8", item: undefined };
const bool = { name: "v", type: "bool", item: undefined };
const string = { name: "v", type: "string", item: undefined };
const list = { name: "v", type: "list", item: int8 };

test("one array stays as it is", () => {
  const only = column(int8, 2, { values: Uint8Array.of(1, 2) });
  expect(concatArrays(int8, [only])).toBe(only);
});

test("no array is an array without values", () => {
  expect(concatArrays(int8, [])).toEqual(column(int8, 0));
  expect(concatArrays(string, [])).toEqual(column(string, 0, { offsets: Int32Array.of(0) }));
  expect(concatArrays(list, [])).toEqual(column(list, 0, { offsets: Int32Array.of(0), item: column(int8, 0) }));
});

test("values and nulls follow each other, also in the middle of a byte", () => {
  const first = column(int8, 3, { values: Uint8Array.of(1, 2, 3), nullCount: 1, validity: Uint8Array.of(0b101) });
  const second = column(int8, 2, { values: Uint8Array.of(4, 5) });
  const third = column(int8, 4, { values: Uint8Array.of(6, 7, 8, 9), nullCount: 2, validity: Uint8Array.of(0b1001) });
  expect(concatArrays(int8, [first, second, third])).toEqual(
    column(int8, 9, {
      values: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9),
      nullCount: 3,
      validity: Uint8Array.of(0b0011_1101, 0b1),
    }),
  );
});

test("bools follow each other in the middle of a byte", () => {
  const parts = [
    column(bool, 3, { values: Uint8Array.of(0b110) }),
    column(bool, 6, { values: Uint8Array.of(0b10_0001) }),
  ];
  expect(concatArrays(bool, parts).values).toEqual(Uint8Array.of(0b0000_1110, 0b1));
});

test("text follows text, and offsets go on", () => {
  const first = column(string, 2, { offsets: Int32Array.of(0, 1, 3), values: Uint8Array.of(1, 2, 3) });
  const second = column(string, 1, { offsets: Int32Array.of(0, 2), values: Uint8Array.of(4, 5) });
  expect(concatArrays(string, [first, second])).toEqual(
    column(string, 3, { offsets: Int32Array.of(0, 1, 3, 5), values: Uint8Array.of(1, 2, 3, 4, 5) }),
  );
});

test("the items of lists follow each other", () => {
  const first = column(list, 1, {
    offsets: Int32Array.of(0, 2),
    item: column(int8, 2, { values: Uint8Array.of(1, 2) }),
  });
  const second = column(list, 2, {
    offsets: Int32Array.of(0, 0, 1),
    item: column(int8, 1, { values: Uint8Array.of(3) }),
  });
  expect(concatArrays(list, [first, second])).toEqual(
    column(list, 3, {
      offsets: Int32Array.of(0, 2, 2, 3),
      item: column(int8, 3, { values: Uint8Array.of(1, 2, 3) }),
    }),
  );
});

test("more text than int32 counts is refused", () => {
  const half = column(string, 1, { offsets: Int32Array.of(0, 2 ** 30) });
  expect(() => concatArrays(string, [half, half])).toThrow(
    expect.objectContaining({ code: "size-mismatch", message: "column 'v' takes more than 2 GiB in one batch" }),
  );
  const less = column(string, 1, { offsets: Int32Array.of(0, 2 ** 30 - 1) });
  expect(concatArrays(string, [half, less]).offsets).toEqual(Int32Array.of(0, 2 ** 30, 2 ** 31 - 1));
});
