import { NdArray, descrToDtype, RecordArray } from "@dataqueues/arrays";
import type { FieldDescr } from "@dataqueues/arrays";
import { describe, expect, test } from "vitest";

import { decode, encode, npy } from "../src/index.ts";

/** A handwritten npy file with this header. */
function file(header: string, dataBytes = 0, version: readonly [number, number] = [1, 0]): Uint8Array {
  const text = new TextEncoder().encode(`${header}\n`);
  const length =
    version[0] === 1 ? [text.length & 0xff, text.length >> 8] : [text.length & 0xff, text.length >> 8, 0, 0];
  return Uint8Array.of(
    0x93,
    ...new TextEncoder().encode("NUMPY"),
    ...version,
    ...length,
    ...text,
    ...new Uint8Array(dataBytes),
  );
}

const dict = (descr: string, shape: string, order = "False"): string =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }`;

const cases: readonly (readonly [name: string, bytes: Uint8Array, code: string])[] = [
  ["no bytes", new Uint8Array(), "empty"],
  ["JSON", new TextEncoder().encode("[1, 2, 3]  "), "magic"],
  ["version 0.0", file(dict("'<f8'", "()"), 8, [0, 0]), "version"],
  ["version 1.1", file(dict("'<f8'", "()"), 8, [1, 1]), "version"],
  ["version 4.0", file(dict("'<f8'", "()"), 8, [4, 0]), "version"],
  ["a header longer than the bytes", file(dict("'<f8'", "()")).subarray(0, 40), "truncated"],
  ["a header over the limit", file(`${dict("'<f8'", "()")}${" ".repeat(10_000)}`, 8), "header-too-large"],
  ["an expression", file("__import__('os').system('true')"), "header-syntax"],
  ["500 brackets", file("(".repeat(500)), "header-syntax"],
  ["3,000 minus signs", file(`${"-".repeat(3_000)}1`), "header-syntax"],
  ["an open quote", file("{'descr': '<f8"), "header-syntax"],
  ["a missing key", file("{'descr': '<f8', 'shape': ()}"), "header-syntax"],
  ["an extra key", file("{'descr': '<f8', 'fortran_order': False, 'shape': (), 'x': 1}"), "header-syntax"],
  ["a key twice", file("{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': ()}"), "header-syntax"],
  ["an order that is not a bool", file(dict("'<f8'", "()", "0"), 8), "header-syntax"],
  ["Python 2's long in version 3", file(dict("'<f8'", "(2L,)"), 16, [3, 0]), "header-syntax"],
  ["a negative size", file(dict("'<f8'", "(-1,)")), "shape"],
  ["a bool as size", file(dict("'<f8'", "(True,)"), 8), "shape"],
  ["a shape that is a number", file(dict("'<f8'", "2"), 16), "shape"],
  ["a shape that is a list", file(dict("'<f8'", "[2]"), 16), "shape"],
  ["65 dimensions", file(dict("'|u1'", `(${"1, ".repeat(65)})`), 1), "shape"],
  ["more items than can be counted", file(dict("'<f8'", "(4611686018427387904, 4)")), "shape"],
  ["no items, in an impossible shape", file(dict("'<f8'", "(0, 4611686018427387904)")), "shape"],
  ["8 TB that are not there", file(dict("'<f8'", "(1000000000000,)"), 16), "truncated"],
  ["objects", file(dict("'|O'", "(1,)"), 8), "pickle-refused"],
  ["objects in a field", file(dict("[('a', [('o', '|O')])]", "(1,)"), 8), "pickle-refused"],
  ["objects in a subarray of a field", file(dict("[('a', ('|O', (2,)))]", "(1,)"), 16), "pickle-refused"],
  ["an integer of 3 bytes", file(dict("'<i3'", "(1,)"), 3), "dtype"],
  ["a field name twice", file(dict("[('a', '<i2'), ('a', '<i2')]", "(1,)"), 4), "dtype"],
  ["bytes after the array", file(dict("'<f8'", "()"), 9), "trailing"],
  ["data that are too short", file(dict("'<f8'", "(3,)"), 16), "truncated"],
];

describe("npy that is refused", () => {
  for (const [name, bytes, code] of cases) {
    test(`${name}: ${code}`, () => {
      expect(() => decode(bytes)).toThrow(
        expect.objectContaining({ name: "FormatError", codec: "npy", code, offset: expect.any(Number) }),
      );
    });
  }

  test("trailing bytes can be ignored, as numpy does", () => {
    expect(decode(file(dict("'<f8'", "()"), 9), { trailing: "ignore" }).shape).toEqual([]);
  });

  test("Python 2's long integers are read in version 1", () => {
    expect(decode(file(dict("'|u1'", "(3L,)"), 3)).shape).toEqual([3]);
  });

  test("a value that is not an array is refused when writing", () => {
    expect(() => encode([1, 2, 3] as never)).toThrow(expect.objectContaining({ code: "type" }));
  });
});

describe("sharing memory with the bytes", () => {
  /** A file whose data start at a multiple of 8 in memory, or 1 byte after it. */
  function placed(shift: number): Uint8Array {
    const bytes = encode(NdArray.from([1.5, 2.5], "<f8"));
    const memory = new Uint8Array(bytes.length + 16);
    memory.set(bytes, 8 + shift);
    return memory.subarray(8 + shift, 8 + shift + bytes.length);
  }

  test("aligned data are a view, unaligned data a copy", () => {
    const [aligned, unaligned] = [placed(0), placed(1)];
    expect(decode(aligned).data.buffer).toBe(aligned.buffer);
    expect(decode(unaligned).data.buffer).not.toBe(unaligned.buffer);
    expect(decode(unaligned).data).toEqual(Float64Array.of(1.5, 2.5));
  });

  test("copy always copies, also from a Node Buffer, whose slice would be a view", () => {
    const bytes = placed(0);
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    expect(decode(buffer, { copy: "always" }).data.buffer).not.toBe(bytes.buffer);
    const records = encode(new RecordArray([["a", "|u1"]], [2], Uint8Array.of(1, 2)));
    expect(decode(Buffer.from(records.buffer), { copy: "always" }).data.buffer).not.toBe(records.buffer);
  });

  test("copy never refuses what cannot be viewed", () => {
    const codec = npy({ copy: "never" });
    expect(codec.decode(placed(0)).data).toEqual(Float64Array.of(1.5, 2.5));
    expect(() => codec.decode(placed(1))).toThrow(expect.objectContaining({ code: "copy" }));
    expect(() => codec.decode(file(dict("'>f8'", "()"), 8))).toThrow(expect.objectContaining({ code: "copy" }));
    expect(() => codec.decode(file(dict("'|u1'", "(2, 2)", "True"), 4))).toThrow(
      expect.objectContaining({ code: "copy" }),
    );
  });

  test("decoding leaves the bytes as they were", () => {
    const bytes = file(dict("'>f8'", "(2, 2)", "True"), 32);
    const before = bytes.slice();
    decode(bytes);
    expect(bytes).toEqual(before);
  });
});

describe("limits that hold for both ends", () => {
  const fields = Array.from({ length: 600 }, (_, index): FieldDescr => [`field_${index}`, "<f8"]);
  const wide = new RecordArray(fields, [0], new Uint8Array());

  test("a header that decode would refuse is not written by default", () => {
    expect(() => encode(wide)).toThrow(expect.objectContaining({ code: "header-too-large" }));
    expect(() => encode(wide)).toThrow(/^maxHeaderBytes is 10000/);
    const codec = npy({ maxHeaderBytes: 100_000 });
    const bytes = codec.encode(wide);
    expect(() => decode(bytes)).toThrow(expect.objectContaining({ code: "header-too-large" }));
    expect(codec.decode(bytes).dtype).toEqual(wide.dtype);
    const { length } = bytes.subarray(10);
    expect(npy({ maxHeaderBytes: length }).encode(wide)).toEqual(bytes);
    expect(() => npy({ maxHeaderBytes: length - 1 }).encode(wide)).toThrow("maxHeaderBytes");
  });

  test("the deepest dtype that is allowed is read again", () => {
    let depth = 0;
    let descr: readonly FieldDescr[] = [["x", "<i2", [1, 2]]];
    for (;;) {
      const deeper: readonly FieldDescr[] = [[["title", "x"], descr, [1, 1]]];
      try {
        descrToDtype(deeper);
      } catch {
        break;
      }
      descr = deeper;
      depth += 1;
    }
    expect(depth).toBeGreaterThan(30);
    const deep = new RecordArray(descr, [1], Uint8Array.of(1, 2, 3, 4));
    expect(decode(encode(deep))).toMatchObject({ dtype: descr, data: deep.data });
  });
});

describe("invalid arguments are refused by their name", () => {
  const noLimit = [0, -1, 0.5, NaN, "5", null, 5n, {}];
  test.each([
    ["options", [null, 5, "copy", []], (value: unknown) => value],
    ["copy", ["nevr", null, true, 1], (value: unknown) => ({ copy: value })],
    ["maxHeaderBytes", noLimit, (value: unknown) => ({ maxHeaderBytes: value })],
    ["trailing", ["warn", null, true, 1], (value: unknown) => ({ trailing: value })],
  ] as const)("%s", (name, values, options) => {
    const bytes = encode(NdArray.from([1]));
    for (const value of values) {
      const error = expect.objectContaining({ name: "TypeError", message: expect.stringMatching(`^${name} must be`) });
      expect(() => npy(options(value) as never)).toThrow(error);
      expect(() => decode(bytes, options(value) as never)).toThrow(error);
    }
  });

  test("bytes", () => {
    for (const bytes of [null, undefined, "x", [1], new ArrayBuffer(8)]) {
      expect(() => decode(bytes as never)).toThrow(/^bytes must be a Uint8Array/);
    }
  });
});
