import { Dataset, NdArray } from "@dataqueues/arrays";
import type { DatasetOptions, VariableInput } from "@dataqueues/arrays";
import { check, PointingTable } from "@dataqueues/schemas";
import { describe, expect, test } from "vitest";

import { codesOf, errorOf, issuesOf, placeOf } from "./issues-of.ts";
import { pointingTable } from "./pointing-table-options.ts";

const { coords, dataVars, attrs } = pointingTable;
const table = (change: DatasetOptions = {}): Dataset => new Dataset({ ...pointingTable, ...change });
const without = <Value>(record: Readonly<Record<string, Value>>, name: string): Record<string, Value> =>
  Object.fromEntries(Object.entries(record).filter(([other]) => other !== name));
const fit = dataVars.pointing[0];
const fitWithout = (...dims: string[]): string[] => fit.filter((dim) => !dims.includes(dim));
const zeros = (dtype: string, shape: readonly number[]): NdArray => {
  const itemsize = NdArray.fromBytes(dtype, [0], new Uint8Array()).itemsize;
  return NdArray.fromBytes(dtype, shape, new Uint8Array(shape.reduce((product, length) => product * length, itemsize)));
};

describe("PointingTable", () => {
  test("a table passes, with antennas by name or by number, and with all optional parts", () => {
    const optional: Record<string, VariableInput> = Object.fromEntries(
      ["nominal", "expected_width", "fitted_width", "fitted_width_std"].map((name) => [name, dataVars.pointing]),
    );
    const height: VariableInput = [fitWithout("angle"), zeros("<f8", [1, 2, 1, 1])];
    const full = table({
      coords: { ...coords, antenna: new BigInt64Array([0n, 1n]) },
      dataVars: { ...dataVars, ...optional, fitted_height: height, fitted_height_std: height },
      attrs: {
        ...attrs,
        pointingcentre_coords: "180.0 -45.0",
        pointingcentre_frame: "icrs",
        configuration: { name: "MID" },
        band_type: "Band2",
        scan_mode: "5-point",
        track_duration: 30,
        discrete_offset: [[0, 0]],
        commanded_pointing: "[[1.1, 2.2]]",
      },
    });
    expect(check(PointingTable, full)).toBe(full);
    const least = table();
    expect(check(PointingTable, least)).toBe(least);
  });

  test.each<[what: string, dataset: Dataset, code: string, path: string, found: unknown, expected: unknown]>([
    [
      "a missing coordinate",
      table({ coords: without(coords, "antenna") }),
      "missing_coordinate",
      "coords.antenna",
      undefined,
      ["antenna"],
    ],
    [
      "a missing data variable",
      table({ dataVars: without(dataVars, "weight") }),
      "missing_data_var",
      "data_vars.weight",
      ["pointing", "residual", "interval", "datetime"],
      ["weight"],
    ],
    [
      "another dtype",
      table({ dataVars: { ...dataVars, interval: [["time"], zeros("<f4", [1])] } }),
      "wrong_dtype",
      "data_vars.interval.dtype",
      "<f4",
      ["<f8"],
    ],
    [
      "numbers for the names of receptors",
      table({ coords: { ...coords, receptor: new BigInt64Array([1n]) } }),
      "wrong_dtype",
      "coords.receptor.dtype",
      "<i8",
      ["<U0"],
    ],
    [
      "times of another unit",
      table({ dataVars: { ...dataVars, datetime: [["time"], zeros("<M8[s]", [1])] } }),
      "wrong_dtype",
      "data_vars.datetime.dtype",
      "<M8[s]",
      ["<M8[ns]"],
    ],
    [
      "a missing dimension",
      table({ dataVars: { ...dataVars, weight: [fitWithout("angle"), zeros("<f8", [1, 2, 1, 1])] } }),
      "missing_dim",
      "data_vars.weight.dims",
      ["time", "antenna", "frequency", "receptor"],
      [fit],
    ],
    [
      "a dimension too many",
      table({ dataVars: { ...dataVars, interval: [["time", "angle"], zeros("<f8", [1, 2])] } }),
      "superfluous_dim",
      "data_vars.interval.dims",
      ["time", "angle"],
      [["time"]],
    ],
    [
      "another dimension",
      table({ dataVars: { ...dataVars, interval: [["frequency"], zeros("<f8", [1])] } }),
      "wrong_dims",
      "data_vars.interval.dims",
      ["frequency"],
      [["time"]],
    ],
    [
      "dimensions in another order",
      table({ dataVars: { ...dataVars, weight: [fit.toReversed(), zeros("<f8", [2, 1, 1, 2, 1])] } }),
      "wrong_dim_order",
      "data_vars.weight.dims",
      fit.toReversed(),
      [fit],
    ],
    [
      "a dimension of the table's own too many",
      table({ coords: { ...coords, beam: ["a", "b"] } }),
      "superfluous_dim",
      "dims",
      ["time", "antenna", "frequency", "receptor", "angle", "beam"],
      [fit],
    ],
    [
      "a missing attribute",
      table({ attrs: without(attrs, "pointing_frame") }),
      "missing_attr",
      "attrs.pointing_frame",
      undefined,
      ["str"],
    ],
    [
      "null for an attribute",
      table({ attrs: { ...attrs, pointing_frame: null } }),
      "missing_attr",
      "attrs.pointing_frame",
      undefined,
      ["str"],
    ],
    [
      "an attribute of another type",
      table({ attrs: { ...attrs, receptor_frame: 4 } }),
      "wrong_attr_type",
      "attrs.receptor_frame",
      "int",
      ["str"],
    ],
    [
      "an optional attribute of another type",
      table({ attrs: { ...attrs, configuration: ["MID"] } }),
      "wrong_attr_type",
      "attrs.configuration",
      "list",
      ["dict", "NoneType"],
    ],
    [
      "an optional variable of another dtype",
      table({ dataVars: { ...dataVars, nominal: [fit, zeros("<f4", [1, 2, 1, 1, 2])] } }),
      "wrong_dtype",
      "data_vars.nominal.dtype",
      "<f4",
      ["<f8"],
    ],
    [
      "a value that is not allowed",
      table({ attrs: { ...attrs, data_model: "GainTable" } }),
      "bad_literal",
      "attrs.data_model",
      "GainTable",
      ["PointingTable"],
    ],
  ])("%s is the only issue", (_what, dataset, code, path, found, expected) => {
    const [issue, ...others] = issuesOf(PointingTable, dataset);
    expect(others).toEqual([]);
    expect([issue?.code, issue && placeOf(issue), issue?.found, issue?.expected]).toEqual([
      code,
      path,
      found,
      expected,
    ]);
  });

  test("a dimension that vanished is told as dimension, and where it was missed", () => {
    const angleless = table({
      coords: without(coords, "angle"),
      dataVars: {
        ...dataVars,
        pointing: [fitWithout("angle"), zeros("<f8", [1, 2, 1, 1])],
        weight: [fitWithout("angle"), zeros("<f8", [1, 2, 1, 1])],
        residual: [["time", "frequency", "receptor"], zeros("<f8", [1, 1, 1])],
      },
    });
    expect(codesOf(PointingTable, angleless)).toEqual([
      "missing_dim dims",
      "missing_coordinate coords.angle",
      "missing_dim data_vars.pointing.dims",
      "missing_dim data_vars.weight.dims",
      "missing_dim data_vars.residual.dims",
    ]);
  });

  test("all issues are told at once, in a list to act on", () => {
    const broken = table({
      coords: without(coords, "receptor"),
      dataVars: {
        ...without(dataVars, "residual"),
        weight: [fit.toReversed(), zeros("<f4", [2, 1, 1, 2, 1])],
        beams: [["beam"], zeros("<f8", [2])],
      },
      attrs: { ...without(attrs, "pointing_frame"), data_model: "GainTable", receptor_frame: 4 },
    });
    expect(errorOf(() => check(PointingTable, broken)).message).toMatchInlineSnapshot(`
      "the value does not match its schema: 8 issues
       * dims: Superfluous coordinate 'beam'? (expected: ["time","antenna","frequency","receptor","angle"] found: ["time","antenna","frequency","receptor","angle","beam"])
       * attrs.data_model: Disallowed literal value! (expected: "PointingTable" found: "GainTable")
       * attrs.receptor_frame: int is not a str!
       * attrs.pointing_frame: Non-optional attribute is missing! (expected: "str")
       * coords.receptor: Required coordinate 'receptor' is missing!
       * data_vars.weight.dims: Dimensions are in the wrong order! Consider transpose() (expected: ["time","antenna","frequency","receptor","angle"] found: ["angle","receptor","frequency","antenna","time"])
       * data_vars.weight.dtype: Wrong numpy dtype (expected: "<f8" found: "<f4")
       * data_vars.residual: Required data variable 'residual' is missing (have pointing,weight,interval,datetime,beams)!"
    `);
  });

  test("the order of issues does not depend on the order in the dataset", () => {
    const changed = { ...coords, angle: new Float64Array(2), antenna: new Float64Array(2), time: ["now"] };
    const reversed = Object.fromEntries(Object.entries(changed).toReversed());
    const [first, second] = [changed, reversed].map((coords) => codesOf(PointingTable, table({ coords })));
    expect(first).toEqual([
      "wrong_dtype coords.time.dtype",
      "wrong_dtype coords.antenna.dtype",
      "wrong_dtype coords.angle.dtype",
    ]);
    expect(second).toEqual(first);
  });

  test("what the schema does not know is fine, unless it is strict", () => {
    const more = table({
      coords: { ...coords, epoch: 2000 },
      dataVars: { ...dataVars, mask: [["antenna"], zeros("|b1", [2])] },
      attrs: { ...attrs, observer: "Ada" },
    });
    expect(issuesOf(PointingTable, more)).toEqual([]);
    expect(issuesOf(PointingTable.with({ strict: true }), more)).toEqual([
      { code: "unexpected_attr", path: ["attrs", "observer"], message: "The schema does not know this attribute" },
      { code: "unexpected_coordinate", path: ["coords", "epoch"], message: "The schema does not know this coordinate" },
      {
        code: "unexpected_data_var",
        path: ["data_vars", "mask"],
        message: "The schema does not know this data variable",
      },
    ]);
  });

  test.each([
    [undefined, "NoneType"],
    [{ coords: {}, attrs: {} }, "dict"],
    [table().get("pointing"), "DataArray"],
    [new Float64Array(2), "Float64Array"],
  ])("%o is no Dataset", (value, found) => {
    const message = `an xarray Dataset is needed, this is ${found}`;
    expect(issuesOf(PointingTable, value)).toEqual([
      { code: "not_a_dataset", path: [], message, found, expected: "Dataset" },
    ]);
  });
});
