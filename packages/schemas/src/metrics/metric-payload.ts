import type { Schema } from "@dataqueues/core";
import type * as z from "zod";

import { shortRepr, typeName } from "../type-name.ts";
import { limit, schemaOf } from "../issue.ts";
import type { CollectOptions, Issue } from "../issue.ts";
import { isRecord } from "../recognise.ts";
import { Amplitude, BandAveraged, LagPlot, Phase, Spectrogram, Spectrum, UvCoverage } from "./visibility-metrics.ts";
import { checkMetric, formerFields } from "./metric.ts";
import { GainCalibration, PointingOffsets } from "./calibration-metrics.ts";
import type { Metric } from "./metric.ts";
import { ProcessingStats, ReceiverStats } from "./status-metrics.ts";

/** The metrics that travel on topics. */
export const metrics = [
  Spectrum,
  Amplitude,
  Phase,
  Spectrogram,
  LagPlot,
  UvCoverage,
  BandAveraged,
  ProcessingStats,
  ReceiverStats,
  GainCalibration,
  PointingOffsets,
] as const;

/**
 * A schema of any of the given metrics. `data_type` selects one; a payload without it is recognised by its fields, in
 * the order of the list. It reports the first issue, as Python does, or all with `collect`.
 *
 * @example
 * ```ts
 * const Payload = metricPayload([...metrics, ClosurePhase], { collect: true });
 * ```
 */
export function metricPayload<const Metrics extends readonly Metric[]>(
  known: Metrics,
  options: CollectOptions = {},
): MetricPayloadSchema<z.infer<Metrics[number]["payload"]>> {
  return {
    with: (others) => metricPayload(known, others),
    ...schemaOf<z.infer<Metrics[number]["payload"]>>((value) => {
      const found = recognise(value, known);
      return limit("issue" in found ? [found.issue] : checkMetric(value, found.metric), options);
    }),
  };
}

/** A schema of several metrics. */
export interface MetricPayloadSchema<Payload> extends Schema<Payload> {
  /** The same metrics with other options: `MetricPayload.with({ collect: true })` reports all issues. */
  with(options: CollectOptions): MetricPayloadSchema<Payload>;
}

/** Any of the metrics that travel on topics. */
export const MetricPayload: MetricPayloadSchema<MetricPayload> = metricPayload(metrics);

export type MetricPayload = z.infer<(typeof metrics)[number]["payload"]>;

function recognise(value: unknown, known: readonly Metric[]): { readonly metric: Metric } | { readonly issue: Issue } {
  if (!isRecord(value)) {
    const message = `a payload is a dict, this is ${typeName(value)}`;
    return { issue: { code: "wrong_type", path: [], message, found: typeName(value), expected: "dict" } };
  }
  const { data_type: found } = value;
  const metric =
    found === undefined
      ? (knownByFields(value, known) ?? known.find(({ formerly = {} }) => formerFields(value, formerly).length > 0))
      : known.find(({ dataTypes = [] }) => dataTypes.some((dataType) => dataType === found));
  if (metric !== undefined) return { metric };
  const expected = known.flatMap(({ dataTypes = [] }) => dataTypes);
  const message =
    found === undefined
      ? "there is no data_type, and no metric is known by these fields"
      : `${shortRepr(found)} is no metric's data_type: ${expected.join(", ")}`;
  const code = found === undefined ? "missing_field" : "unknown_metric";
  return { issue: { code, path: ["data_type"], message, found: found ?? Object.keys(value), expected } };
}

/**
 * The metric that a payload without `data_type` is. One with a spectral window is an envelope, which needs a
 * `data_type`.
 */
function knownByFields(value: Readonly<Record<string, unknown>>, known: readonly Metric[]): Metric | undefined {
  if (Object.hasOwn(value, "spectral_window")) return undefined;
  return known.find(({ knownBy = [] }) => knownBy.length > 0 && knownBy.every((field) => Object.hasOwn(value, field)));
}
