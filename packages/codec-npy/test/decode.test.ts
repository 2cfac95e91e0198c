import { NdArray, RecordArray } from "@dataqueues/arrays";
import { describe, expect, test } from "vitest";

import { decode } from "../src/index.ts";
import type { DecodeOptions } from "../src/index.ts";

/** A file whose data start at a multiple of 64 in memory. */
function fileOf(descr: string, shape: string, data: readonly number[], order = "False"): Uint8Array {
  const text = `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }`.padEnd(117);
  const bytes = new Uint8Array(128 + data.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]);
  bytes.set(Buffer.from(`${text}\n`, "latin1"), 10);
  bytes.set(data, 128);
  return bytes;
}

const bytesOf = (array: NdArray | RecordArray): Uint8Array => (array instanceof NdArray ? array.bytes : array.data);
/** Whether the array's items are where the file's are. */
const isView = (array: NdArray | RecordArray, file: Uint8Array): boolean =>
  bytesOf(array).buffer === file.buffer && bytesOf(array).byteOffset === 128;

const fields = "[('a', '|u1'), ('b', '|i1')]";

describe("data that are too short or too long", () => {
  test("missing bytes are reported at the end of the file", () => {
    expect(() => decode(fileOf("'<i2'", "(2, 3)", [1, 2, 3]))).toThrow(
      expect.objectContaining({
        code: "truncated",
        offset: 131,
        message: "the array takes 12 bytes, there are 3",
      }),
    );
  });

  test.each([
    ["'<i2'", "(1,)", 2],
    ["'|u1'", "(0,)", 0],
    [fields, "(1,)", 2],
  ])("bytes after %s of shape %s are reported with their number and offset", (descr, shape, size) => {
    const bytes = fileOf(descr, shape, [1, 2, 3, 4, 5]);
    const error = { code: "trailing", offset: 128 + size, message: `${5 - size} bytes follow the array` };
    expect(() => decode(bytes)).toThrow(expect.objectContaining(error));
    expect(() => decode(bytes, { trailing: "error" })).toThrow(expect.objectContaining(error));
    expect(bytesOf(decode(bytes, { trailing: "ignore" }))).toEqual(Uint8Array.of(1, 2, 3, 4, 5).subarray(0, size));
  });

  test("ignoring trailing bytes does not hide missing ones", () => {
    expect(() => decode(fileOf("'<i2'", "(2,)", [1, 2, 3]), { trailing: "ignore" })).toThrow(
      "takes 4 bytes, there are 3",
    );
  });
});

describe("an invalid dtype or shape is reported at the first byte of the header, with the reason", () => {
  test.each([
    ["'<i3'", "(1,)", "dtype"],
    ["5", "(1,)", "dtype"],
    ["'|O'", "(1,)", "pickle-refused"],
    ["'<i2'", "(-1,)", "shape"],
    ["'<i2'", "2", "shape"],
  ])("descr %s of shape %s: %s", (descr, shape, code) => {
    expect(() => decode(fileOf(descr, shape, [0, 0]))).toThrow(
      expect.objectContaining({
        code,
        codec: "npy",
        offset: 10,
        message: expect.stringMatching(/./),
        cause: expect.objectContaining({ code, offset: undefined }),
      }),
    );
  });
});

describe("Fortran order", () => {
  // numpy.arange(6).reshape(2, 3) in Fortran order has its items by columns: 0 3 1 4 2 5.
  const columns = [0, 3, 1, 4, 2, 5];

  test("items of any size and dimension are put in C order", () => {
    expect(decode(fileOf("'|u1'", "(2, 3)", columns, "True"))).toMatchObject({ data: Uint8Array.of(0, 1, 2, 3, 4, 5) });
    const wide = columns.flatMap((item) => [item, 0x10 + item]);
    expect(bytesOf(decode(fileOf("'<u2'", "(2, 3)", wide, "True")))).toEqual(
      Uint8Array.of(0, 0x10, 1, 0x11, 2, 0x12, 3, 0x13, 4, 0x14, 5, 0x15),
    );
    expect(bytesOf(decode(fileOf(fields, "(2, 1, 3)", wide, "True")))).toEqual(
      Uint8Array.of(0, 0x10, 1, 0x11, 2, 0x12, 3, 0x13, 4, 0x14, 5, 0x15),
    );
    // numpy.arange(8).reshape(2, 2, 2).ravel("F")
    expect(bytesOf(decode(fileOf("'|u1'", "(2, 2, 2)", [0, 4, 2, 6, 1, 5, 3, 7], "True")))).toEqual(
      Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7),
    );
  });

  test("an array without items is read at once, however long its other dimensions are", () => {
    const array = decode(fileOf("'|u1'", "(1000000000000, 0, 2)", [], "True"));
    expect(array.shape).toEqual([1_000_000_000_000, 0, 2]);
  });

  test.each(["(6,)", "(1, 6)", "(6, 1)", "(1, 6, 1)"])("%s has the same order in both, and is a view", (shape) => {
    for (const copy of ["auto", "never"] as const) {
      const file = fileOf("'|u1'", shape, columns, "True");
      const array = decode(file, { copy });
      expect(isView(array, file)).toBe(true);
      expect(bytesOf(array)).toEqual(Uint8Array.from(columns));
    }
  });

  test.each(["'|u1'", fields])("%s cannot be viewed in C order, which is reported where the data start", (descr) => {
    expect(() =>
      decode(fileOf(descr, "(2, 3)", descr === fields ? [...columns, ...columns] : columns, "True"), {
        copy: "never",
      }),
    ).toThrow(expect.objectContaining({ code: "copy", offset: 128, message: "Fortran order has no view in C order" }));
  });
});

describe("copies and views", () => {
  const options: readonly (readonly [DecodeOptions, view: boolean])[] = [
    [{}, true],
    [{ copy: undefined }, true],
    [{ copy: "auto" }, true],
    [{ copy: "never" }, true],
    [{ copy: "always" }, false],
  ];
  test.each(["'|u1'", fields, "'|V2'", "'<u2'"])("descr %s: a view unless a copy is requested", (descr) => {
    for (const [option, view] of options) {
      const file = fileOf(descr, descr === "'|u1'" ? "(2,)" : "(1,)", [7, 8]);
      const array = decode(file, option);
      expect([option, isView(array, file)]).toEqual([option, view]);
      file.fill(0);
      expect([...bytesOf(array)]).toEqual(view ? [0, 0] : [7, 8]);
    }
  });

  test("a copy in C order does not share memory with the file", () => {
    const file = fileOf(fields, "(2, 2)", [0, 1, 2, 3, 4, 5, 6, 7], "True");
    const array = decode(file, { copy: "always" });
    file.fill(0);
    expect(bytesOf(array)).toEqual(Uint8Array.of(0, 1, 4, 5, 2, 3, 6, 7));
  });

  test("a dtype string with several formats has the fields that numpy gives it", () => {
    const array = decode(fileOf("'u1,i1'", "(1,)", [1, 255]));
    expect(array).toBeInstanceOf(RecordArray);
    expect(array.dtype).toEqual([
      ["f0", "|u1"],
      ["f1", "|i1"],
    ]);
  });
});
