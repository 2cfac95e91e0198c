import { Dataset, NdArray } from "@dataqueues/arrays";
import type { DatasetOptions, VariableInput } from "@dataqueues/arrays";
import { check, GainTable, RcalGainTable } from "@dataqueues/schemas";
import { describe, expect, test } from "vitest";

import { codesOf, errorOf, issuesOf } from "./issues-of.ts";

// The GainTable of ska-sdp-datamodels 0.2.5 as its constructor makes it.
const length = { time: 2, antenna: 3, frequency: 4, receptor1: 2, receptor2: 2 } as const;
type Dim = keyof typeof length;
const dims: readonly Dim[] = ["time", "antenna", "frequency", "receptor1", "receptor2"];

type Row = readonly [
  name: string,
  dims: readonly Dim[],
  dtypes: readonly string[],
  optional: boolean,
  optionalForRcal: boolean,
];
const coords: readonly Row[] = [
  ["time", ["time"], ["<f8"], false, true],
  ["antenna", ["antenna"], ["<i8"], false, false],
  ["frequency", ["frequency"], ["<f8"], false, false],
  ["receptor1", ["receptor1"], ["<U0"], false, false],
  ["receptor2", ["receptor2"], ["<U0"], false, false],
];
const dataVars: readonly Row[] = [
  ["gain", dims, ["<c16", "<c8"], false, false],
  ["weight", dims, ["<f8", "<f4"], false, true],
  ["residual", ["time", "frequency", "receptor1", "receptor2"], ["<f8", "<f4"], false, true],
  ["interval", ["time"], ["<f8", "<f4"], false, true],
  ["datetime", ["time"], ["<M8[ns]"], true, true],
];
const attrs: readonly (readonly [
  name: string,
  good: readonly unknown[],
  bad: readonly unknown[],
  optional: boolean,
  optionalForRcal: boolean,
])[] = [
  ["data_model", ["GainTable"], ["PointingTable", 1], false, true],
  ["jones_type", ["T", "G", "B", "D", "K"], ["t", "", 1], false, true],
  ["receptor_frame", ["linear", ["X", "Y"]], [], true, true],
  ["receptor_frame1", ["linear", ["R", "L"]], [], true, true],
  ["receptor_frame2", ["stokesI", ["I"]], [], true, true],
  ["phasecentre", ["180.0 -45.0", { ra: 180, dec: -45 }], [], true, true],
  ["phasecentre_coords", ["180.0 -45.0"], [180], true, true],
  ["phasecentre_frame", ["icrs"], [1], true, true],
  [
    "configuration",
    [{}, { attrs: { name: "MID" }, data_vars: { names: ["SKA001"] } }],
    ["MID", ["SKA001"]],
    true,
    true,
  ],
];

const arrayOf = (dtype: string, along: readonly Dim[]): NdArray => {
  // Text of any length is text of five characters here.
  const format = dtype.replace("U0", "U5");
  const { itemsize } = NdArray.fromBytes(format, [0], new Uint8Array());
  const shape = along.map((dim) => length[dim]);
  return NdArray.fromBytes(format, shape, new Uint8Array(shape.reduce((product, size) => product * size, itemsize)));
};
const variables = (rows: readonly Row[], without?: Dim): Record<string, VariableInput> =>
  Object.fromEntries(
    rows.map(([name, along, [dtype = ""]]) => {
      const left = along.filter((dim) => dim !== without);
      return [name, [left, arrayOf(dtype, left)]];
    }),
  );
const full = {
  coords: variables(coords),
  dataVars: variables(dataVars),
  attrs: Object.fromEntries(attrs.map(([name, [good]]) => [name, good])),
};
const table = (change: DatasetOptions = {}): Dataset => new Dataset({ ...full, ...change });
const without = <Value>(record: Readonly<Record<string, Value>>, name: string): Record<string, Value> =>
  Object.fromEntries(Object.entries(record).filter(([other]) => other !== name));

