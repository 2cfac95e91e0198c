import { Dataset, NdArray } from "@dataqueues/arrays";
import type { DataArray } from "@dataqueues/arrays";
import { xarray } from "@dataqueues/codec-xarray";
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
    codec: xarray(),
    values: [dataset, new Dataset({})],
    equal: (decoded, value) => value instanceof Dataset && decoded.identical(value),
    refused: [new Uint8Array(), new TextEncoder().encode("ARROW1"), Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0)],
    refusesTruncated: true,
  },
];
