import { Dataset, NdArray } from "@dataqueues/arrays";
import type { DataArray } from "@dataqueues/arrays";
import { xarrayDict } from "@dataqueues/codec-xarray-dict";
import type { CodecCasesOptions } from "@dataqueues/testing";

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

/** What the conformance cases try, in Node and in a browser: no Node module may be imported here. */
export const subjects: readonly CodecCasesOptions<Dataset | DataArray, Dataset>[] = [
  {
    codec: xarrayDict(),
    values: [dataset, new Dataset({})],
    equal: (decoded, value) => value instanceof Dataset && decoded.identical(value),
    refused: [[], [0x80], [0x90]].map((bytes) => Uint8Array.from(bytes)),
    refusesTruncated: true,
  },
];
