import { DataArray, Dataset, FormatError } from "@dataqueues/arrays";
import { fromXradio } from "@dataqueues/schemas";
import { describe, expect, test } from "vitest";

import { codesOf } from "./issues-of.ts";

const attribute = (name: string, more: object = {}) => ({ $class: "AttrSchemaRef", name, ...more });
const array = (name: string, more: object = {}) => ({
  $class: "ArraySchemaRef",
  name,
  dimensions: [["time"]],
  dtypes: ["<f8"],
  coordinates: [],
  attributes: [],
  ...more,
});
const dataset = (more: object = {}) => ({
  $class: "DatasetSchema",
  schema_name: "Gains",
  dimensions: [["time"]],
  coordinates: [],
  data_vars: [],
  attributes: [],
  ...more,
});
const attributeOf = (more: object) =>
  fromXradio(dataset({ attributes: [attribute("a", more)] })).definition.attrs?.["a"];

describe("the definition of an exported schema", () => {
  test("has name, dimensions, coordinates, data variables and attributes", () => {
    const exported = dataset({
      dimensions: [["time"], ["time", "angle"]],
      coordinates: [array("time", { coordinates: [array("epoch", { dimensions: [[]], optional: true })] })],
      data_vars: [
        array("gain", { dtypes: ["<c8", "<c16"], attributes: [attribute("units", { type: "str" })], optional: true }),
      ],
      attributes: [attribute("observer", { type: "str", optional: true })],
    });
    const epoch = { dims: [[]], dtype: ["<f8"], coords: {}, attrs: {}, optional: true, versions: false };
    expect(fromXradio(exported).definition).toEqual({
      name: "Gains",
      dims: [["time"], ["time", "angle"]],
      coords: {
        time: { dims: [["time"]], dtype: ["<f8"], coords: { epoch }, attrs: {}, optional: false, versions: false },
      },
      dataVars: {
        gain: {
          dims: [["time"]],
          dtype: ["<c8", "<c16"],
          coords: {},
          attrs: { units: { type: "str", optional: false } },
          optional: true,
          versions: false,
        },
      },
      attrs: { observer: { type: "str", optional: true } },
    });
  });

  test.each<[attributes: readonly object[], versions: boolean]>([
    [[], false],
    [[attribute("allow_multiple_versions", { type: "bool", optional: true, default: true })], true],
    [[attribute("units"), attribute("allow_multiple_versions", { default: true })], true],
    [[attribute("allow_multiple_versions", { type: "bool", default: false })], false],
    [[attribute("allow_multiple_versions", { type: "bool" })], false],
    [[attribute("allow_multiple_versions", { type: "str", default: "true" })], false],
    [[attribute("allow_versions", { type: "bool", default: true })], false],
  ])("says with the attributes %o whether there are versions: %o", (attributes, versions) => {
    const { definition } = fromXradio(dataset({ data_vars: [array("FLAG", { attributes })] }));
    expect(definition.dataVars?.["FLAG"]?.versions).toBe(versions);
  });

  test.each<[given: object, definition: object]>([
    [{}, { type: "any", optional: false }],
    [{ type: null }, { type: "any", optional: false }],
    [
      { type: null, literal: ["a"] },
      { type: "any", optional: false, literal: ["a"] },
    ],
    [
      { type: "int", optional: true },
      { type: "int", optional: true },
    ],
    [
      { type: "float", default: 1 },
      { type: "float", optional: false },
    ],
    [
      { type: "bool", literal: null },
      { type: "bool", optional: false },
    ],
    [
      { type: "str", literal: ["a", "b"] },
      { type: "str", optional: false, literal: ["a", "b"] },
    ],
    [{ type: "list[str]" }, { type: "list[str]", optional: false }],
    [{ type: "dict" }, { type: "dict", optional: false, entries: {} }],
    [
      { type: "dict", dict_schema: null, optional: true },
      { type: "dict", optional: true, entries: {} },
    ],
    [
      { type: "dict", dict_schema: { $class: "DictSchema", attributes: [attribute("b", { type: "int" })] } },
      { type: "dict", optional: false, entries: { b: { type: "int", optional: false } } },
    ],
    [{ type: "dataarray" }, { type: "any", optional: false }],
    [
      { type: "dataarray", array_schema: null, optional: true },
      { type: "any", optional: true },
    ],
    [
      {
        type: "dataarray",
        array_schema: {
          $class: "ArraySchema",
          dimensions: [["time"]],
          dtypes: ["<f4"],
          coordinates: [array("time")],
          attributes: [attribute("b", { type: "int" })],
        },
      },
      {
        type: "dataarray",
        optional: false,
        array: {
          dims: [["time"]],
          dtype: ["<f4"],
          coords: {
            time: { dims: [["time"]], dtype: ["<f8"], coords: {}, attrs: {}, optional: false, versions: false },
          },
          attrs: { b: { type: "int", optional: false } },
        },
      },
    ],
  ])("makes of the attribute %o: %o", (given, definition) => {
    expect(attributeOf(given)).toEqual(definition);
  });

  test("takes a Dataset that xradio takes", () => {
    const versions = attribute("allow_multiple_versions", { type: "bool", optional: true, default: true });
    const offset = array("", { $class: "ArraySchema", dimensions: [[]] });
    const schema = fromXradio(
      dataset({
        coordinates: [array("time")],
        data_vars: [array("FLAG", { dtypes: ["|b1"], attributes: [versions] })],
        attributes: [attribute("offset", { type: "dataarray", array_schema: offset })],
      }),
    );
    const options = {
      coords: { time: [0.5] },
      dataVars: { FLAG_2: [["time"], [true]] },
      attrs: { offset: new DataArray(1.5, { dims: [] }).toDict() },
    } as const;
    expect(codesOf(schema, new Dataset(options))).toEqual([]);
    expect(codesOf(schema, new Dataset({ ...options, dataVars: { FLAG_2: [["time"], [1]] } }))).toEqual([
      "wrong_dtype data_vars.FLAG_2.dtype",
    ]);
  });

  test("is strict only when asked", () => {
    const more = new Dataset({ coords: { time: [0.5] } });
    expect(codesOf(fromXradio(dataset()), more)).toEqual([]);
    expect(codesOf(fromXradio(JSON.stringify(dataset()), { strict: false }), more)).toEqual([]);
    expect(codesOf(fromXradio(JSON.stringify(dataset()), { strict: true }), more)).toEqual([
      "unexpected_coordinate coords.time",
    ]);
  });

  test.each<[what: string, more: object]>([
    ["a coordinate", { coordinates: [array("time", { dtypes: ["<f8", "float"] })] }],
    ["a data variable", { data_vars: [array("time", { dtypes: ["float"] })] }],
    ["a coordinate's coordinate", { coordinates: [array("a", { coordinates: [array("b", { dtypes: ["<f7"] })] })] }],
    [
      "a dataarray in the attributes of a variable",
      {
        data_vars: [
          array("a", {
            attributes: [
              attribute("b", { type: "dataarray", array_schema: array("", { $class: "ArraySchema", dtypes: ["U"] }) }),
            ],
          }),
        ],
      },
    ],
  ])("has no dtype that numpy does not print, in %s", (_what, more) => {
    expect(() => fromXradio(dataset(more))).toThrow(FormatError);
  });
});
