import { DataArray, Dataset, NaT, NdArray } from "@dataqueues/arrays";
import type { Data } from "apache-arrow";
import { Table, tableFromIPC, tableToIPC } from "apache-arrow";
import { expect, test } from "vitest";
import { arrow, fromTable, toTable } from "../src/index.ts";

const dataset = new Dataset({
  dataVars: {
    gain: [["antenna", "pol"], new Float32Array([1, 0.5, 0.25, 2]), { units: "Jy" }],
    flag: ["antenna", NdArray.from([true, false])],
    jones: [
      "pol",
      NdArray.from(
        [
          { re: 1, im: 2 },
          { re: 3, im: 4 },
        ],
        "<c16",
      ),
    ],
    when: ["antenna", NdArray.from([1n, -1n], "<M8[ns]")],
    half: ["antenna", NdArray.from([0.5, 1.5], "<f2")],
    count: [[], NdArray.from(7n, "<u8")],
  },
  coords: { antenna: ["SKA001", "é"], pol: NdArray.from(["X", "Y"], "|S1") },
  attrs: { data_model: "GainTable" },
});

function itemsOf(table: Table, name: string): Data | undefined {
  return table.getChild(name)?.data[0]?.children[0];
}

test("numbers, bools and times are views of the Dataset's memory, and back", () => {
  const table = toTable(dataset);
  const back = fromTable(table);
  for (const [name, { data }] of Object.entries(dataset.dataVars)) {
    const values = itemsOf(table, name)?.values;
    expect([name, values.buffer, values.byteOffset, values.byteLength]).toEqual([
      name,
      data.data.buffer,
      data.data.byteOffset,
      data.bytes.length,
    ]);
    expect(back.get(name).data.data.buffer).toBe(data.data.buffer);
  }
  expect(back.identical(dataset)).toBe(true);
});

test.each(["s", "ms", "us", "ns"])("NaT in %s goes through a message and back", (unit) => {
  const times = new Dataset({ dataVars: { when: ["time", NdArray.from([NaT, 1n], `<M8[${unit}]`)] } });
  const received = arrow().decode(arrow().encode(toTable(times)));
  expect(fromTable(received).identical(times)).toBe(true);
});

test("values in the middle of a buffer are views of their part of it", () => {
  const memory = new Float64Array([9, 1, 2, 9]);
  const part = new Dataset({ dataVars: { v: ["x", memory.subarray(1, 3)] } });
  expect([...(itemsOf(toTable(part), "v")?.values ?? [])]).toEqual([1, 2]);
  memory[1] = 5;
  expect(fromTable(toTable(part)).get("v").data.toList()).toEqual([5, 2]);
});

test("it is a Table of one row, whose columns are lists that hold no null", () => {
  const table = toTable(dataset);
  expect(table).toBeInstanceOf(Table);
  expect([table.numRows, table.numCols]).toEqual([1, 8]);
  const types = table.schema.fields.map(({ name, type, nullable }) => [
    name,
    String(type.children[0]?.type),
    nullable,
    type.children[0]?.nullable,
    type.children[0]?.name,
  ]);
  expect(types).toEqual(
    [
      ["antenna", "Utf8"],
      ["pol", "Binary"],
      ["gain", "Float32"],
      ["flag", "Int8"],
      ["jones", "Float64"],
      ["when", "Timestamp<NANOSECOND>"],
      ["half", "Float16"],
      ["count", "Uint64"],
    ].map(([name, type]) => [name, type, false, false, "item"]),
  );
  expect(table.getChild("antenna")?.get(0)?.toJSON()).toEqual(["SKA001", "é"]);
  expect(JSON.parse(table.schema.metadata.get("xarray") ?? "")).toMatchObject({ attrs: { data_model: "GainTable" } });
});

test("apache-arrow writes it and reads it", () => {
  for (const format of ["stream", "file"] as const) {
    expect(fromTable(tableFromIPC(tableToIPC(toTable(dataset), format))).identical(dataset)).toBe(true);
  }
});

test("a DataArray becomes the Table of a Dataset with that variable", () => {
  const power = new DataArray(Float32Array.of(1, 2), { dims: "x", name: "power" });
  expect(Object.keys(fromTable(toTable(power)).dataVars)).toEqual(["power"]);
  expect(toTable(new DataArray([1])).schema.fields.map(({ name }) => name)).toEqual(["__xarray_dataarray_variable__"]);
});

test("an empty Dataset, and one without values, come back", () => {
  for (const empty of [
    new Dataset(),
    new Dataset({ dataVars: { v: ["x", new Int16Array(0)], t: ["x", NdArray.from([], "<U2")] } }),
  ]) {
    expect(toTable(empty).numRows).toBe(1);
    expect(fromTable(toTable(empty)).identical(empty)).toBe(true);
  }
});

test("one row of a Table with those of two Datasets is its Dataset", () => {
  const rows = [
    [1, 2],
    [3, 4],
  ].map((values) => new Dataset({ dataVars: { v: ["x", values], t: ["x", ["a", "b"]] } }));
  const [first = toTable(dataset), second = first] = rows.map((row) => toTable(row));
  const both = first.concat(second);
  expect(() => fromTable(both)).toThrow("a Dataset is one row, not 2");
  expect(fromTable(both.slice(1)).get("v").data.toList()).toEqual([3, 4]);
  expect(fromTable(both.slice(0, 1)).get("v").data.toList()).toEqual([1, 2]);
});

test("what has no form in a Table is refused by its name", () => {
  const days = new Dataset({ dataVars: { when: ["x", NdArray.from([1n], "<M8[D]")] } });
  expect(() => toTable(days)).toThrow("variable 'when': dtype <M8[D] has no form in an Arrow Dataset");
  expect(() => toTable({} as never)).toThrow("dataset must be a Dataset or a DataArray, not a Object");
  expect(() => toTable(dataset, { maxTextBytes: 40 })).toThrow(/more than maxTextBytes \(40\)/);
  expect(() => toTable(dataset, { maxDescriptionLength: 10 })).toThrow(/more than maxDescriptionLength \(10\)/);
});
