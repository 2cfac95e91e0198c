import { fromXradio } from "@dataqueues/schemas";
import { describe, expect, test } from "vitest";

import { readMetamodel } from "../src/datasets/xradio-metamodel.ts";
import { errorOf } from "./issues-of.ts";

// The classes of xradio.schema.metamodel with all their fields, as export_schema_json_file writes them.
const attribute = {
  $class: "AttrSchemaRef",
  name: "units",
  type: "str",
  literal: ["Jy", "K"],
  default: "Jy",
  optional: true,
};
const array = {
  $class: "ArraySchema",
  dimensions: [["time"]],
  dtypes: ["<f4", "<f8"],
  attributes: [attribute],
  coordinates: [],
};
const variable = { ...array, $class: "ArraySchemaRef", name: "time", optional: true };
const nested = { ...variable, coordinates: [variable] };
const dict = { $class: "DictSchema", attributes: [attribute] };
const dataset = {
  $class: "DatasetSchema",
  schema_name: "Gains",
  dimensions: [["time"], ["time", "antenna"]],
  coordinates: [nested],
  data_vars: [variable],
  attributes: [
    attribute,
    { $class: "AttrSchemaRef", name: "site", type: "dict", dict_schema: dict, optional: false },
    { $class: "AttrSchemaRef", name: "offset", type: "dataarray", array_schema: array, optional: false },
  ],
};

type Place = readonly (string | number)[];
const types = ["bool", "str", "int", "float", "list[str]", "list[float]", "list[list[float]]", "dict", "dataarray"];

/** The whole schema with one field left out, or with another value in it. */
function changed(place: Place, field: string, ...value: readonly unknown[]): object {
  // Through JSON, so that no two places share an object.
  const schema: object = JSON.parse(JSON.stringify(dataset));
  let owner: object = schema;
  for (const step of place) owner = Reflect.get(owner, step);
  if (value.length === 0) Reflect.deleteProperty(owner, field);
  else Reflect.set(owner, field, value[0]);
  return schema;
}

function issuesOf(json: unknown) {
  const result = readMetamodel(json);
  return "issues" in result ? result.issues : [];
}

// Each place of each class, and its fields: what stands there in zod's words.
const attributeFields: readonly (readonly [field: string, expected: unknown])[] = [
  ["$class", ["AttrSchemaRef"]],
  ["name", "string"],
];
const arrayFields: readonly (readonly [field: string, expected: unknown])[] = [
  ["dimensions", "array"],
  ["dtypes", "array"],
  ["attributes", "array"],
  ["coordinates", "array"],
];
const variableFields = [["$class", ["ArraySchemaRef"]], ["name", "string"], ...arrayFields] as const;
const required: readonly (readonly [place: Place, fields: readonly (readonly [field: string, expected: unknown])[]])[] =
  [
    [
      [],
      [
        ["$class", ["DatasetSchema"]],
        ["schema_name", "string"],
        ["dimensions", "array"],
        ["coordinates", "array"],
        ["data_vars", "array"],
        ["attributes", "array"],
      ],
    ],
    [["coordinates", 0], variableFields],
    [["coordinates", 0, "coordinates", 0], variableFields],
    [["data_vars", 0], variableFields],
    [["attributes", 0], attributeFields],
    [["coordinates", 0, "attributes", 0], attributeFields],
    [["data_vars", 0, "attributes", 0], attributeFields],
    [
      ["attributes", 1, "dict_schema"],
      [
        ["$class", ["DictSchema"]],
        ["attributes", "array"],
      ],
    ],
    [["attributes", 1, "dict_schema", "attributes", 0], attributeFields],
    [
      ["attributes", 2, "array_schema"],
      [["$class", ["ArraySchema"]], ...arrayFields],
    ],
    [["attributes", 2, "array_schema", "attributes", 0], attributeFields],
  ];

