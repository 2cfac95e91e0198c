import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { dtypeFromName, dtypeName, NdArray, descrToDtype, dtypeToDescr, RecordArray } from "../src/index.ts";
import type { Descr, FieldDescr } from "../src/index.ts";
import { fromFloat16Bits, toFloat16Bits } from "../src/float16.ts";

interface DTypeVector {
  readonly descr: Descr;
  /** What numpy prints, or null if it refuses the descr. */
  readonly printed: Descr | null;
  readonly itemsize: number;
  readonly name?: string;
  readonly fields?: Readonly<Record<string, readonly [offset: number, shape: readonly number[]]>>;
}

interface Vectors {
  readonly dtypes: readonly DTypeVector[];
  readonly float16: {
    readonly read: readonly (readonly [bits: number, value: string])[];
    readonly written: readonly (readonly [value: string, bits: number])[];
  };
  readonly text: readonly {
    readonly dtype: string;
    readonly items: readonly string[];
    readonly hex: string;
    readonly little: string;
    readonly read: readonly string[];
  }[];
  readonly times: readonly {
    readonly dtype: string;
    readonly hex: string;
    readonly counts: readonly string[];
    readonly texts: readonly string[];
  }[];
  readonly records: {
    readonly dtype: readonly FieldDescr[];
    readonly hex: string;
    readonly itemsize: number;
    readonly columns: {
      readonly name: readonly string[];
      readonly n: readonly string[];
      readonly v: readonly (readonly number[])[];
      readonly z: readonly (readonly [number, number])[];
      readonly flag: readonly boolean[];
    };
  };
}

const vectors = JSON.parse(readFileSync(new URL("vectors/numpy.json", import.meta.url), "utf8")) as Vectors;
const unhex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const numberOf = (text: string): number => Number(text.replace("inf", "Infinity"));

describe("dtypes", () => {
  for (const { descr, printed, itemsize, name, fields } of vectors.dtypes) {
    const title = JSON.stringify(descr);
    if (printed === null) {
      test(`${title} is refused, as by numpy`, () => {
        expect(() => descrToDtype(descr)).toThrow(expect.objectContaining({ name: "FormatError", code: "dtype" }));
      });
      continue;
    }
    test(`${title} has numpy's size, fields and names`, () => {
      const dtype = descrToDtype(descr);
      expect(dtype.itemsize).toBe(itemsize);
      expect(dtypeToDescr(dtype)).toEqual(printed);
      if (dtype.kind === "struct") {
        const found = dtype.fields.filter((field) => field.name !== "");
        expect(Object.fromEntries(found.map((field) => [field.name, [field.offset, field.shape]]))).toEqual(fields);
      } else if (typeof descr === "string" && typeof printed === "string") {
        expect(dtypeName(descr)).toBe(name);
        expect(dtypeFromName(String(name))).toBe(printed);
      }
    });
  }

  test("objects are refused by name, also within fields and subarrays", () => {
    for (const descr of ["|O", "O", [["a", "|O"]], [["a", [["b", "|O"]]]], [["a", "|O", [2]]], [["a", ["|O", [2]]]]]) {
      expect(() => descrToDtype(descr)).toThrow(expect.objectContaining({ code: "pickle-refused" }));
    }
  });

  test("an invalid descr is refused, not misread", () => {
    let deep: unknown = "<i4";
    for (let depth = 0; depth < 100; depth += 1) deep = [["a", deep]];
    for (const descr of [null, 5, {}, [5], [["a"]], [[5, "<i4"]], [["a", "<i4", "x"]], [["a", "<i4", [-1]]], deep]) {
      expect(() => descrToDtype(descr)).toThrow(
        expect.objectContaining({ name: "FormatError", code: expect.stringMatching(/^(dtype|shape)$/) }),
      );
    }
    expect(() =>
      descrToDtype([
        ["a", "<i4"],
        ["a", "<i4"],
      ]),
    ).toThrow("two fields are named a");
  });
});

