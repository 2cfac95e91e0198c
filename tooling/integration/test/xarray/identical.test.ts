import { xarray } from "@dataqueues/codec-xarray";
import { xarrayDict } from "@dataqueues/codec-xarray-dict";
import { expect, test } from "vitest";

import { Judge } from "./judge.ts";

const judge = new Judge();

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

test.for(names)("%s from Python comes back identical, bit for bit", async (name) => {
  const dataset = xarray().decode(await judge.make(name, "xarray"));
  expect(await judge.differences(name, "xarray", xarray().encode(dataset))).toEqual([]);
});

// msgpack_numpy would pickle object-text.
test.for(names.filter((name) => name !== "object-text"))(
  "%s from Python comes back identical as a dict, bit for bit",
  async (name) => {
    const dataset = xarrayDict().decode(await judge.make(name, "xarray_dict"));
    expect(await judge.differences(name, "xarray_dict", xarrayDict().encode(dataset))).toEqual([]);
  },
);

test.for(["every-dtype", "edges", "gain-table", "pointing-table", "air-temperature"])(
  "%s read as Arrow and written as a dict is identical, times included",
  async (name) => {
    const dataset = xarray().decode(await judge.make(name, "xarray"));
    expect(await judge.differences(name, "xarray_dict", xarrayDict().encode(dataset))).toEqual([]);
  },
);

test.for(["grid", "nameless", "times", "single", "bytes", "without-rows"])(
  "the DataArray %s that xarray exports is identical",
  async (name) => {
    const dataset = xarray().decode(await judge.make(name, "table"));
    expect(await judge.differences(name, "xarray", xarray().encode(dataset), "table")).toEqual([]);
  },
);

test("the judge finds what differs", async () => {
  const [one, other] = await Promise.all([judge.make(1, "xarray"), judge.make(2, "xarray")]);
  expect(await judge.differences(1, "xarray", one)).toEqual([]);
  expect(await judge.differences(1, "xarray", other)).not.toEqual([]);
  const dataset = xarray().decode(await judge.make("gain-table", "xarray"));
  const { data } = dataset.get("weight").data;
  if (data instanceof Float64Array) data[0] = 2;
  expect(await judge.differences("gain-table", "xarray", xarray().encode(dataset))).not.toEqual([]);
});

const seed = Number(process.env["DATAQUEUES_SEED"] ?? Date.now() % 2 ** 31);

test(`500 random Datasets come back identical in both forms (DATAQUEUES_SEED=${seed})`, async () => {
  const differing: unknown[] = [];
  let variables = 0;
  for (let dataset = seed; dataset < seed + 500; dataset++) {
    const [arrow, dict] = await Promise.all([judge.make(dataset, "xarray"), judge.make(dataset, "xarray_dict")]);
    const [fromArrow, fromDict] = [xarray().decode(arrow), xarrayDict().decode(dict)];
    variables += Object.keys({ ...fromArrow.coords, ...fromArrow.dataVars }).length;
    const differences = await Promise.all([
      judge.differences(dataset, "xarray", xarray().encode(fromArrow)),
      judge.differences(dataset, "xarray_dict", xarrayDict().encode(fromDict)),
    ]);
    if (differences.flat().length > 0) differing.push({ dataset, differences });
  }
  expect(differing).toEqual([]);
  expect(variables).toBeGreaterThan(1_000);
}, 300_000);

test.for(["every-dtype", "edges", "zero-length", "pointing-table", "gain-table", "air-temperature"])(
  "polars and DuckDB read %s as it was written here",
  async (name) => {
    const bytes = xarray().encode(xarray().decode(await judge.make(name, "xarray")));
    expect(await judge.differencesIn("polars", name, bytes)).toEqual([]);
    expect(await judge.differencesIn("duckdb", name, bytes)).toEqual([]);
  },
);
