import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Dataset } from "@dataqueues/arrays";
import { fromXradio } from "@dataqueues/schemas";
import { describe, expect, test } from "vitest";

import { codesOf, errorOf } from "./issues-of.ts";

const text = readFileSync(join(import.meta.dirname, "fixtures/xradio/SpectrumXds.schema.json"), "utf8");
const gains = {
  $class: "DatasetSchema",
  schema_name: "Gains",
  dimensions: [["antenna"]],
  coordinates: [
    {
      $class: "ArraySchemaRef",
      name: "antenna",
      dimensions: [["antenna"]],
      dtypes: ["<U0"],
      coordinates: [],
      attributes: [],
    },
  ],
  data_vars: [],
  attributes: [{ $class: "AttrSchemaRef", name: "type", type: "str", literal: ["gains"] }],
};

describe("fromXradio", () => {
  test("the exported SpectrumXds is read, parsed or as text", () => {
    const { definition } = fromXradio(text);
    expect(definition.name).toBe("xradio.measurement_set.schema.SpectrumXds");
    expect(definition).toEqual(fromXradio(JSON.parse(text)).definition);
    expect(Object.keys(definition.coords ?? {})).toContain("frequency");
    expect(definition.dataVars?.["SPECTRUM"]?.dtype).toEqual(["<f2", "<f4", "<f8"]);
  });

  test("an empty dataset lacks all that a SpectrumXds requires", () => {
    const { definition } = fromXradio(text);
    const required = (part: Readonly<Record<string, { readonly optional?: boolean }>> = {}): string[] =>
      Object.entries(part).flatMap(([name, { optional = false }]) => (optional ? [] : [name]));
    expect(codesOf(fromXradio(text), new Dataset())).toEqual([
      "missing_dim dims",
      ...required(definition.attrs).map((name) => `missing_attr attrs.${name}`),
      ...required(definition.coords).map((name) => `missing_coordinate coords.${name}`),
      ...required(definition.dataVars).map((name) => `missing_data_var data_vars.${name}`),
    ]);
  });

  test("it is a schema as any other, also strict", () => {
    const dataset = new Dataset({ coords: { antenna: ["SKA001"] }, attrs: { type: "gains", observer: "Ada" } });
    expect(codesOf(fromXradio(gains), dataset)).toEqual([]);
    expect(codesOf(fromXradio(gains, { strict: true }), dataset)).toEqual(["unexpected_attr attrs.observer"]);
    expect(codesOf(fromXradio(gains), new Dataset({ attrs: { type: "gain" } }))).toEqual([
      "missing_dim dims",
      "bad_literal attrs.type",
      "missing_coordinate coords.antenna",
    ]);
  });

  test("names of Object's own are names as any other", () => {
    const [antenna] = gains.coordinates;
    const odd = {
      ...gains,
      coordinates: [
        { ...antenna, name: "__proto__" },
        { ...antenna, name: "constructor" },
      ],
    };
    expect(codesOf(fromXradio(odd), new Dataset({ coords: { antenna: ["a"] }, attrs: { type: "gains" } }))).toEqual([
      "missing_coordinate coords.__proto__",
      "missing_coordinate coords.constructor",
    ]);
  });

  test("what is no exported schema is refused with all that is wrong", () => {
    const { schema_name: _, ...nameless } = gains;
    const broken = {
      ...nameless,
      dimensions: "antenna",
      attributes: [{ $class: "AttrSchemaRef", name: 1, type: "complex" }],
    };
    expect(errorOf(() => fromXradio(broken)).message).toMatchInlineSnapshot(`
      "this is no dataset schema exported by xradio: 4 issues
       * schema_name: field 'schema_name' is missing
       * dimensions: Invalid input: expected array, received string (found: "antenna")
       * attributes.0.name: Invalid input: expected string, received number (found: 1)
       * attributes.0.type: Invalid option: expected one of "bool"|"str"|"int"|"float"|"list[str]"|"list[float]"|"list[list[float]]"|"dict"|"dataarray" (found: "complex")"
    `);
    expect(errorOf(() => fromXradio([])).issues).toHaveLength(1);
  });

  test("text that is no JSON is refused", () => {
    expect(() => fromXradio("{")).toThrow(SyntaxError);
  });
});
