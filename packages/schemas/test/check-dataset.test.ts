import { Dataset } from "@dataqueues/arrays";
import type { DatasetOptions } from "@dataqueues/arrays";
import { datasetSchema } from "@dataqueues/schemas";
import type { DatasetDefinition } from "@dataqueues/schemas";
import { describe, expect, test } from "vitest";

import { checkDataset } from "../src/datasets/check-dataset.ts";
import { codesOf, issuesOf } from "./issues-of.ts";

type Definition = Omit<DatasetDefinition, "name">;

const issuesWith = (definition: Definition, options: DatasetOptions, strict?: boolean) =>
  checkDataset(new Dataset(options), { name: "One", ...definition }, strict);
const f8 = (...dims: string[]) => ({ dims, dtype: "<f8" }) as const;

/** A Dataset with a coordinate of one number along each of these dimensions. */
const along = (...dims: string[]): DatasetOptions => ({
  coords: Object.fromEntries(dims.map((dim) => [dim, new Float64Array(1)])),
});

describe("the dimensions of a dataset", () => {
  test.each<[what: string, definition: Definition, dims: string[], expected: string[]]>([
    ["none without variables", {}, ["time"], []],
    ["those of a coordinate", { coords: { a: f8("time") } }, [], ["time"]],
    ["those of a data variable", { dataVars: { a: f8("time", "angle") } }, ["time"], ["time", "angle"]],
    ["each once", { coords: { a: f8("time") }, dataVars: { b: f8("angle", "time") } }, [], ["time", "angle"]],
    [
      "not those of an optional variable",
      { coords: { a: f8("time"), b: { ...f8("angle"), optional: true } } },
      [],
      ["time"],
    ],
    [
      "those of an optional variable that are there",
      { coords: { a: f8("time"), b: { ...f8("angle"), optional: true } } },
      ["angle"],
      ["time", "angle"],
    ],
    [
      "those that all forms of a variable have",
      { dataVars: { a: { dims: [["time", "angle"], ["time", "beam"], ["time"]], dtype: "<f8" } } },
      [],
      ["time"],
    ],
    [
      "those of one form of a variable that are there",
      {
        dataVars: {
          a: {
            dims: [
              ["time", "angle"],
              ["time", "beam"],
            ],
            dtype: "<f8",
          },
        },
      },
      ["beam"],
      ["time", "beam"],
    ],
  ])("are, when they are not said, %s", (_what, definition, dims, expected) => {
    const [issue] = issuesWith(definition, along(...dims));
    expect(issue).toMatchObject({ path: ["dims"], found: dims, expected: [expected] });
  });

  test.each<[what: string, definition: Definition, dims: string[]]>([
    ["all of them", { coords: { a: f8("time"), b: f8("angle") } }, ["angle", "time"]],
    ["without those of an optional variable", { coords: { a: { ...f8("time"), optional: true } } }, []],
    ["with those of an optional variable", { coords: { a: { ...f8("time"), optional: true } } }, ["time"]],
    ["none, if a variable may have none", { dataVars: { a: { dims: [[], ["time"]], dtype: "<f8" } } }, []],
    ["one, if a variable may have none", { dataVars: { a: { dims: [["time"], []], dtype: "<f8" } } }, ["time"]],
    ["the first that are said", { dims: [["time"], ["time", "angle"]] }, ["time"]],
    ["the second that are said, in another order", { dims: [["time"], ["time", "angle"]] }, ["angle", "time"]],
  ])("may be %s", (_what, definition, dims) => {
    expect(issuesWith(definition, along(...dims)).filter(({ path }) => path[0] === "dims")).toEqual([]);
  });

  test("that are said count, not those of the variables", () => {
    expect(issuesWith({ dims: ["angle"], coords: { time: f8("time") } }, along("time"))).toEqual([
      {
        code: "wrong_dims",
        path: ["dims"],
        message: `Unexpected coordinates, replace 'time' by 'angle'? (expected: ["angle"] found: ["time"])`,
        found: ["time"],
        expected: [["angle"]],
      },
    ]);
  });
});

describe("checkDataset", () => {
  const options: DatasetOptions = {
    coords: { time: [1.5], epoch: 2000 },
    dataVars: { power: [["time"], [0.5]] },
    attrs: { observer: "Ada" },
  };

  test("knows nothing of parts that are not defined, and tells so when it is strict", () => {
    const unknown = [
      "unexpected_attr attrs observer",
      "unexpected_coordinate coords time",
      "unexpected_coordinate coords epoch",
      "unexpected_data_var data_vars power",
    ];
    const codes = (strict?: boolean) =>
      issuesWith({ dims: ["time"] }, options, strict).map(({ code, path }) => [code, ...path].join(" "));
    expect(codes()).toEqual([]);
    expect(codes(false)).toEqual([]);
    expect(codes(true)).toEqual(unknown);
  });

  test("finds coordinates of a coordinate and of a data variable among those of the dataset", () => {
    const time = { dims: ["time"], dtype: "<f8" } as const;
    const withTime = { ...time, coords: { time } };
    const definition = { coords: { time: withTime }, dataVars: { power: withTime } };
    expect(issuesWith(definition, options)).toEqual([]);
  });
});

describe("datasetSchema", () => {
  const definition = { name: "One", attrs: { a: { type: "str" } } } as const;
  const dataset = new Dataset({ attrs: { b: 1 } });

  test("keeps its definition, and is strict only when asked", () => {
    const schema = datasetSchema(definition);
    const missing = ["missing_attr attrs.a"];
    const all = [...missing, "unexpected_attr attrs.b"];
    expect(schema.definition).toBe(definition);
    expect(codesOf(schema, dataset)).toEqual(missing);
    expect(codesOf(datasetSchema(definition, {}), dataset)).toEqual(missing);
    expect(codesOf(datasetSchema(definition, { strict: false }), dataset)).toEqual(missing);
    expect(codesOf(datasetSchema(definition, { strict: true }), dataset)).toEqual(all);
    const strict = schema.with({ strict: true });
    expect(strict.definition).toBe(definition);
    expect(codesOf(strict, dataset)).toEqual(all);
    expect(codesOf(strict.with({}), dataset)).toEqual(missing);
  });

  test("needs a Dataset", () => {
    expect(issuesOf(datasetSchema(definition), dataset.toDict())).toEqual([
      {
        code: "not_a_dataset",
        path: [],
        message: "an xarray Dataset is needed, this is dict",
        found: "dict",
        expected: "Dataset",
      },
    ]);
  });
});
