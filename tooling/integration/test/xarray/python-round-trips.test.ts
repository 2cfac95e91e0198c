import { xarray } from "@dataqueues/codec-xarray";
import { xarrayDict } from "@dataqueues/codec-xarray-dict";
import { expect, test } from "vitest";

import { PythonXarray } from "./python-xarray.ts";

const python = new PythonXarray();

const names = [
  "every-dtype",
  "edges",
  "zero-length",
  "attributes",
  "empty",
  "object-text",
  "pointing-table",
  "gain-table",
  "pointing-table-of-61",
  "gain-table-of-61",
  "air-temperature",
];

test.for(names)("%s from Python is decoded and encoded, and Python finds it identical, bit for bit", async (name) => {
  const dataset = xarray().decode(await python.make(name, "xarray"));
  expect(await python.differences(name, "xarray", xarray().encode(dataset))).toEqual([]);
});

// msgpack_numpy would pickle object-text.
test.for(names.filter((name) => name !== "object-text"))(
  "%s from Python as a dict is decoded and encoded, and Python finds it identical, bit for bit",
  async (name) => {
    const dataset = xarrayDict().decode(await python.make(name, "xarray_dict"));
    expect(await python.differences(name, "xarray_dict", xarrayDict().encode(dataset))).toEqual([]);
  },
);

test.for(["every-dtype", "edges", "gain-table", "pointing-table", "air-temperature"])(
  "%s decoded from Arrow and encoded as a dict is identical, times included",
  async (name) => {
    const dataset = xarray().decode(await python.make(name, "xarray"));
    expect(await python.differences(name, "xarray_dict", xarrayDict().encode(dataset))).toEqual([]);
  },
);

test.for(["grid", "nameless", "times", "single", "bytes", "without-rows"])(
  "the DataArray %s in the table that xarray exports is decoded as an identical Dataset",
  async (name) => {
    const dataset = xarray().decode(await python.make(name, "table"));
    expect(await python.differences(name, "xarray", xarray().encode(dataset), "table")).toEqual([]);
  },
);

test("Python finds the differences between two Datasets, also of a single value", async () => {
  const [one, other] = await Promise.all([python.make(1, "xarray"), python.make(2, "xarray")]);
  expect(await python.differences(1, "xarray", one)).toEqual([]);
  expect(await python.differences(1, "xarray", other)).not.toEqual([]);
  const dataset = xarray().decode(await python.make("gain-table", "xarray"));
  const { data } = dataset.get("weight").data;
  if (data instanceof Float64Array) data[0] = 2;
  expect(await python.differences("gain-table", "xarray", xarray().encode(dataset))).not.toEqual([]);
});

const seed = Number(process.env["DATAQUEUES_SEED"] ?? Date.now() % 2 ** 31);

test(`500 random Datasets are decoded and encoded identically in both forms (DATAQUEUES_SEED=${seed})`, async () => {
  const differing: unknown[] = [];
  let variables = 0;
  for (let dataset = seed; dataset < seed + 500; dataset++) {
    const [arrow, dict] = await Promise.all([python.make(dataset, "xarray"), python.make(dataset, "xarray_dict")]);
    const [fromArrow, fromDict] = [xarray().decode(arrow), xarrayDict().decode(dict)];
    variables += Object.keys({ ...fromArrow.coords, ...fromArrow.dataVars }).length;
    const differences = await Promise.all([
      python.differences(dataset, "xarray", xarray().encode(fromArrow)),
      python.differences(dataset, "xarray_dict", xarrayDict().encode(fromDict)),
    ]);
    if (differences.flat().length > 0) differing.push({ dataset, differences });
  }
  expect(differing).toEqual([]);
  expect(variables).toBeGreaterThan(1_000);
}, 300_000);

test.for(["every-dtype", "edges", "zero-length", "pointing-table", "gain-table", "air-temperature"])(
  "polars and DuckDB read the same values of %s as it is encoded here",
  async (name) => {
    const bytes = xarray().encode(xarray().decode(await python.make(name, "xarray")));
    expect(await python.differencesIn("polars", name, bytes)).toEqual([]);
    expect(await python.differencesIn("duckdb", name, bytes)).toEqual([]);
  },
);
