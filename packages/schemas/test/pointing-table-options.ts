import type { DatasetOptions } from "@dataqueues/arrays";
import { NdArray } from "@dataqueues/arrays";

const fit = ["time", "antenna", "frequency", "receptor", "angle"];
const numbers = (shape: readonly number[]): NdArray =>
  NdArray.fromBytes("<f8", shape, new Uint8Array(shape.reduce((product, length) => product * length, 8)));

/** A pointing table of two antennas without any optional part, to build a Dataset of. */
export const pointingTable = {
  coords: {
    time: new Float64Array([5.179e9]),
    antenna: ["SKA001", "SKA002"],
    frequency: new Float64Array([1.4e9]),
    receptor: ["I"],
    angle: ["cross-el", "el"],
  },
  dataVars: {
    pointing: [fit, numbers([1, 2, 1, 1, 2])],
    weight: [fit, numbers([1, 2, 1, 1, 2])],
    residual: [["time", "frequency", "receptor", "angle"], numbers([1, 1, 1, 2])],
    interval: [["time"], numbers([1])],
    datetime: [["time"], NdArray.from([0n], "<M8[ns]")],
  },
  attrs: { data_model: "PointingTable", receptor_frame: "stokesI", pointing_frame: "xel-el" },
} as const satisfies DatasetOptions;
