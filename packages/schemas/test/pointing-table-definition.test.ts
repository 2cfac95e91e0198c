import { Dataset, NdArray } from "@dataqueues/arrays";
import type { DatasetOptions, VariableInput } from "@dataqueues/arrays";
import { PointingTable } from "@dataqueues/schemas";
import { describe, expect, test } from "vitest";

import { codesOf, issuesOf } from "./issues-of.ts";

// The PointingTable of ska-sdp-datamodels as its documentation has it.
const length = { time: 3, antenna: 2, frequency: 4, receptor: 1, angle: 2 } as const;
type Dim = keyof typeof length;
const dims: readonly Dim[] = ["time", "antenna", "frequency", "receptor", "angle"];
const withoutAngle: readonly Dim[] = ["time", "antenna", "frequency", "receptor"];

type Row = readonly [
  name: string,
  dims: readonly Dim[],
  dtypes: readonly string[],
  optional: boolean,
  // Whether its attributes may tell units.
  units: boolean,
];
const coords: readonly Row[] = [
  ["time", ["time"], ["<f8"], false, true],
  ["antenna", ["antenna"], ["<i8", "<U0"], false, false],
  ["frequency", ["frequency"], ["<f8"], false, true],
  ["receptor", ["receptor"], ["<U0"], false, false],
  ["angle", ["angle"], ["<U0"], false, false],
];
const dataVars: readonly Row[] = [
  ["pointing", dims, ["<f8"], false, true],
  ["nominal", dims, ["<f8"], true, true],
  ["weight", dims, ["<f8"], false, true],
  ["residual", ["time", "frequency", "receptor", "angle"], ["<f8"], false, true],
  ["expected_width", dims, ["<f8"], true, true],
  ["fitted_width", dims, ["<f8"], true, true],
  ["fitted_width_std", dims, ["<f8"], true, true],
  ["fitted_height", withoutAngle, ["<f8"], true, true],
  ["fitted_height_std", withoutAngle, ["<f8"], true, true],
  ["interval", ["time"], ["<f8"], false, true],
  ["datetime", ["time"], ["<M8[ns]"], false, false],
];
const attrs: readonly (readonly [name: string, type: string, good: unknown, bad: unknown, optional: boolean])[] = [
  ["data_model", "str", "PointingTable", 1, false],
  ["receptor_frame", "str", "stokesI", 1, false],
  ["pointing_frame", "str", "xel-el", 1, false],
  ["pointingcentre", "any", { ra: 180, dec: -45 }, undefined, true],
  ["pointingcentre_coords", "str", "180.0 -45.0", 180, true],
  ["pointingcentre_frame", "str", "icrs", 1, true],
  ["configuration", "dict", { name: "MID" }, "MID", true],
  ["band_type", "str", "Band2", 2, true],
  ["scan_mode", "str", "5-point", 5, true],
  ["track_duration", "float", 30.5, "30", true],
  ["discrete_offset", "any", [[0, 0]], undefined, true],
  ["commanded_pointing", "any", "[[1.1, 2.2]]", undefined, true],
];

const arrayOf = (dtype: string, along: readonly Dim[]): NdArray => {
  // Text of any length is text of five characters here.
  const format = dtype.replace("U0", "U5");
  const { itemsize } = NdArray.fromBytes(format, [0], new Uint8Array());
  const shape = along.map((dim) => length[dim]);
  return NdArray.fromBytes(format, shape, new Uint8Array(shape.reduce((product, size) => product * size, itemsize)));
};
const variables = (rows: readonly Row[]): Record<string, VariableInput> =>
  Object.fromEntries(rows.map(([name, along, [dtype = ""]]) => [name, [along, arrayOf(dtype, along), {}]]));
const full = {
  coords: variables(coords),
  dataVars: variables(dataVars),
  attrs: Object.fromEntries(attrs.map(([name, , good]) => [name, good])),
};
const without = <Value>(record: Readonly<Record<string, Value>>, name: string): Record<string, Value> =>
  Object.fromEntries(Object.entries(record).filter(([other]) => other !== name));
const table = (change: DatasetOptions = {}): Dataset => new Dataset({ ...full, ...change });

