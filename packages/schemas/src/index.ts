/**
 * Schemas of what travels on SKA data queues, and helpers for your own. Each is a Standard Schema.
 *
 * @module
 */
export { check } from "./check.ts";
export { PointingNumpyArray } from "./pointing-numpy-array.ts";
export { PointingTable } from "./pointing-table.ts";
export { datasetSchema } from "./datasets/dataset-schema.ts";
export { fromXradio } from "./datasets/from-xradio.ts";
export { MetricPayload, metricPayload, metrics } from "./metrics/metric-payload.ts";
export { metric } from "./metrics/metric.ts";
export { metricEnvelope } from "./metrics/metric-envelope.ts";
export { anyNumber, numbers } from "./metrics/numbers.ts";
export { numberRows } from "./metrics/number-rows.ts";
export { baseline, identifier, polarisation, timestamp } from "./metrics/fields.ts";
export { spectralWindow } from "./metrics/spectral-window.ts";
export { Amplitude } from "./metrics/amplitude.ts";
export { BandAveraged } from "./metrics/band-averaged.ts";
export { GainCalibration } from "./metrics/gain-calibration.ts";
export { LagPlot } from "./metrics/lag-plot.ts";
export { Mask } from "./metrics/mask.ts";
export { Phase } from "./metrics/phase.ts";
export { PointingOffsets } from "./metrics/pointing-offsets.ts";
export { ProcessingStats } from "./metrics/processing-stats.ts";
export { ReceiverStats } from "./metrics/receiver-stats.ts";
export { Spectrogram } from "./metrics/spectrogram.ts";
export { Spectrum } from "./metrics/spectrum.ts";
export { UvCoverage } from "./metrics/uv-coverage.ts";
export { Waterfall } from "./metrics/waterfall.ts";

export type { CollectOptions, Issue } from "./issue.ts";
export type { PointingField } from "./pointing-fields.ts";
export type { PointingColumn, PointingFields } from "./pointing-numpy-array.ts";
export type { CheckedDataset } from "./datasets/checked-dataset.ts";
export type { DatasetSchema, DatasetSchemaOptions } from "./datasets/dataset-schema.ts";
export type {
  ArrayDefinition,
  AttributeDefinition,
  DatasetDefinition,
  Dims,
  DTypes,
  Literal,
  VariableDefinition,
} from "./datasets/definition.ts";
export type { Metric, MetricDefinition } from "./metrics/metric.ts";
export type { MetricPayloadSchema } from "./metrics/metric-payload.ts";
export type { AnyNumber, NonFinite, Numbers, NumbersOptions } from "./metrics/numbers.ts";
export type { NumberRows } from "./metrics/number-rows.ts";
export type { SpectralWindow } from "./metrics/spectral-window.ts";
