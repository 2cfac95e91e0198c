import { NdArray } from "@dataqueues/arrays";
import { describe, expect, test, vi } from "vitest";

import { arrayText } from "../../src/print/numpy/array-text.ts";
import { arrayCases } from "./array-cases.ts";

describe("numpy.array2string prints it so", () => {
  test.for(arrayCases)("$name", ({ array, text }) => {
    expect(arrayText(array)).toBe(text);
  });
});

test("arrays whose classes are another copy, as a codec of somebody else may have, are printed as others are", async () => {
  vi.resetModules();
  const other = await import("@dataqueues/arrays");
  expect(other.NdArray).not.toBe(NdArray);
  const numbers = Array.from({ length: 2_000 }, (_, index) => index);
  expect(arrayText(other.NdArray.from(numbers, "<f8"))).toBe(
    "[0.000e+00 1.000e+00 2.000e+00 ... 1.997e+03 1.998e+03 1.999e+03]",
  );
  const rows = numbers.map((scan) => ({ scan }));
  expect(arrayText(other.RecordArray.fromRows([["scan", "<i4"]], rows))).toBe(
    "[(   0,) (   1,) (   2,) ... (1997,) (1998,) (1999,)]",
  );
});