describe("an exported schema", () => {
  test("is read with all its fields", () => {
    expect(readMetamodel(dataset)).toEqual({ schema: dataset });
  });

  test("may have documentation, which is left aside", () => {
    const documented = {
      ...dataset,
      class_docstring: "Gains of antennas.",
      coordinates: [{ ...nested, docstring: 1 }],
    };
    expect(readMetamodel(documented)).toEqual({ schema: dataset });
  });

  describe.each(required)("at %o", (place, fields) => {
    test.each(fields)("needs %s", (field, expected) => {
      const path = [...place, field];
      expect(issuesOf(changed(place, field))).toEqual([
        { code: "missing_field", path, message: `field '${field}' is missing`, expected },
      ]);
      const code = field === "$class" ? "bad_literal" : "wrong_type";
      for (const [value, found] of [
        [5, 5],
        [null, null],
        [{}, "dict"],
      ]) {
        const issues = issuesOf(changed(place, field, value));
        expect(issues).toEqual([{ code, path, message: expect.any(String), found, expected }]);
      }
    });

    test("takes no other class", () => {
      const path = [...place, "$class"];
      expect(issuesOf(changed(place, "$class", "Other"))).toEqual([
        { code: "bad_literal", path, message: expect.any(String), found: "Other", expected: expect.any(Array) },
      ]);
    });
  });

  test.each<[place: Place, field: string, value: unknown, code: string, at: Place, found: unknown, expected: unknown]>([
    [[], "dimensions", ["time"], "wrong_type", ["dimensions", 0], "time", "array"],
    [[], "dimensions", [["time", 1]], "wrong_type", ["dimensions", 0, 1], 1, "string"],
    [["data_vars", 0], "dimensions", ["time"], "wrong_type", ["dimensions", 0], "time", "array"],
    [["data_vars", 0], "dimensions", [[null]], "wrong_type", ["dimensions", 0, 0], null, "string"],
    [["data_vars", 0], "dtypes", ["<f8", 8], "wrong_type", ["dtypes", 1], 8, "string"],
    [["data_vars", 0], "optional", "no", "wrong_type", ["optional"], "no", "boolean"],
    [["data_vars", 0], "optional", null, "wrong_type", ["optional"], null, "boolean"],
    [["attributes", 0], "optional", 1, "wrong_type", ["optional"], 1, "boolean"],
    [["attributes", 0], "optional", null, "wrong_type", ["optional"], null, "boolean"],
    [["attributes", 0], "type", "complex", "bad_literal", ["type"], "complex", types],
    [["attributes", 0], "type", 1, "bad_literal", ["type"], 1, types],
    [["attributes", 0], "literal", "Jy", "wrong_type", ["literal"], "Jy", "array"],
    [["attributes", 0], "literal", ["Jy", null], "wrong_type", ["literal", 1], null, ["string", "number", "boolean"]],
    [["attributes", 0], "literal", [["Jy"]], "wrong_type", ["literal", 0], "list", ["string", "number", "boolean"]],
    [["attributes", 1], "dict_schema", "site", "wrong_type", ["dict_schema"], "site", "object"],
    [["attributes", 2], "array_schema", [], "wrong_type", ["array_schema"], "list", "object"],
    [[], "attributes", [1], "wrong_type", ["attributes", 0], 1, "object"],
    [[], "coordinates", [[]], "wrong_type", ["coordinates", 0], "list", "object"],
    [[], "data_vars", ["time"], "wrong_type", ["data_vars", 0], "time", "object"],
  ])("at %o takes no %s of %o", (place, field, value, code, at, found, expected) => {
    expect(issuesOf(changed(place, field, value))).toEqual([
      { code, path: [...place, ...at], message: expect.any(String), found, expected },
    ]);
  });

  test.each<[place: Place, field: string, values: readonly unknown[]]>([
    [["attributes", 0], "type", [null, ...types]],
    [["attributes", 0], "literal", [null, [], ["a"], [1, 2.5], [true, false]]],
    [["attributes", 0], "default", [null, 1, "a", true, ["a"], { a: 1 }]],
    [["attributes", 0], "dict_schema", [null, dict]],
    [["attributes", 0], "array_schema", [null, array]],
    [["attributes", 0], "optional", [true, false]],
    [["data_vars", 0], "optional", [true, false]],
    [["data_vars", 0], "dimensions", [[], [[]], [["time"], ["angle", "time"]]]],
    [["data_vars", 0], "coordinates", [[], [variable], [nested, variable]]],
  ])("at %o may have or not have %s", (place, field, values) => {
    for (const value of values) {
      const schema = changed(place, field, value);
      expect(readMetamodel(schema)).toEqual({ schema });
    }
    expect(issuesOf(changed(place, field)).map(({ code }) => code)).toEqual(
      ["dimensions", "coordinates"].includes(field) ? ["missing_field"] : [],
    );
  });

  test.each<[place: Place]>([[["attributes", 0]], [["data_vars", 0]], [["coordinates", 0]]])(
    "at %o requires what it does not say to be optional",
    (place) => {
      expect(readMetamodel(changed(place, "optional"))).toEqual({ schema: changed(place, "optional", false) });
    },
  );

  test.each<[value: unknown, found: unknown]>([
    [null, null],
    [5, 5],
    [[], "list"],
  ])("is no %o", (value, found) => {
    const error = errorOf(() => fromXradio(value));
    expect(error.code).toBe("SCHEMA_MISMATCH");
    expect(error.issues).toEqual([
      { code: "wrong_type", path: [], message: expect.any(String), found, expected: "object" },
    ]);
  });
});
