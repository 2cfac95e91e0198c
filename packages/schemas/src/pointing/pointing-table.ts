import type { CheckedDataset } from "../datasets/checked-dataset.ts";
import { datasetSchema } from "../datasets/dataset-schema.ts";
import type { DatasetDefinition } from "../datasets/definition.ts";

const units = { units: { type: "str", optional: true } } as const;
const fit = ["time", "antenna", "frequency", "receptor", "angle"] as const;
const height = ["time", "antenna", "frequency", "receptor"] as const;

/**
 * The PointingTable of ska-sdp-datamodels as a Dataset that can be sent: objects among its attributes are in the form
 * in which the data models store them. Angles and widths are in radians, `time` is MJD in seconds, `frequency` in Hz,
 * `weight` is one over the square of the standard deviation, heights are in arbitrary units.
 *
 * Source: ska_sdp_datamodels.calibration.PointingTable, and the products of ska-sdp-wflow-pointing-offset for the newer
 * attributes.
 */
const pointingTableDefinition = {
  name: "PointingTable",
  coords: {
    time: { dims: ["time"], dtype: "<f8", attrs: units },
    // Numbers in the data models, names from the pointing pipeline.
    antenna: { dims: ["antenna"], dtype: ["<i8", "<U0"] },
    frequency: { dims: ["frequency"], dtype: "<f8", attrs: units },
    receptor: { dims: ["receptor"], dtype: "<U0" },
    // "az" and "el", or "cross-el" and "el".
    angle: { dims: ["angle"], dtype: "<U0" },
  },
  dataVars: {
    pointing: { dims: fit, dtype: "<f8", attrs: units },
    nominal: { dims: fit, dtype: "<f8", attrs: units, optional: true },
    weight: { dims: fit, dtype: "<f8", attrs: units },
    residual: { dims: ["time", "frequency", "receptor", "angle"], dtype: "<f8", attrs: units },
    expected_width: { dims: fit, dtype: "<f8", attrs: units, optional: true },
    fitted_width: { dims: fit, dtype: "<f8", attrs: units, optional: true },
    fitted_width_std: { dims: fit, dtype: "<f8", attrs: units, optional: true },
    fitted_height: { dims: height, dtype: "<f8", attrs: units, optional: true },
    fitted_height_std: { dims: height, dtype: "<f8", attrs: units, optional: true },
    interval: { dims: ["time"], dtype: "<f8", attrs: units },
    datetime: { dims: ["time"], dtype: "<M8[ns]" },
  },
  attrs: {
    data_model: { type: "str", literal: ["PointingTable"] },
    // The type of the receptor frame: "linear", "stokesI", …
    receptor_frame: { type: "str" },
    // "local", "xel-el", …
    pointing_frame: { type: "str" },
    // Text or a dict: each program has its own form of the SkyCoord.
    pointingcentre: { type: "any", optional: true },
    // Right ascension and declination in degrees, such as "180.0 -45.0", with the frame's name, such as "icrs".
    pointingcentre_coords: { type: "str", optional: true },
    pointingcentre_frame: { type: "str", optional: true },
    // The array's layout, in the form of Dataset.to_dict().
    configuration: { type: "dict", optional: true, entries: {} },
    band_type: { type: "str", optional: true },
    scan_mode: { type: "str", optional: true },
    track_duration: { type: "float", optional: true },
    discrete_offset: { type: "any", optional: true },
    commanded_pointing: { type: "any", optional: true },
  },
} as const satisfies DatasetDefinition;

/** The schema of pointing tables as xarray Datasets. It reports all issues. */
export const PointingTable = datasetSchema(pointingTableDefinition);

export type PointingTable = CheckedDataset<typeof pointingTableDefinition>;
