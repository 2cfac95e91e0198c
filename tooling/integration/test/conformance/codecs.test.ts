import { DataArray, Dataset, NdArray, RecordArray } from "@dataqueues/arrays";
import { json } from "@dataqueues/codec-json";
import { msgpackNumpy } from "@dataqueues/codec-msgpack-numpy";
import { npy } from "@dataqueues/codec-npy";
import { ascii, utf8 } from "@dataqueues/codec-text";
import { xarray } from "@dataqueues/codec-xarray";
import { xarrayDict } from "@dataqueues/codec-xarray-dict";
import { codecCases } from "@dataqueues/testing";
import type { ConformanceCase } from "@dataqueues/testing";
import { describe, expect, test } from "vitest";

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

const matrix = NdArray.from(
  [
    [1, 2, 3],
    [4, 5, NaN],
  ],
  "<f8",
);
const offsets = RecordArray.fromColumns(
  [
    ["antenna", "<U8"],
    ["offset", "<f8"],
  ],
  { antenna: ["SKA001", "é"], offset: [0.1, NaN] },
);
const arrays = [
  matrix,
  NdArray.from([1, 2, 3], "<f4"),
  NdArray.from([1n, -1n, 2n ** 62n], "<i8"),
  NdArray.from([true, false], "|b1"),
  NdArray.from([[[]]], "<u2"),
  NdArray.from(["SKA", "é"], "<U3"),
  NdArray.from([{ re: 1, im: -1 }], "<c16"),
  offsets,
];
const dataset = new Dataset({
  dataVars: {
    gain: [
      ["antenna", "pol"],
      NdArray.from(
        [
          [1, 0.5],
          [0.25, 2],
        ],
        "<f4",
      ),
      { units: "Jy" },
    ],
    note: [[], "calm"],
  },
  coords: { antenna: ["SKA001", "SKA002"], pol: ["X", "Y"] },
  attrs: { scan: 9 },
});
const sameDataset = (decoded: Dataset, value: Dataset | DataArray): boolean =>
  value instanceof Dataset && decoded.identical(value);

const subjects: readonly (readonly [codec: string, cases: ConformanceCase[]])[] = [
  [
    "utf8",
    codecCases({
      codec: utf8(),
      values: ["", "Testing", "é ☆ 🛰", "\uFEFFmark", "\0"],
      vectors: [{ bytes: bytes(0x63, 0xc3, 0xa9), value: "cé" }],
      refused: [bytes(0xff), bytes(0xc3), bytes(0xed, 0xa0, 0x80)],
    }),
  ],
  [
    "ascii",
    codecCases({
      codec: ascii(),
      values: ["", "Testing", "\0\x7f"],
      vectors: [{ bytes: bytes(0x4d, 0x4b, 0x54), value: "MKT" }],
      refused: [bytes(0x80), bytes(0xc3, 0xa9)],
    }),
  ],
  [
    "json",
    codecCases({
      codec: json(),
      values: [null, true, 1, -0.5, "é", [], {}, [1, [2, [3]]], { a: { b: [null] } }, 2n ** 63n],
      vectors: [{ bytes: text('{"scan_id": 9, "gain": NaN}'), value: { scan_id: 9, gain: NaN }, written: false }],
      refused: [bytes(), text("{"), text("'a'"), text("[1,]"), text("[".repeat(100_000)), bytes(0xff, 0xfe)],
    }),
  ],
  [
    "npy",
    codecCases({
      codec: npy(),
      values: arrays,
      refused: [bytes(), text("\x93NUMPY"), text("PK\x03\x04")],
      refusesTruncated: true,
    }),
  ],
  [
    "msgpackNumpy",
    codecCases({
      codec: msgpackNumpy(),
      values: [...arrays, null, true, 1, -1.5, "é", [1, "a"], { gains: matrix, antenna: "SKA001" }, bytes(1, 2)],
      vectors: [
        { bytes: bytes(0x82, 0xa1, 0x61, 0x01, 0xa1, 0x62, 0x92, 0xc0, 0xc3), value: { a: 1, b: [null, true] } },
      ],
      refused: [bytes(), bytes(0xdf, 0xff, 0xff, 0xff, 0xff), bytes(0xc1), bytes(0x01, 0x01)],
      refusesTruncated: true,
    }),
  ],
  [
    "xarray",
    codecCases({
      codec: xarray(),
      values: [dataset, new Dataset({})],
      equal: sameDataset,
      refused: [bytes(), text("ARROW1"), bytes(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0)],
      refusesTruncated: true,
    }),
  ],
  [
    "xarrayDict",
    codecCases({
      codec: xarrayDict(),
      values: [dataset, new Dataset({})],
      equal: sameDataset,
      refused: [bytes(), bytes(0x80), bytes(0x90)],
      refusesTruncated: true,
    }),
  ],
];

describe.each(subjects)("%s keeps the codec contract", (_codec, cases) => {
  test.each(cases)("$name", ({ run }) => expect(run()).resolves.toBeUndefined());
});
