/**
 * Schemas of the data on SKA data queues, and helpers for your own. Each is a Standard Schema.
 *
 * @module
 */
export { check } from "./check.ts";
export { PointingNumpyArray } from "./pointing/pointing-numpy-array.ts";
export { PointingTable } from "./pointing/pointing-table.ts";
export { GainTable } from "./calibration/gain-table.ts";
export { RcalGainTable } from "./calibration/rcal-gain-table.ts";
export { datasetSchema } from "./datasets/dataset-schema.ts";
export { fromXradio } from "./datasets/from-xradio.ts";
export { JonesMatrices } from "./jones/jones-matrices.ts";
export { MetricPayload, metricPayload, metrics } from "./metrics/metric-payload.ts";
export { metric } from "./metrics/metric.ts";
export { metricEnvelope } from "./metrics/metric-envelope.ts";
export { anyNumber, numberRows, numbers } from "./metrics/numbers.ts";
export { baseline, identifier, polarisation, spectralWindow, timestamp } from "./metrics/fields.ts";
export {
  Amplitude,
  BandAveraged,
  LagPlot,
  Phase,
  Spectrogram,
  Spectrum,
  UvCoverage,
} from "./metrics/visibility-metrics.ts";
export { GainCalibration, PointingOffsets } from "./metrics/calibration-metrics.ts";
export { Mask, Waterfall } from "./metrics/rest-payloads.ts";
export { ProcessingStats, ReceiverStats } from "./metrics/status-metrics.ts";

export type { CollectOptions, Issue } from "./issue.ts";
export type { PointingField } from "./pointing/pointing-fields.ts";
export type { PointingColumn, PointingFields } from "./pointing/pointing-numpy-array.ts";
export type { JonesMatricesOptions, JonesMatricesSchema } from "./jones/jones-matrices.ts";
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
export type { AnyNumber, NonFinite, NumberRows, Numbers, NumbersOptions } from "./metrics/numbers.ts";
export type { SpectralWindow } from "./metrics/fields.ts";
