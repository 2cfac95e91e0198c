import type { CheckedDataset } from "../datasets/checked-dataset.ts";
import { datasetSchema } from "../datasets/dataset-schema.ts";
import type { DatasetDefinition } from "../datasets/definition.ts";

const jones = ["time", "antenna", "frequency", "receptor1", "receptor2"] as const;
const fit = ["time", "frequency", "receptor1", "receptor2"] as const;
// Programs that calibrate in lower precision make the smaller ones.
const complex = ["<c16", "<c8"] as const;
const float = ["<f8", "<f4"] as const;

/**
 * The GainTable of ska-sdp-datamodels as a Dataset that can be sent: objects among its attributes are in the form in which
 * the data models store or encode them. `gain` has a Jones matrix for each time, antenna and channel, or one complex
 * number if there is one receptor. `time` is MJD in seconds, `frequency` in Hz, `interval` in seconds.
 *
 * Source: ska_sdp_datamodels.calibration.GainTable and ska_sdp_datamodels.utilities, 0.1.0 to 0.2.5.
 */
const gainTableDefinition = {
  name: "GainTable",
  coords: {
    time: { dims: ["time"], dtype: "<f8" },
    // Counted from 0.
    antenna: { dims: ["antenna"], dtype: "<i8" },
    frequency: { dims: ["frequency"], dtype: "<f8" },
    // Of the measured data, and of the model: "X" and "Y", "R" and "L", or "I".
    receptor1: { dims: ["receptor1"], dtype: "<U0" },
    receptor2: { dims: ["receptor2"], dtype: "<U0" },
  },
  dataVars: {
    gain: { dims: jones, dtype: complex },
    weight: { dims: jones, dtype: float },
    residual: { dims: fit, dtype: float },
    interval: { dims: ["time"], dtype: float },
    // The same as `time`. The data models leave it out of msgpack, which has no times.
    datetime: { dims: ["time"], dtype: "<M8[ns]", optional: true },
  },
  attrs: {
    data_model: { type: "str", literal: ["GainTable"] },
    // D and K come from CASA's tables of leakages and delays.
    jones_type: { type: "str", literal: ["T", "G", "B", "D", "K"] },
    // A type, such as "linear", in files; the names of the receptors in msgpack. One for both sides until 0.1.2.
    receptor_frame: { type: "any", optional: true },
    receptor_frame1: { type: "any", optional: true },
    receptor_frame2: { type: "any", optional: true },
    // Right ascension and declination in degrees, such as "180.0 -45.0", in msgpack; other programs have forms of their own.
    phasecentre: { type: "any", optional: true },
    // The same in files, with the frame's name, such as "icrs".
    phasecentre_coords: { type: "str", optional: true },
    phasecentre_frame: { type: "str", optional: true },
    // The array's layout, in the form of Dataset.to_dict().
    configuration: { type: "dict", optional: true, entries: {} },
  },
} as const satisfies DatasetDefinition;

/** The schema of gain tables as xarray Datasets. It reports all issues. */
export const GainTable = datasetSchema(gainTableDefinition);

export type GainTable = CheckedDataset<typeof gainTableDefinition>;
