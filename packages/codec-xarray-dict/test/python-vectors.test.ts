import type { Variable } from "@dataqueues/arrays";
import { expect, test } from "vitest";

import { xarrayDict } from "../src/index.ts";
import type { VariableVector } from "./vectors.ts";
import { readVectors } from "./vectors.ts";

const vectors = readVectors();

function describeVariable({ dims, dtype, shape, data }: Variable): VariableVector {
  const isText = dtype.startsWith("<U");
  return { dims, dtype, shape, data: isText ? Array.from(data, String) : Buffer.from(data.bytes).toString("hex") };
}

function describeAll(variables: Readonly<Record<string, Variable>>): Record<string, VariableVector> {
  return Object.fromEntries(Object.entries(variables).map(([name, variable]) => [name, describeVariable(variable)]));
}

test.for(vectors)("$file has the dims, dtypes and values that Python put in", ({ bytes, sizes, coords, dataVars }) => {
  const dataset = xarrayDict().decode(bytes);
  expect({ ...dataset.sizes }).toEqual(sizes);
  expect(describeAll(dataset.coords)).toEqual(coords);
  expect(describeAll(dataset.dataVars)).toEqual(dataVars);
});

test("attributes are what Python put in", () => {
  const { attrs } = xarrayDict().decode(
    vectors.find(({ file }) => file === "attributes.msgpack")?.bytes ?? new Uint8Array(),
  );
  expect(attrs).toEqual({
    text: 'Grüße \u2028 "quoted" \\ \n',
    integer: 2n ** 60n + 1n,
    float: 0.1,
    negative_zero: -0,
    nan: NaN,
    infinite: [Infinity, -Infinity],
    true: true,
    none: null,
    list: [1, "two", [3.5, []]],
    dict: { nested: { deeper: [null, { a: 1 }] }, "": "empty" },
    _FillValue: Math.fround(-1e30),
    valid_range: [0.5, 1.5],
  });
});

// A DataArray arrives as a Dataset; a name that is a number stands first here; and 0.0 in attributes is 0.
const otherwise = ["data-array.msgpack", "attributes.msgpack", "pointing-table.msgpack"];

test.for(vectors.filter(({ file }) => !otherwise.includes(file)))(
  "$file comes back from encode byte for byte",
  ({ bytes }) => {
    expect(Buffer.from(xarrayDict().encode(xarrayDict().decode(bytes))).equals(bytes)).toBe(true);
  },
);

test.for(vectors)("$file comes back from encode as it was", ({ bytes }) => {
  const dataset = xarrayDict().decode(bytes);
  expect(xarrayDict().decode(xarrayDict().encode(dataset)).identical(dataset)).toBe(true);
});
