import { join } from "node:path";
import type { Variable } from "@dataqueues/arrays";
import { expect, test } from "vitest";
import { xarray } from "../src/index.ts";
import type { VariableVector } from "./vectors.ts";
import { readVectors } from "./vectors.ts";

const vectors = readVectors(join(import.meta.dirname, "vectors"));

function describeVariable({ dims, dtype, shape, data }: Variable): VariableVector {
  const isText = dtype.startsWith("<U");
  return { dims, dtype, shape, data: isText ? Array.from(data, String) : Buffer.from(data.bytes).toString("hex") };
}

function describeAll(variables: Readonly<Record<string, Variable>>): Record<string, VariableVector> {
  return Object.fromEntries(Object.entries(variables).map(([name, variable]) => [name, describeVariable(variable)]));
}

test.for(vectors)("$file has the dims, dtypes and values that Python put in", ({ bytes, sizes, coords, dataVars }) => {
  const dataset = xarray().decode(bytes);
  expect({ ...dataset.sizes }).toEqual(sizes);
  expect(describeAll(dataset.coords)).toEqual(coords);
  expect(describeAll(dataset.dataVars)).toEqual(dataVars);
});

// Text of no fixed width has one here; a name that is a number stands first here, which random ones have; and 1.0 in
// attributes is 1.
const otherwise = /^(object-text|attributes|random-\d+)\.arrow$/;

test.for(vectors.filter(({ file }) => !otherwise.test(file)))("$file prints as in Python", (vector) => {
  const dataset = xarray().decode(vector.bytes);
  const beforeAttributes = (text: string): string => text.split("\nAttributes:")[0] ?? "";
  expect(beforeAttributes(String(dataset))).toBe(beforeAttributes(vector.text));
  const [name] = Object.keys(dataset.dataVars);
  if (name !== undefined)
    expect(beforeAttributes(String(dataset.get(name)))).toBe(beforeAttributes(vector.first ?? ""));
});

test.for(vectors)("$file comes back from encode as it was", ({ bytes }) => {
  const dataset = xarray().decode(bytes);
  expect(xarray().decode(xarray().encode(dataset)).identical(dataset)).toBe(true);
});
