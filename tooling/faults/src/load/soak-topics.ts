import { Dataset, NdArray } from "@dataqueues/arrays";
import type { Codec } from "@dataqueues/core";
import { Encoding } from "dataqueues";

/** A topic of the soak, with its encoding and the value that is sent. */
export interface SoakTopic {
  readonly topic: string;
  readonly encoding: Codec;
  readonly value: unknown;
}

const visibilities = NdArray.from(
  Array.from({ length: 2_000 }, (_, index) => index / 7),
  "<f8",
);

/** One topic per encoding, with values of usual sizes. */
export const soakTopics: readonly SoakTopic[] = [
  { topic: "soak-text", encoding: Encoding.UTF8, value: "antenna SKA001 is on source ".repeat(40) },
  {
    topic: "soak-json",
    encoding: Encoding.JSON,
    value: { antennas: Array.from({ length: 100 }, (_, id) => ({ id })) },
  },
  { topic: "soak-npy", encoding: Encoding.NPY, value: visibilities },
  { topic: "soak-msgpack", encoding: Encoding.MSGPACK_NUMPY, value: { scan: 1, visibilities } },
  {
    topic: "soak-xarray",
    encoding: Encoding.XARRAY,
    value: new Dataset({ dataVars: { gain: ["time", new Float64Array(2_000).fill(0.5), { units: "Jy" }] } }),
  },
];
