import { readFileSync } from "node:fs";
import { inspect } from "node:util";

import { describe, expect, test } from "vitest";

import { DataArray, Dataset, NdArray, Variable } from "../src/index.ts";
import type { Attributes } from "../src/index.ts";

/** `bytes` is missing if all are zero. */
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
  const itemsize = NdArray.fromItems(dtype, [0], []).itemsize;
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

describe("attributes and sizes that Python has no vectors for", () => {
  const attribute = (value: unknown): string => new Dataset({ attrs: { value } }).toString().split("\n").at(-1) ?? "";

  test.each<readonly [string, unknown, string]>([
    ["an array", NdArray.from([1, 2]), "NdArray <f8 (2) [1, 2]"],
    ["an array in a list", [NdArray.from(5n)], "[NdArray <i8 () 5]"],
    ["bigint", 2n ** 60n, "1152921504606846976"],
    ["none", undefined, "None"],
    ["NaN and infinities", [NaN, Infinity, -Infinity], "[nan, inf, -inf]"],
    ["minus zero", -0, "-0"],
    ["zero", 0, "0"],
    ["a Map", new Map<unknown, unknown>([[1, "a"], ["b", [true]]]), "{1: 'a', 'b': [True]}"], // prettier-ignore
    ["a Date", [new Date(0)], "[1970-01-01T00:00:00.000Z]"],
    ["an invalid Date", new Date(NaN), "NaT"],
    ["a function, which is nothing in Python", () => 1, "None"],
  ])("attributes: %s", (_, value, shown) => {
    expect(attribute(value)).toBe(`    value:    ${shown}`);
  });

  test("sizes from a billion bytes on, as xarray writes them: 1GB, 1TB", () => {
    // The operating system does not allocate memory that is never written, and all variables share it.
    const data = new NdArray("|u1", [999_000_000], new Uint8Array(999_000_000));
    const first = (count: number): string | undefined => {
      const names = Array.from({ length: count }, (_, index) => `v${index}`);
      const dataVars = Object.fromEntries(names.map((name) => [name, ["x", data] as const]));
      return new Dataset({ dataVars }).toString().split("\n")[0];
    };
    expect(first(1)).toBe("<xarray.Dataset> Size: 999MB");
    expect(first(2)).toBe("<xarray.Dataset> Size: 2GB");
    expect(first(1_001)).toBe("<xarray.Dataset> Size: 1000GB");
    expect(first(1_002)).toBe("<xarray.Dataset> Size: 1TB");
  });
});

test("Node's console shows the result of toString", () => {
  const dataset = new Dataset({ dataVars: { v: ["x", [1, 2]] } });
  expect(inspect(dataset)).toBe(dataset.toString());
  expect(inspect(dataset.get("v"))).toBe(dataset.get("v").toString());
});
