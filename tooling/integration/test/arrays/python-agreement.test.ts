import { NdArray, RecordArray } from "@dataqueues/arrays";
import * as msgpackNumpy from "@dataqueues/codec-msgpack-numpy";
import * as npy from "@dataqueues/codec-npy";
import { PythonCounterpart } from "@dataqueues/tooling-python";
import { afterAll, beforeAll, expect, test } from "vitest";

import { notByPython, refused, rewritten } from "./python-exceptions.ts";
import type { Format } from "./python-exceptions.ts";

let numpy: PythonCounterpart;

beforeAll(async () => {
  numpy = await PythonCounterpart.start("array_counterpart.py");
}, 600_000);

afterAll(() => numpy.close());

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

function writtenAgain(format: Format, bytes: Uint8Array): Uint8Array {
  if (format === "npy") return npy.encode(npy.decode(bytes));
  const value = msgpackNumpy.decode(bytes);
  if (!(value instanceof NdArray || value instanceof RecordArray)) throw new Error("this is not an array");
  return msgpackNumpy.encode(value);
}

for (const format of ["npy", "msgpack_numpy"] as const) {
  test(`${format}: every dtype, order, shape and layout is written again byte for byte, except for the listed ones`, async () => {
    const { value, bytes } = await numpy.request({ matrix: format });
    const cases = value as readonly (readonly [name: string, length: number, rewrittenLength: number])[];
    expect(cases.length).toBeGreaterThan(1_000);
    const used = new Set<string>();
    let at = 0;
    for (const [name, length, rewrittenLength] of cases) {
      const original = bytes.subarray(at, at + length);
      const expected = bytes.subarray(at + length, at + length + rewrittenLength);
      at += length + rewrittenLength;
      expect([name, hex(writtenAgain(format, original))]).toEqual([name, hex(expected)]);
      if (hex(original) === hex(expected)) continue;
      const exceptions = rewritten.filter(({ covers }) => covers(format, name));
      expect([name, exceptions.length > 0]).toEqual([name, true]);
      for (const exception of exceptions) used.add(exception.name);
    }
    expect(at).toBe(bytes.length);
    const known = format === "npy" ? ["Fortran order", "big-endian items"] : ["big-endian items"];
    expect([...used].toSorted()).toEqual(known);
  }, 120_000);
}

for (const { format, python, code, reason } of refused) {
  test(`${format} refuses ${python}: ${reason}`, async () => {
    const { bytes } = await numpy.request({ write: format, python });
    const decode = format === "npy" ? npy.decode : msgpackNumpy.decode;
    expect(() => decode(bytes)).toThrow(expect.objectContaining({ code, offset: expect.any(Number) }));
  });
}

for (const { python, error, reason } of notByPython) {
  test(`msgpack_numpy cannot write ${python}: ${reason}`, async () => {
    await expect(numpy.request({ write: "msgpack_numpy", python })).rejects.toThrow(error);
  });
}

test("Python reads times in msgpack-numpy, which it cannot write", async () => {
  const items = [0n, -1n, 2n ** 62n, -(2n ** 63n)];
  for (const dtype of ["<M8[ns]", "<M8[D]", "<m8[s]"]) {
    const { value } = await numpy.request(
      { read: "msgpack_numpy" },
      msgpackNumpy.encode(NdArray.fromItems(dtype, [4], items)),
    );
    expect(value).toEqual({ array: items.map(String), dtype });
  }
});
