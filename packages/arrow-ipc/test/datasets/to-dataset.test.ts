import { Dataset } from "@dataqueues/arrays";
import { expect, test } from "vitest";
import type { ArrowArray, ArrowField } from "../../src/datasets/arrow-table.ts";
import { toDataset } from "../../src/datasets/to-dataset.ts";

const options = { copy: "auto", maxTextBytes: 2 ** 20, maxDescriptionLength: 1000 } as const;
const none = { nullCount: 0, validity: new Uint8Array(0), offsets: new Int32Array(0), item: undefined };
const field: ArrowField = { name: "v", type: "double", item: undefined };
const values: ArrowArray = { ...none, field, length: 2, values: new Uint8Array(Float64Array.of(1, 2).buffer) };
const expected = new Dataset({ dataVars: { v: ["x", [1, 2]] } });

test("a table of one row with a list for each variable is a Dataset", () => {
  const list = { name: "v", type: "list", item: field };
  const offsets = Int32Array.of(0, 2);
  const column = { ...none, field: list, length: 1, offsets, values: new Uint8Array(0), item: values };
  const variable = { dims: ["x"], attrs: {}, dtype: "float64", shape: [2] };
  const metadata = new Map([["xarray", JSON.stringify({ data_vars: { v: variable } })]]);
  expect(toDataset({ metadata, rows: 1, columns: [column] }, options).identical(expected)).toBe(true);
});

test("the table that xarray exports for a DataArray, told by its key, is a Dataset of that variable", () => {
  const metadata = new Map([
    ["xarray", JSON.stringify({ name: "v", dims: ["x"], shape: [2], attrs: {} })],
    ["xarray:arrow_schema_version", "v1"],
  ]);
  expect(toDataset({ metadata, rows: 2, columns: [values] }, options).identical(expected)).toBe(true);
});

test("any other table is refused", () => {
  expect(() => toDataset({ metadata: new Map(), rows: 2, columns: [values] }, options)).toThrow(
    expect.objectContaining({ name: "FormatError", codec: "xarray", code: "metadata" }),
  );
});
