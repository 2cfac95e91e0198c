import { inspect } from "node:util";

import { describe, expect, test } from "vitest";

import { NaT, NdArray, newBytes, RecordArray } from "../src/index.ts";
import type { Item, NestedValues } from "../src/index.ts";

describe("making an NdArray", () => {
  test("from nested lists, whose items decide the dtype", () => {
    const cases: readonly (readonly [NestedValues, string, readonly number[]])[] = [
      [1.5, "<f8", []],
      [[], "<f8", [0]],
      [[[], []], "<f8", [2, 0]],
      [[[1], [2]], "<f8", [2, 1]],
      [[1n, -1n], "<i8", [2]],
      [[true, false], "|b1", [2]],
      [["a", "整形🛰"], "<U3", [2]],
      [[{ re: 1, im: -2 }], "<c16", [1]],
    ];
    for (const [values, dtype, shape] of cases) {
      const array = NdArray.from(values);
      expect([array.dtype, array.shape, array.toList()]).toEqual([dtype, shape, values]);
    }
  });

  test("from a typed array, without a copy", () => {
    const data = Float32Array.of(1, 2, 3, 4, 5, 6);
    const array = NdArray.from(data, { shape: [2, 3] });
    expect([array.dtype, array.data, array.at(1, 0)]).toEqual(["<f4", data, 4]);
    expect(array.data.buffer).toBe(data.buffer);
    for (const [values, dtype] of [
      [new Int8Array(1), "|i1"],
      [new Uint8Array(1), "|u1"],
      [Buffer.alloc(1), "|u1"],
      [new Int16Array(1), "<i2"],
      [new Uint32Array(1), "<u4"],
      [new BigInt64Array(1), "<i8"],
      [new BigUint64Array(1), "<u8"],
      [new Float64Array(1), "<f8"],
    ] as const) {
      expect(NdArray.from(values).dtype).toBe(dtype);
    }
  });

  test("from a typed array with another dtype converts the items; a complex dtype takes pairs", () => {
    expect(NdArray.from(Float64Array.of(1, 0), "|u1").data).toEqual(Uint8Array.of(1, 0));
    expect(NdArray.from(Float64Array.of(1, 2, 3, 4), "<c16").toList()).toEqual([
      { re: 1, im: 2 },
      { re: 3, im: 4 },
    ]);
  });

  test("with a big-endian dtype stores little-endian items", () => {
    const array = NdArray.fromBytes(">i4", [2], Uint8Array.of(0, 0, 0, 1, 0xff, 0xff, 0xff, 0xfe));
    expect([array.dtype, array.data]).toEqual(["<i4", Int32Array.of(1, -2)]);
    expect(NdArray.from([258], ">u2").bytes).toEqual(Uint8Array.of(2, 1));
  });

  test("refuses items that the dtype cannot hold, instead of wrapping them", () => {
    const cases: readonly (readonly [Item, string])[] = [
      [256, "|u1"],
      [-1, "<u4"],
      [1.5, "<i4"],
      [NaN, "<i2"],
      [2n ** 63n, "<i8"],
      [-1n, "<u8"],
      [2n ** 60n, "<f8"],
      ["1", "<f8"],
      [null as never, "<c16"],
      [null as never, "|u1"],
      [1.5, "<i8"],
      [new Uint8Array(2), "|V3"],
    ];
    for (const [item, dtype] of cases) {
      expect(() => NdArray.from([item], dtype)).toThrow(
        expect.objectContaining({ name: "FormatError", code: "value" }),
      );
    }
  });

  test("refuses lists, shapes and data that do not fit together", () => {
    expect(() => NdArray.from([[1], [2, 3]])).toThrow(expect.objectContaining({ code: "shape" }));
    expect(() => NdArray.from([[1], 2])).toThrow(expect.objectContaining({ code: "shape" }));
    expect(() => NdArray.from([1, [2]])).toThrow(expect.objectContaining({ code: "shape" }));
    expect(() => NdArray.fromItems("<f8", [3], [1])).toThrow(expect.objectContaining({ code: "shape" }));
    expect(() => NdArray.from(new Float64Array(5), { shape: [2, 3] })).toThrow("takes 48 bytes, not 40");
    for (const data of [new BigInt64Array(1), new Uint8Array(8)]) {
      expect(() => new NdArray("<f8", [1], data as never)).toThrow(expect.objectContaining({ code: "dtype" }));
    }
    expect(() => NdArray.fromBytes("<i4", [2 ** 40, 2 ** 40], new Uint8Array())).toThrow(
      expect.objectContaining({ code: "shape" }),
    );
    expect(() => NdArray.fromBytes("<i4", Array<number>(65).fill(1), new Uint8Array(4))).toThrow(
      expect.objectContaining({ code: "shape" }),
    );
  });

  test("views, copies or refuses bytes as requested", () => {
    const memory = new Uint8Array(17);
    const [aligned, unaligned] = [memory.subarray(0, 8), memory.subarray(1, 9)];
    expect(NdArray.fromBytes("<f8", [1], aligned).data.buffer).toBe(memory.buffer);
    expect(NdArray.fromBytes("<f8", [1], unaligned).data.buffer).not.toBe(memory.buffer);
    expect(NdArray.fromBytes("<f8", [1], aligned, "always").data.buffer).not.toBe(memory.buffer);
    expect(NdArray.fromBytes("|S8", [1], unaligned, "never").data.buffer).toBe(memory.buffer);
    expect(NdArray.fromBytes("<f8", [0], memory.subarray(1, 1)).size).toBe(0);
    for (const dtype of ["<f8", ">f8"]) {
      expect(() => NdArray.fromBytes(dtype, [1], unaligned, "never")).toThrow(
        expect.objectContaining({ code: "copy" }),
      );
    }
  });
});