describe.each([
  { kind: "coords", part: "coords", rows: coords, code: "missing_coordinate" },
  { kind: "data_vars", part: "dataVars", rows: dataVars, code: "missing_data_var" },
] as const)("$kind of a PointingTable:", ({ kind, part, rows, code }) => {
  const withOne = (name: string, input: VariableInput): Dataset => table({ [part]: { ...full[part], [name]: input } });

  test.each(rows)("%s may be left out or not", (name, _dims, _dtypes, optional) => {
    const issues = codesOf(PointingTable, table({ [part]: without(full[part], name) }));
    expect(issues).toEqual(optional ? [] : [`${code} ${kind}.${name}`]);
  });

  test.each(rows)("%s has one of its dtypes", (name, along, dtypes) => {
    for (const dtype of dtypes) {
      expect(codesOf(PointingTable, withOne(name, [along, arrayOf(dtype, along)]))).toEqual([]);
    }
    for (const dtype of ["<f8", "<f4", "<i8", "<i4", "<c16", "|S5", "<U5", "<M8[ns]", "<M8[s]"]) {
      if (dtypes.includes(dtype.replace("U5", "U0"))) continue;
      const [issue, ...others] = issuesOf(PointingTable, withOne(name, [along, arrayOf(dtype, along)]));
      expect(issue).toMatchObject({ code: "wrong_dtype", path: [kind, name, "dtype"], found: dtype, expected: dtypes });
      expect(others).toEqual([]);
    }
  });

  test.each(rows)("%s may have units as text, and other attributes", (name, along, [dtype = ""], _optional, units) => {
    const issues = (own: Record<string, unknown>) =>
      codesOf(PointingTable, withOne(name, [along, arrayOf(dtype, along), own]));
    expect(issues({ units: "rad", note: 1 })).toEqual([]);
    expect(issues({ units: null })).toEqual([]);
    expect(issues({ units: 1 })).toEqual(units ? [`wrong_attr_type ${kind}.${name}.attrs.units`] : []);
    const strict = PointingTable.with({ strict: true });
    expect(codesOf(strict, withOne(name, [along, arrayOf(dtype, along), { units: "rad" }]))).toEqual(
      units ? [] : [`unexpected_attr ${kind}.${name}.attrs.units`],
    );
  });
});

describe("data variables of a PointingTable:", () => {
  // A coordinate of a dimension's name lies along it in every Dataset.
  test.each(dataVars)("%s has its dimensions, in their order", (name, along, [dtype = ""]) => {
    const withDims = (found: readonly Dim[]): Dataset =>
      table({ dataVars: { ...full.dataVars, [name]: [found, arrayOf(dtype, found)] } });
    const missing = along.slice(1);
    expect(issuesOf(PointingTable, withDims(missing))).toEqual([
      expect.objectContaining({
        code: "missing_dim",
        path: ["data_vars", name, "dims"],
        found: missing,
        expected: [along],
      }),
    ]);
    expect(codesOf(PointingTable, withDims(along.toReversed()))).toEqual(
      along.length > 1 ? [`wrong_dim_order data_vars.${name}.dims`] : [],
    );
  });
});

describe("attributes of a PointingTable:", () => {
  test.each(attrs)("%s may be left out or not", (name, type, _good, _bad, optional) => {
    for (const change of [without(full.attrs, name), { ...full.attrs, [name]: null }]) {
      const issues = issuesOf(PointingTable, table({ attrs: change }));
      expect(issues).toEqual(
        optional ? [] : [expect.objectContaining({ code: "missing_attr", path: ["attrs", name], expected: [type] })],
      );
    }
  });

  test.each(attrs.filter(([, type]) => type !== "any"))("%s is %s", (name, type, _good, bad, optional) => {
    const issues = issuesOf(PointingTable, table({ attrs: { ...full.attrs, [name]: bad } }));
    const expected = optional ? [type, "NoneType"] : [type];
    expect(issues).toEqual([expect.objectContaining({ code: "wrong_attr_type", path: ["attrs", name], expected })]);
  });

  test.each(attrs.filter(([, type]) => type === "any"))("%s is anything", (name) => {
    for (const value of ["text", 1, 1n, true, [1], { a: 1 }, new Date(0)]) {
      expect(codesOf(PointingTable, table({ attrs: { ...full.attrs, [name]: value } }))).toEqual([]);
    }
  });

  test("data_model is PointingTable and nothing else", () => {
    expect(issuesOf(PointingTable, table({ attrs: { ...full.attrs, data_model: "pointingtable" } }))).toEqual([
      expect.objectContaining({ code: "bad_literal", path: ["attrs", "data_model"], expected: ["PointingTable"] }),
    ]);
  });

  test("configuration is a dict of anything", () => {
    const configuration = { name: "MID", antennas: ["SKA001"], location: { x: 1 } };
    expect(codesOf(PointingTable, table({ attrs: { ...full.attrs, configuration } }))).toEqual([]);
  });
});

describe("a PointingTable", () => {
  test("with all its parts is strictly what the schema knows", () => {
    expect(codesOf(PointingTable.with({ strict: true }), table())).toEqual([]);
  });

  test("has the five dimensions", () => {
    expect(issuesOf(PointingTable, new Dataset())[0]).toMatchObject({ code: "missing_dim", expected: [dims] });
  });

  test("has a definition by the name", () => {
    expect(PointingTable.definition.name).toBe("PointingTable");
  });
});
