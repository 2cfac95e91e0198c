import { NdArray, RecordArray } from "@dataqueues/arrays";
import { npy } from "@dataqueues/codec-npy";
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
export const subjects: readonly CodecCasesOptions<NdArray | RecordArray, unknown>[] = [
  {
    codec: npy(),
    values: arrays,
    refused: [new Uint8Array(), ...["\x93NUMPY", "PK\x03\x04"].map((text) => new TextEncoder().encode(text))],
    refusesTruncated: true,
  },
];