describe.each([
  { schema: GainTable, isRcal: false },
  { schema: RcalGainTable, isRcal: true },
])("$schema.definition.name:", ({ schema, isRcal }) => {
  const strict = schema.with({ strict: true });

  test("a table with all its parts is strictly what the schema knows", () => {
    const dataset = table();
    expect(check<unknown>(strict, dataset)).toBe(dataset);
    expect(codesOf(strict, table({ attrs: { ...full.attrs, observer: "Ada" } }))).toEqual([
      "unexpected_attr attrs.observer",
    ]);
  });

  describe.each([
    { kind: "coords", part: "coords", rows: coords, code: "missing_coordinate" },
    { kind: "data_vars", part: "dataVars", rows: dataVars, code: "missing_data_var" },
  ] as const)("$kind:", ({ kind, part, rows, code }) => {
    const withOne = (name: string, input: VariableInput): Dataset =>
      table({ [part]: { ...full[part], [name]: input } });

    test.each(rows)("%s may be left out or not", (name, _dims, _dtypes, optional, optionalForRcal) => {
      const issues = codesOf(schema, table({ [part]: without(full[part], name) }));
      expect(issues).toEqual((isRcal ? optionalForRcal : optional) ? [] : [`${code} ${kind}.${name}`]);
    });

    test.each(rows)("%s has one of its dtypes", (name, along, dtypes) => {
      for (const dtype of dtypes) expect(codesOf(schema, withOne(name, [along, arrayOf(dtype, along)]))).toEqual([]);
      for (const dtype of ["<f8", "<f4", "<i8", "<i4", "<c16", "<c8", "|S5", "<U5", "<M8[ns]", "<M8[s]"]) {
        if (dtypes.includes(dtype.replace("U5", "U0"))) continue;
        const [issue, ...others] = issuesOf(schema, withOne(name, [along, arrayOf(dtype, along)]));
        expect(issue).toMatchObject({
          code: "wrong_dtype",
          path: [kind, name, "dtype"],
          found: dtype,
          expected: dtypes,
        });
        expect(others).toEqual([]);
      }
    });
  });

  test.each(dataVars)("%s has its dimensions, in their order", (name, along, [dtype = ""]) => {
    const withDims = (found: readonly Dim[]): Dataset =>
      table({ dataVars: { ...full.dataVars, [name]: [found, arrayOf(dtype, found)] } });
    expect(codesOf(schema, withDims(along.toReversed()))).toEqual(
      along.length > 1 ? [`wrong_dim_order data_vars.${name}.dims`] : [],
    );
    const missing = [`missing_dim data_vars.${name}.dims`];
    expect(codesOf(schema, withDims(along.slice(1)))).toEqual(isRcal ? [] : missing);
    if (along.length > 1) expect(codesOf(schema, withDims(along.slice(2)))).toEqual(missing);
  });

  test.each(attrs)("%s may be left out or not", (name, _good, _bad, optional, optionalForRcal) => {
    for (const change of [without(full.attrs, name), { ...full.attrs, [name]: null }]) {
      const issues = codesOf(schema, table({ attrs: change }));
      expect(issues).toEqual((isRcal ? optionalForRcal : optional) ? [] : [`missing_attr attrs.${name}`]);
    }
  });

  test.each(attrs)("%s is in one of its forms", (name, good, bad) => {
    for (const value of good) expect(codesOf(schema, table({ attrs: { ...full.attrs, [name]: value } }))).toEqual([]);
    for (const value of bad) {
      const code = typeof value === "string" && name !== "configuration" ? "bad_literal" : "wrong_attr_type";
      expect(codesOf(schema, table({ attrs: { ...full.attrs, [name]: value } }))).toEqual([`${code} attrs.${name}`]);
    }
  });
});

describe("a table squeezed along time", () => {
  const squeezed = {
    coords: variables(coords, "time"),
    dataVars: variables(dataVars, "time"),
    attrs: full.attrs,
  };

  test.each([
    ["keeps its time as a single value", squeezed],
    ["or loses it", { ...squeezed, coords: without(squeezed.coords, "time") }],
  ])("%s, and is an RcalGainTable", (_what, options) => {
    const dataset = new Dataset(options);
    expect(check(RcalGainTable.with({ strict: true }), dataset)).toBe(dataset);
  });

  test("is no GainTable, and the error tells all that is wrong with it", () => {
    const dataset = new Dataset({
      coords: without(squeezed.coords, "time"),
      dataVars: without(squeezed.dataVars, "weight"),
      attrs: without(squeezed.attrs, "jones_type"),
    });
    expect(errorOf(() => check(GainTable, dataset)).message).toMatchInlineSnapshot(`
      "the value does not match its schema: 8 issues
       * dims: Missing dimension 'time'! (expected: ["time","antenna","frequency","receptor1","receptor2"] found: ["antenna","frequency","receptor1","receptor2"])
       * attrs.jones_type: Non-optional attribute is missing! (expected: "str")
       * coords.time: Required coordinate 'time' is missing!
       * data_vars.gain.dims: Missing dimension 'time'! (expected: ["time","antenna","frequency","receptor1","receptor2"] found: ["antenna","frequency","receptor1","receptor2"])
       * data_vars.weight: Required data variable 'weight' is missing (have gain,residual,interval,datetime)!
       * data_vars.residual.dims: Missing dimension 'time'! (expected: ["time","frequency","receptor1","receptor2"] found: ["frequency","receptor1","receptor2"])
       * data_vars.interval.dims: Missing dimension 'time'! (expected: ["time"] found: [])
       * data_vars.datetime.dims: Missing dimension 'time'! (expected: ["time"] found: [])"
    `);
  });
});

test("a definition has the name of its schema", () => {
  expect([GainTable.definition.name, RcalGainTable.definition.name]).toEqual(["GainTable", "RcalGainTable"]);
});