describe("newBytes", () => {
  test("returns a plain Uint8Array of the length, with and without Node's Buffer", () => {
    const { Buffer } = globalThis;
    for (const given of [Buffer, undefined]) {
      try {
        Object.defineProperty(globalThis, "Buffer", { value: given, configurable: true, writable: true });
        for (const length of [0, 100, 100_000]) {
          const bytes = newBytes(length);
          expect([bytes.constructor, bytes.length, bytes.buffer.byteLength]).toEqual([Uint8Array, length, length]);
        }
      } finally {
        Object.defineProperty(globalThis, "Buffer", { value: Buffer, configurable: true, writable: true });
      }
    }
  });
});

describe("reading an NdArray", () => {
  const array = NdArray.from([
    [1, 2, 3],
    [4, 5, 6],
  ]);

  test("at takes one index for each dimension; negative ones count from the end", () => {
    expect([array.at(0, 0), array.at(1, 2), array.at(-1, -3), NdArray.from(7).at()]).toEqual([1, 6, 4, 7]);
    for (const indices of [[], [0], [0, 0, 0], [2, 0], [0, 3], [0, -4], [NaN, 0]]) {
      expect(() => array.at(...indices)).toThrow(RangeError);
    }
  });

  test("iteration and item return the items in C order", () => {
    expect([...array]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([array.item(4), array.size, array.itemsize]).toEqual([5, 6, 8]);
    expect(() => array.item(6)).toThrow(RangeError);
  });

  test("float16 is read and written with and without Float16Array", () => {
    const bits = Uint8Array.of(0x00, 0x3e, 0x00, 0xfc);
    const halves = NdArray.fromBytes("<f2", [2], bits);
    expect([...halves]).toEqual([1.5, -Infinity]);
    expect(halves.toFloat32()).toEqual(Float32Array.of(1.5, -Infinity));
    const float16: unknown = Reflect.get(globalThis, "Float16Array");
    try {
      Reflect.deleteProperty(globalThis, "Float16Array");
      const held = NdArray.fromBytes("<f2", [2], bits);
      expect(held.data).toEqual(Uint16Array.of(0x3e00, 0xfc00));
      expect([...held]).toEqual([1.5, -Infinity]);
      expect(NdArray.from([1.5, -1e9], "<f2").bytes).toEqual(bits);
    } finally {
      if (float16 !== undefined)
        Object.defineProperty(globalThis, "Float16Array", { value: float16, configurable: true, writable: true });
    }
  });
});

describe("toString", () => {
  const line = (value: unknown): string => inspect(value);

  test("does not throw for bytes that are not valid text", () => {
    const array = NdArray.fromBytes("<U1", [2], Uint8Array.of(97, 0, 0, 0, 0, 0, 0, 0x71));
    expect(line(array)).toBe('NdArray <U1 (2) ["a", <no text>]');
    expect(() => array.item(1)).toThrow(/0x71000000 is not a character/);
  });

  test("returns one short line for an NdArray", () => {
    expect(
      line(
        NdArray.from([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      ),
    ).toBe("NdArray <f8 (2, 3) [[1, 2, 3], [4, 5, 6]]");
    expect(line(NdArray.from(1.5, "<f4"))).toBe("NdArray <f4 () 1.5");
    expect(line(NdArray.from([], "<i2"))).toBe("NdArray <i2 (0) []");
    expect(line(NdArray.from(new Uint8Array(1000)))).toBe("NdArray |u1 (1000) [0, 0, 0, 0, 0, 0, …]");
    const many = line(NdArray.from(new Uint8Array(2 ** 16), { shape: Array<number>(16).fill(2) }));
    expect(many.split("0,").length).toBeLessThan(110);
    expect(line(NdArray.from(["SKA001", 'a "b"']))).toBe('NdArray <U6 (2) ["SKA001", "a \\"b\\""]');
    expect(line(NdArray.from([true, false]))).toBe("NdArray |b1 (2) [true, false]");
    expect(line(NdArray.from([1n, NaT], "<i8"))).toBe("NdArray <i8 (2) [1, -9223372036854775808]");
    expect(
      line(
        NdArray.from([
          { re: 1, im: -2 },
          { re: NaN, im: 0 },
        ]),
      ),
    ).toBe("NdArray <c16 (2) [1-2j, NaN+0j]");
    expect(line(NdArray.from([5n, NaT], "<m8[s]"))).toBe("NdArray <m8[s] (2) [5, NaT]");
    expect(line(NdArray.from([0n, NaT], "<M8[Y]"))).toBe("NdArray <M8[Y] (2) [0, NaT]");
    expect(line(NdArray.fromBytes("|V3", [1], new Uint8Array(3)))).toBe("NdArray |V3 (1) [3 bytes]");
  });

  test("returns a line for a date beyond the calendar", () => {
    expect(line(NdArray.from([2n ** 62n], "<M8[s]"))).toBe(
      "NdArray <M8[s] (1) [4611686018427387904 seconds since 1970]",
    );
  });

  test("returns the fields of a RecordArray", () => {
    const records = RecordArray.fromColumns(
      [
        ["antenna", "<U8"],
        ["offset", "<f8", [2]],
      ],
      { antenna: ["SKA001"], offset: [[1, 2]] },
    );
    expect(line(records)).toBe("RecordArray (1) [antenna <U8, offset <f8 (2)]");
  });
});

describe("columns of a RecordArray", () => {
  const dtype = [
    ["a", "<i4"],
    ["b", "<f8", [2]],
  ] as const;

  test("that do not fit are named, with what was expected", () => {
    const b = new NdArray("<f8", [2, 2], new Float64Array(4));
    const cases: readonly (readonly [Parameters<typeof RecordArray.fromColumns>[1], string])[] = [
      [{ a: [1, 2] }, "there is no b in the columns"],
      [{ a: [1, 2], b, c: [1] }, "there is no c in the dtype"],
      [{ a: [1, 2], b: [[1, 2]] }, 'column b: 1 items instead of 2 rows of "<f8" (2)'],
      [{ a: NdArray.from([1, 2]), b }, 'column a: NdArray <f8 (2) [1, 2] instead of 2 rows of "<i4" ()'],
    ];
    for (const [columns, message] of cases) expect(() => RecordArray.fromColumns(dtype, columns)).toThrow(message);
    expect(() => RecordArray.fromRows(dtype, [{ a: 1, b: [1, 2] }, { a: 2 }])).toThrow("there is no b in row 1");
    expect(() => RecordArray.fromRows(dtype, [{ a: 1, b: [1, 2], c: 3 }])).toThrow("there is no c in the dtype");
    expect(() => RecordArray.fromRows(dtype, [{ a: "1", b: [1, 2] }])).toThrow('column a: "1" does not fit <i4');
    expect(() => RecordArray.fromColumns(dtype, { a: [1], b: [[1]] })).toThrow("column b: 1 items do not fill (1, 2)");
  });

  test("may have any name, also __proto__", () => {
    const [row] = RecordArray.fromRows([["__proto__", "<i4"]], [{ ["__proto__"]: 5 }]);
    expect(Object.entries(row ?? {})).toEqual([["__proto__", 5]]);
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
  });

  test("keep the bytes of their rows, which must fill the shape", () => {
    expect(() => new RecordArray(dtype, [2], new Uint8Array(39))).toThrow("take 40 bytes, not 39");
    expect(() => new RecordArray("<f8" as never, [1], new Uint8Array(8))).toThrow("this dtype has no fields");
    const records = new RecordArray(dtype, [2], new Uint8Array(40));
    expect([records.length, records.size, records.names]).toEqual([2, 2, ["a", "b"]]);
    expect(() => records.field("c")).toThrow("there is no c in a, b");
    expect(() => records.row(-1)).toThrow(RangeError);
  });
});
