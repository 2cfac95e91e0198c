import { NdArray, RecordArray } from "@dataqueues/arrays";
import { msgpackNumpy } from "@dataqueues/codec-msgpack-numpy";
import type { CodecCasesOptions } from "@dataqueues/testing";

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

/** What the conformance cases try, in Node and in a browser: no Node module may be imported here. */
export const subjects: readonly CodecCasesOptions<unknown, unknown>[] = [
  {
    codec: msgpackNumpy(),
    values: [...arrays, null, true, 1, -1.5, "é", [1, "a"], { gains: matrix, antenna: "SKA001" }, Uint8Array.of(1, 2)],
    vectors: [
      {
        bytes: Uint8Array.of(0x82, 0xa1, 0x61, 0x01, 0xa1, 0x62, 0x92, 0xc0, 0xc3),
        value: { a: 1, b: [null, true] },
      },
    ],
    refused: [[], [0xdf, 0xff, 0xff, 0xff, 0xff], [0xc1], [0x01, 0x01]].map((bytes) => Uint8Array.from(bytes)),
    refusesTruncated: true,
  },
];
