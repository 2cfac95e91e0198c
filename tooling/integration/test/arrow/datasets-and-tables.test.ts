import { arrow, fromTable, toTable } from "@dataqueues/codec-arrow";
import { xarray } from "@dataqueues/codec-xarray";
import { tableFromIPC } from "apache-arrow";
import { expect, test } from "vitest";

import { PythonXarray } from "../xarray/python-xarray.ts";
import { PythonArrow } from "./python-arrow.ts";

const tables = arrow();
const python = new PythonXarray();
const frames = new PythonArrow();

const names = [
  "every-dtype",
  "edges",
  "zero-length",
  "attributes",
  "empty",
  "object-text",
  "pointing-table-of-61",
  "gain-table-of-61",
  "air-temperature",
  ...Array.from({ length: 100 }, (_, seed) => seed),
];

test.for(names)("xarray finds the Dataset %s identical in the Table that toTable makes of it", async (name) => {
  const table = toTable(xarray().decode(await python.make(name, "xarray")));
  expect(await python.differences(name, "xarray", arrow().encode(table))).toEqual([]);
});

test.for(names)(
  "fromTable reads the Dataset %s that Python sends, and xarray().encode the Table itself: Python finds both identical",
  async (name) => {
    const bytes = await python.make(name, "xarray");
    // arrow() refuses the name __proto__, which variables of these have.
    const table = typeof name === "number" || name === "attributes" ? tableFromIPC(bytes) : tables.decode(bytes);
    expect(fromTable(table).identical(xarray().decode(bytes))).toBe(true);
    expect(await python.differences(name, "xarray", xarray().encode(fromTable(table)))).toEqual([]);
    expect(await python.differences(name, "xarray", xarray().encode(table))).toEqual([]);
  },
);

// Text that is `object` has no width there.
test.for(names.filter((name) => name !== "object-text"))(
  "pyarrow finds the columns of Python's own table of %s in those of toTable and of xarray(), down to their bytes",
  async (name) => {
    const dataset = xarray().decode(await python.make(name, "xarray"));
    expect(await python.hasSameColumns(name, xarray().encode(dataset))).toBe(true);
    expect(await python.hasSameColumns(name, arrow().encode(toTable(dataset)))).toBe(true);
  },
);

test("pyarrow finds other columns in another Dataset", async () => {
  expect(await python.hasSameColumns("edges", await python.make("every-dtype", "xarray"))).toBe(false);
});

test.for(["every-dtype", "edges", "zero-length", "gain-table-of-61", "air-temperature"])(
  "polars and DuckDB read the same values of %s from the Table that toTable makes",
  async (name) => {
    const bytes = arrow().encode(toTable(xarray().decode(await python.make(name, "xarray"))));
    expect(await python.differencesIn("polars", name, bytes)).toEqual([]);
    expect(await python.differencesIn("duckdb", name, bytes)).toEqual([]);
  },
);

test.for(["grid", "nameless", "times", "single", "bytes", "without-rows"])(
  "fromTable reads the DataArray %s in the table that xarray exports",
  async (name) => {
    const table = tables.decode(await python.make(name, "table"));
    expect(await python.differences(name, "xarray", xarray().encode(fromTable(table)), "table")).toEqual([]);
    expect(await python.differences(name, "xarray", xarray().encode(table), "table")).toEqual([]);
  },
);

test.for(["pandas", "polars", "polars file", "duckdb"])(
  "fromTable makes of a frame of %s what to_xarray() of pandas does, but without numbers for the rows",
  async (frame) => {
    const table = arrow().decode(await frames.makeFrame(frame));
    expect(await frames.differencesToFrame(frame, xarray().encode(fromTable(table)))).toEqual([]);
  },
);

test("a frame with a changed value differs", async () => {
  const dataset = fromTable(arrow().decode(await frames.makeFrame("pandas")), { copy: "always" });
  const { data } = dataset.get("f4").data;
  if (data instanceof Float32Array) data[0] = 2;
  expect(await frames.differencesToFrame("pandas", xarray().encode(dataset))).toHaveLength(1);
});