describe("float16 without Float16Array", () => {
  test("bits are read as numpy reads them", () => {
    const { read } = vectors.float16;
    expect(read.map(([bits]) => fromFloat16Bits(bits))).toEqual(read.map(([, value]) => numberOf(value)));
  });

  test("numbers are rounded as numpy rounds them, halves to even, down to the smallest and over the largest", () => {
    const { written } = vectors.float16;
    expect(written.map(([value]) => toFloat16Bits(numberOf(value)))).toEqual(written.map(([, bits]) => bits));
  });

  test("all 65,536 bit patterns survive a round trip", () => {
    const numbers = Array.from({ length: 0x1_0000 }, (_, bits) => bits).filter(
      (bits) => !Number.isNaN(fromFloat16Bits(bits)),
    );
    expect(numbers.length).toBe(0x1_0000 - 2 * 1023);
    expect(numbers.map((bits) => toFloat16Bits(fromFloat16Bits(bits)))).toEqual(numbers);
  });
});

describe("text and times", () => {
  for (const { dtype, items, hex, little, read } of vectors.text) {
    test(`${dtype} is read as numpy reads it, and written little-endian`, () => {
      expect(NdArray.fromBytes(dtype, [items.length], unhex(hex)).toList()).toEqual(read);
      expect(hexOf(NdArray.fromItems(dtype, [items.length], items).bytes)).toBe(little);
    });
  }

  test("text that numpy would truncate is refused", () => {
    for (const [item, dtype] of [
      ["abcd", "<U3"],
      ["整", "|S3"],
      ["abcd", "|S3"],
    ] as const) {
      expect(() => NdArray.from([item], dtype)).toThrow(expect.objectContaining({ code: "text" }));
    }
  });

  test("a code point above U+10FFFF is refused when it is read", () => {
    const array = NdArray.fromBytes("<U1", [1], unhex("00001100"));
    expect(() => array.at(0)).toThrow(expect.objectContaining({ code: "text", offset: 0 }));
  });

  for (const { dtype, hex, counts, texts } of vectors.times) {
    test(`${dtype} has numpy's counts, and is printed as numpy prints it`, () => {
      const array = NdArray.fromBytes(dtype, [texts.length], unhex(hex));
      expect(Array.from(array, String)).toEqual(counts);
      expect(array.toString()).toBe(`NdArray ${dtype} (${texts.length}) [${texts.join(", ")}]`);
    });
  }
});

describe("structured arrays", () => {
  const { dtype, hex, itemsize, columns } = vectors.records;
  const records = new RecordArray(dtype, [2], unhex(hex));

  test("columns are equal to numpy's", () => {
    expect(records.itemsize).toBe(itemsize);
    expect(records.column("name")).toEqual(columns.name);
    expect(Array.from(records.column("n"), String)).toEqual(columns.n);
    expect(records.column("z")).toEqual(Float32Array.from(columns.z.flat()));
    expect(records.field("v")).toMatchObject({ dtype: "<f4", shape: [2, 2] });
    expect((records.field("v") as NdArray).toList()).toEqual(columns.v);
    expect((records.field("in") as RecordArray).field("flag")).toMatchObject({ data: Uint8Array.of(1, 0) });
  });

  test("rows have the items of every field, also of nested ones", () => {
    expect([...records]).toMatchObject([
      { name: "SKA1", n: 2n ** 60n, z: { re: 1, im: 2 }, in: { flag: true, raw: "ab" } },
      { name: "é", n: -1n, in: { flag: false, raw: "" } },
    ]);
    expect(() => records.row(2)).toThrow(RangeError);
  });

  test("columns and rows are written as numpy's bytes", () => {
    const inner = RecordArray.fromColumns(
      [
        ["flag", "|b1"],
        ["raw", "|S2"],
      ],
      { flag: columns.flag, raw: ["ab", ""] },
    );
    const made = RecordArray.fromColumns(dtype, {
      name: columns.name,
      n: columns.n.map(BigInt),
      z: columns.z.map(([re, im]) => ({ re, im })),
      v: columns.v,
      in: inner,
    });
    expect(hexOf(made.data)).toBe(hex);
    const flat = RecordArray.fromRows(
      [
        ["name", "<U4"],
        ["n", "<i8"],
      ],
      [
        { name: "SKA1", n: 2n ** 60n },
        { name: "é", n: -1 },
      ],
    );
    expect(flat.column("name")).toEqual(columns.name);
    expect(Array.from(flat.column("n"), String)).toEqual(columns.n);
  });
});
