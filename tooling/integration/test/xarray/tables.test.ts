import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Dataset } from "@dataqueues/arrays";
import { fromTable, toTable } from "@dataqueues/codec-arrow";
import { xarray } from "@dataqueues/codec-xarray";
import { tableFromArrays, tableFromIPC, tableToIPC } from "apache-arrow";
import { expect, test } from "vitest";
import { PythonXarray } from "./python-xarray.ts";

const python = new PythonXarray();

const directory = join(import.meta.dirname, "../../../../packages/codec-xarray/test/vectors");

function vectorsIn(folder: string): { file: string; bytes: Uint8Array }[] {
  return readdirSync(join(directory, folder))
    .filter((file) => file.endsWith(".arrow"))
    .map((file) => ({ file, bytes: new Uint8Array(readFileSync(join(directory, folder, file))) }));
}

function messageOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    return String(error);
  }
  return undefined;
}

const vectors = [...vectorsIn("."), ...vectorsIn("nulls")];

test.for(vectors)("$file as a Table is the Dataset that xarray() decodes", ({ bytes }) => {
  const table = tableFromIPC(bytes);
  const dataset = xarray().decode(bytes);
  expect(fromTable(table).identical(dataset)).toBe(true);
  expect(xarray().encode(table)).toEqual(xarray().encode(dataset));
});

test.for(vectors)("$file is the same as a Table that toTable makes, however it is read", ({ bytes }) => {
  const dataset = xarray().decode(bytes);
  const table = toTable(dataset);
  expect(fromTable(table).identical(dataset)).toBe(true);
  expect(xarray().encode(table)).toEqual(xarray().encode(dataset));
  expect(xarray().decode(tableToIPC(table, "stream")).identical(dataset)).toBe(true);
});

// What apache-arrow reads, and what a Table has in another way than a message.
const readOtherwise = ["compressed", "dictionary", "no-description", "two-batches"].map((name) => `${name}.arrow`);

test.for(vectorsIn("refused").filter(({ file }) => !readOtherwise.includes(file)))(
  "$file is refused as a Table with the same words as its bytes are",
  ({ bytes }) => {
    const table = tableFromIPC(bytes);
    const expected = messageOf(() => xarray().decode(bytes)) ?? expect.fail("the bytes are read");
    expect(messageOf(() => fromTable(table))).toBe(expected);
    expect(messageOf(() => xarray().encode(table))).toBe(expected);
  },
);

test("an ordinary Table is no value for xarray(), and the error says what is", () => {
  const table = tableFromArrays({ v: Float64Array.of(1) });
  expect(messageOf(() => xarray().encode(table))).toBe(
    "TypeError: this Table has no key 'xarray' in its metadata, so it is not that of a Dataset; " +
      "send it with arrow(), or make a Dataset of it with fromTable(), both of @dataqueues/codec-arrow",
  );
  expect(
    xarray()
      .decode(xarray().encode(fromTable(table)))
      .get("v")
      .data.toList(),
  ).toEqual([1]);
});

test("the limits of the codec hold for a Table, too", () => {
  const table = toTable(new Dataset({ dataVars: { v: ["x", ["aé", "b"]] } }));
  expect(xarray({ maxTextBytes: 16 }).encode(table).length).toBeGreaterThan(0);
  expect(messageOf(() => xarray({ maxTextBytes: 15 }).encode(table))).toContain("maxTextBytes");
  expect(messageOf(() => xarray({ maxDescriptionLength: 20 }).encode(table))).toContain("maxDescriptionLength");
  expect(xarray({ copy: "never" }).encode(table.slice(0))).toEqual(xarray().encode(table));
});

const names = ["every-dtype", "edges", "zero-length", "pointing-table", "gain-table", "air-temperature"];

test.for([...names, "attributes", "empty"])(
  "%s from Python as a Table that apache-arrow writes is identical for Python, bit for bit",
  async (name) => {
    const table = toTable(xarray().decode(await python.make(name, "xarray")));
    expect(await python.differences(name, "xarray", tableToIPC(table, "stream"))).toEqual([]);
    expect(await python.differences(name, "xarray", xarray().encode(table))).toEqual([]);
  },
);

test.for(names)("polars and DuckDB read the Table of %s that apache-arrow writes", async (name) => {
  const bytes = tableToIPC(toTable(xarray().decode(await python.make(name, "xarray"))), "stream");
  expect(await python.differencesIn("polars", name, bytes)).toEqual([]);
  expect(await python.differencesIn("duckdb", name, bytes)).toEqual([]);
});

const seed = Number(process.env["DATAQUEUES_SEED"] ?? Date.now() % 2 ** 31);

test(`100 random Datasets are identical for Python after toTable and fromTable (DATAQUEUES_SEED=${seed})`, async () => {
  const differing: unknown[] = [];
  for (let dataset = seed; dataset < seed + 100; dataset++) {
    const table = toTable(xarray().decode(await python.make(dataset, "xarray")));
    const bytes = [tableToIPC(table, "stream"), xarray().encode(fromTable(table))];
    const differences = await Promise.all(bytes.map((each) => python.differences(dataset, "xarray", each)));
    if (differences.flat().length > 0) differing.push({ dataset, differences });
  }
  expect(differing).toEqual([]);
}, 120_000);
