import { expect, test } from "vitest";
import { xarray } from "../src/index.ts";
import { parseJson } from "../src/parse-json.ts";
import { writeStream } from "../src/write-stream.ts";

// What takes seconds with code that counts its steps: the command that changes the code leaves this file out.

test("long strings do not exhaust the stack", () => {
  const long = "é\\".repeat(1_000_000);
  expect(parseJson(JSON.stringify(long))).toBe(long);
});

test("strings of any size do not exhaust the stack, in whatever they consist", () => {
  for (const long of ["A".repeat(2e7), "\n".repeat(9e6), '"'.repeat(9e6), "\\".repeat(9e6), '\\"'.repeat(3e6)]) {
    const parsed = parseJson(JSON.stringify({ [long]: [long] }));
    expect(JSON.stringify(parsed) === JSON.stringify({ [long]: [long] })).toBe(true);
  }
});

test("a variable of very many dimensions is refused soon", () => {
  const dims = Array.from({ length: 200_000 }, (_, index) => `d${index}`);
  const description = { data_vars: { v: { dims, attrs: {}, dtype: "float64", shape: [1] } } };
  const column = { name: "v", type: "double", length: 1, buffers: [new Uint8Array(8)] };
  const bytes = writeStream([column], new Map([["xarray", JSON.stringify(description)]]));
  expect(() => xarray().decode(bytes)).toThrow(expect.objectContaining({ code: "metadata" }));
});
