import { expect, test } from "vitest";
import { arrowLayout } from "../../src/datasets/arrow-layout.ts";

// As str(pa.array(np.zeros(1, dtype)).type) prints it in Python, but for numpy's bool.
test.each([
  ["|i1", "int8"],
  ["<i2", "int16"],
  ["<i4", "int32"],
  ["<i8", "int64"],
  ["|u1", "uint8"],
  ["<u2", "uint16"],
  ["<u4", "uint32"],
  ["<u8", "uint64"],
  ["<f2", "halffloat"],
  ["<f4", "float"],
  ["<f8", "double"],
  ["<M8[s]", "timestamp[s]"],
  ["<M8[ms]", "timestamp[ms]"],
  ["<M8[us]", "timestamp[us]"],
  ["<M8[ns]", "timestamp[ns]"],
  ["<m8[s]", "duration[s]"],
  ["<m8[ms]", "duration[ms]"],
  ["<m8[us]", "duration[us]"],
  ["<m8[ns]", "duration[ns]"],
  ["<U2", "string"],
  ["|S2", "binary"],
])("%s is Arrow's %s", (dtype, type) => {
  expect(arrowLayout(dtype)).toEqual({ type, perItem: 1 });
});

test("bool is a byte each, as in numpy, and not Arrow's bool of bits", () => {
  expect(arrowLayout("|b1")).toEqual({ type: "int8", perItem: 1 });
});

test.each([
  ["<c8", "float"],
  ["<c16", "double"],
])("%s is two values of Arrow's %s", (dtype, type) => {
  expect(arrowLayout(dtype)).toEqual({ type, perItem: 2 });
});

test.each(["|V4", "<M8", "<M8[D]", "<M8[10ns]", "<m8", "<m8[h]", "<m8[ps]"])("%s has no layout", (dtype) => {
  expect(arrowLayout(dtype)).toBeUndefined();
});
