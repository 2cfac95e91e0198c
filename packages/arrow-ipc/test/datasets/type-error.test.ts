import { expect, test } from "vitest";
import { typeError } from "../../src/datasets/type-error.ts";
import { widthOf } from "../../src/datasets/type-width.ts";

test.for([
  ["LargeUtf8", "cast it to Utf8"],
  ["Utf8View", "cast it to Utf8"],
  ["LargeBinary", "cast it to Binary"],
  ["BinaryView", "cast it to Binary"],
  ["FixedSizeBinary", "cast it to Binary"],
  ["LargeList", "cast it to List"],
  ["ListView", "cast it to List"],
  ["LargeListView", "cast it to List"],
  ["FixedSizeList", "cast it to List"],
  ["Decimal", "cast it to FloatingPoint"],
  ["Date", "cast it to Timestamp"],
  ["Struct", "leave it out"],
] as const)("the error for %s says: %s", ([type, advice]) => {
  expect(typeError("column 'v'", type, type)).toMatchObject({
    code: "format",
    message: `column 'v': no xarray variable has the Arrow type ${type}; ${advice}`,
  });
});

test("values of a dictionary are cast to their own type, or to the one that holds them", () => {
  expect(typeError("column 'v'", "Int", "Dictionary of Int").message).toMatch(/Dictionary of Int; cast it to Int$/);
  expect(typeError("column 'v'", "Date", "Dictionary of Date").message).toMatch(/; cast it to Timestamp$/);
});

test("a type without a fixed width has none", () => {
  expect(widthOf("duration[us]")).toBe(8);
  expect(() => widthOf("string")).toThrow(
    expect.objectContaining({ code: "format", message: "Arrow type string has no fixed width" }),
  );
});
