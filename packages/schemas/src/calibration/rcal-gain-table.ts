import type { CheckedDataset } from "../datasets/checked-dataset.ts";
import { datasetSchema } from "../datasets/dataset-schema.ts";
import type { DatasetDefinition } from "../datasets/definition.ts";
import { GainTable } from "./gain-table.ts";

const { coords, dataVars, attrs } = GainTable.definition;
const squeezed = ["antenna", "frequency", "receptor1", "receptor2"] as const;

/**
 * A GainTable as real-time calibration (RCal) sends it: squeezed along `time`, so that each variable has one dimension
 * less, or stripped back to fewer parts. No public source says which parts are left, so all but `gain` and its
 * coordinates may be absent; what is there must be as in a GainTable.
 *
 * Source: the documentation of ska-sdp-script, vis-receive, flows (`rcal-bandpass-qa`), and of
 * ska-sdp-realtime-calibration.
 */
const rcalGainTableDefinition = {
  name: "RcalGainTable",
  coords: {
    ...coords,
    time: { ...coords.time, dims: [coords.time.dims, []], optional: true },
  },
  dataVars: {
    gain: { ...dataVars.gain, dims: [dataVars.gain.dims, squeezed] },
    weight: { ...dataVars.weight, dims: [dataVars.weight.dims, squeezed], optional: true },
    residual: {
      ...dataVars.residual,
      dims: [dataVars.residual.dims, ["frequency", "receptor1", "receptor2"]],
      optional: true,
    },
    interval: { ...dataVars.interval, dims: [dataVars.interval.dims, []], optional: true },
    datetime: { ...dataVars.datetime, dims: [dataVars.datetime.dims, []] },
  },
  attrs: {
    ...attrs,
    data_model: { ...attrs.data_model, optional: true },
    jones_type: { ...attrs.jones_type, optional: true },
  },
} as const satisfies DatasetDefinition;

/** The schema of gain tables on the topics of real-time calibration, with or without `time`. It reports all issues. */
export const RcalGainTable = datasetSchema(rcalGainTableDefinition);

export type RcalGainTable = CheckedDataset<typeof rcalGainTableDefinition>;
