import { DataArray, Dataset, FormatError } from "@dataqueues/arrays";
import type { DatasetOptions } from "@dataqueues/arrays";
import { check, datasetSchema } from "@dataqueues/schemas";
import type { DatasetDefinition } from "@dataqueues/schemas";
import { describe, expect, test } from "vitest";

import { codesOf, issuesOf } from "./issues-of.ts";

const Gains = datasetSchema({
  name: "Gains",
  coords: {
    antenna: { dims: ["antenna"], dtype: "<U0" },
    polarisation: { dims: ["polarisation"], dtype: "<U0", optional: true },
  },
  dataVars: {
    gain: {
      dims: [["antenna"], ["antenna", "polarisation"]],
      dtype: ["<f4", "<f8"],
      attrs: { units: { type: "str", literal: ["Jy", "K"] } },
    },
    flag: { dims: ["antenna"], dtype: "|b1", optional: true },
  },
  attrs: {
    site: {
      type: "dict",
      entries: {
        name: { type: "str" },
        height: { type: "float", optional: true },
        mount: { type: "dict", entries: { kind: { type: "str", literal: ["alt-az"] } }, optional: true },
      },
    },
  },
});

const antenna = ["SKA001", "SKA002"];
const good = {
  coords: { antenna },
  dataVars: { gain: [["antenna"], new Float64Array(2), { units: "Jy" }] },
  attrs: { site: { name: "MID" } },
} as const satisfies DatasetOptions;
const gains = (change: DatasetOptions = {}): Dataset => new Dataset({ ...good, ...change });

