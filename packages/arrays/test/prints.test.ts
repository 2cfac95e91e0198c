import { readFileSync } from "node:fs";
import { inspect } from "node:util";

import { describe, expect, test } from "vitest";

import { DataArray, Dataset, NdArray, Variable } from "../src/index.ts";
import type { Attributes } from "../src/index.ts";

/** Without its bytes where these are all zeros. */
type Packed = readonly [dims: readonly string[], dtype: string, shape: readonly number[], hex: string | null];
type PackedVariables = Readonly<Record<string, Packed>>;

type Printed = {
  readonly name: string;
  readonly coords: PackedVariables;
  readonly attrs: Attributes;
  readonly text: string;
} & ({ readonly dataVars: PackedVariables } | { readonly arrayName: string | null; readonly variable: Packed });

const { cases } = JSON.parse(readFileSync(new URL("vectors/prints.json", import.meta.url), "utf8")) as {
  readonly cases: readonly Printed[];
};

function unpack([dims, dtype, shape, hex]: Packed, attrs: Attributes = {}): Variable {
  const itemsize = NdArray.ofItems(dtype, [0], []).itemsize;
  const size = shape.reduce((product, length) => product * length, itemsize);
  const bytes = hex === null ? new Uint8Array(size) : new Uint8Array(Buffer.from(hex, "hex"));
  return new Variable(dims, NdArray.fromBytes(dtype, shape, bytes), attrs);
}

function unpackAll(variables: PackedVariables): Readonly<Record<string, Variable>> {
  return Object.fromEntries(Object.entries(variables).map(([name, packed]) => [name, unpack(packed)]));
}

function build(printed: Printed): Dataset | DataArray {
  const coords = unpackAll(printed.coords);
  if ("dataVars" in printed)
    return new Dataset({ dataVars: unpackAll(printed.dataVars), coords, attrs: printed.attrs });
  const { variable, arrayName, attrs } = printed;
  return new DataArray(unpack(variable, attrs), { coords, name: arrayName ?? undefined });
}

describe("as xarray prints it", () => {
  test.each(cases)("$name", (printed) => {
    expect(build(printed).toString()).toBe(printed.text);
  });
});

test("a log shows what toString gives", () => {
  const dataset = new Dataset({ dataVars: { v: ["x", [1, 2]] } });
  expect(inspect(dataset)).toBe(dataset.toString());
  expect(inspect(dataset.get("v"))).toBe(dataset.get("v").toString());
});