describe("datasetSchema", () => {
  test("each alternative of dimensions and dtypes passes", () => {
    expect(issuesOf(Gains, gains())).toEqual([]);
    const polarised = gains({
      coords: { antenna, polarisation: ["X", "Y"] },
      dataVars: { gain: [["antenna", "polarisation"], new Float32Array(4), { units: "K" }] },
    });
    expect(check(Gains, polarised)).toBe(polarised);
  });

  test("what is no alternative is compared with the nearest, and all are told", () => {
    const dataset = gains({
      coords: { antenna, polarisation: ["X", "Y"], beam: ["a"] },
      dataVars: { gain: [["antenna", "polarisation", "beam"], new Int32Array(4), { units: "K" }] },
    });
    const found = ["antenna", "polarisation", "beam"];
    expect(issuesOf(Gains, dataset)).toEqual([
      {
        code: "superfluous_dim",
        path: ["dims"],
        message: `Superfluous coordinate 'beam'? (expected: ["antenna","polarisation"] found: ["antenna","polarisation","beam"])`,
        found,
        expected: [["antenna", "polarisation"]],
      },
      {
        code: "superfluous_dim",
        path: ["data_vars", "gain", "dims"],
        message: `Superfluous coordinate 'beam'? (expected: ["antenna"] or ["antenna","polarisation"] found: ["antenna","polarisation","beam"])`,
        found,
        expected: [["antenna"], ["antenna", "polarisation"]],
      },
      {
        code: "wrong_dtype",
        path: ["data_vars", "gain", "dtype"],
        message: `Wrong numpy dtype (expected: "<f4" or "<f8" found: "<i4")`,
        found: "<i4",
        expected: ["<f4", "<f8"],
      },
    ]);
  });

  test("what is optional may be absent, but not wrong", () => {
    const flag = [["antenna"], new Float64Array(2)] as const;
    expect(codesOf(Gains, gains({ dataVars: { ...good.dataVars, flag } }))).toEqual([
      "wrong_dtype data_vars.flag.dtype",
    ]);
  });

  test("attributes of variables and nested dicts are told with their whole path", () => {
    const dataset = gains({
      dataVars: { gain: [["antenna"], new Float64Array(2), { units: "mJy" }] },
      attrs: { site: { height: "high", mount: { kind: "equatorial" } } },
    });
    expect(codesOf(Gains, dataset)).toEqual([
      "missing_attr attrs.site.name",
      "wrong_attr_type attrs.site.height",
      "bad_literal attrs.site.mount.kind",
      "bad_literal data_vars.gain.attrs.units",
    ]);
  });

  test("strict tells what is not known, also of variables and in nested dicts", () => {
    const dataset = gains({
      coords: { antenna, epoch: 2000 },
      dataVars: {
        gain: [["antenna"], new Float64Array(2), { units: "Jy", origin: "sky" }],
        weight: [["antenna"], new Float64Array(2)],
      },
      attrs: { site: { name: "MID", owner: "SKAO" }, observer: "Ada" },
    });
    expect(codesOf(Gains, dataset)).toEqual([]);
    expect(codesOf(Gains.with({ strict: true }), dataset)).toEqual([
      "unexpected_attr attrs.site.owner",
      "unexpected_attr attrs.observer",
      "unexpected_coordinate coords.epoch",
      "unexpected_attr data_vars.gain.attrs.origin",
      "unexpected_data_var data_vars.weight",
    ]);
  });

  test("dimensions of the dataset itself can be said, in any order", () => {
    const definition = {
      name: "Image",
      dims: ["l", "m"],
      dataVars: { sky: { dims: ["m", "l"], dtype: "<f4" } },
    } as const;
    const Image = datasetSchema(definition);
    const image = (dims: string[]) => new Dataset({ dataVars: { sky: new DataArray([[0.5], [1.5]], { dims }) } });
    expect(codesOf(Image, image(["m", "l"]))).toEqual(["wrong_dtype data_vars.sky.dtype"]);
    expect(codesOf(Image, image(["m", "pixel"]))).toEqual([
      "wrong_dims dims",
      "wrong_dims data_vars.sky.dims",
      "wrong_dtype data_vars.sky.dtype",
    ]);
  });

  test("versions of a variable are checked as the variable itself", () => {
    const Flags = datasetSchema({
      name: "Flags",
      dataVars: { FLAG: { dims: ["time"], dtype: "|b1", versions: true } },
    });
    const dataset = new Dataset({
      dataVars: { FLAG: [["time"], [true]], FLAG_2: [["time"], [1]], FLAGS: [["time"], [1]] },
    });
    expect(codesOf(Flags, dataset)).toEqual(["wrong_dtype data_vars.FLAG_2.dtype"]);
  });

  test("coordinates of an array are those of the dataset along its dimensions", () => {
    const Power = datasetSchema({
      name: "Power",
      dataVars: { power: { dims: ["time"], dtype: "<f8", coords: { time: { dims: ["time"], dtype: "<f8" } } } },
    });
    const power = [["time"], new Float64Array(1)] as const;
    expect(codesOf(Power, new Dataset({ dataVars: { power }, coords: { time: [0.5] } }))).toEqual([]);
    expect(codesOf(Power, new Dataset({ dataVars: { power }, coords: { time: ["now"] } }))).toEqual([
      "wrong_dtype data_vars.power.coords.time.dtype",
    ]);
    expect(codesOf(Power, new Dataset({ dataVars: { power } }))).toEqual([
      "missing_coordinate data_vars.power.coords.time",
    ]);
  });

  const odd = { dims: [], dtype: ["<f8", "float"] };
  test.each<[where: string, definition: Omit<DatasetDefinition, "name">]>([
    ["a coordinate", { coords: { odd } }],
    ["a data variable", { dataVars: { odd } }],
    ["a variable's coordinate", { dataVars: { even: { dims: [], dtype: "<f8", coords: { odd } } } }],
    ["a dict", { attrs: { site: { type: "dict", entries: { odd: { type: "dataarray", array: odd } } } } }],
  ])("a dtype that numpy does not have is refused when the schema is made: of %s", (_where, definition) => {
    expect(() => datasetSchema({ name: "Odd", ...definition })).toThrow(FormatError);
  });
});
