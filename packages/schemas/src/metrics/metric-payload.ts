import type { Schema } from "@dataqueues/core";
import type * as z from "zod";

import { inWords } from "../in-words.ts";
import { limit } from "../issue.ts";
import type { CollectOptions, Issue } from "../issue.ts";
import { isRecord } from "../recognise.ts";
import { schemaOf } from "../schema-of.ts";
import { typeName } from "../type-name.ts";
import { Amplitude } from "./amplitude.ts";
import { BandAveraged } from "./band-averaged.ts";
import { checkMetric, formerFields } from "./check-metric.ts";
import { GainCalibration } from "./gain-calibration.ts";
import { LagPlot } from "./lag-plot.ts";
import type { Metric } from "./metric.ts";
import { Phase } from "./phase.ts";
import { PointingOffsets } from "./pointing-offsets.ts";
import { ProcessingStats } from "./processing-stats.ts";
import { ReceiverStats } from "./receiver-stats.ts";
import { Spectrogram } from "./spectrogram.ts";
import { Spectrum } from "./spectrum.ts";
import { UvCoverage } from "./uv-coverage.ts";

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
 * A schema of any of the given metrics. `data_type` says which one; a payload without it is known by its fields, in the
 * order of the list. It reports the first issue, as Python does, or all with `collect`.
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
      : `${inWords(found)} is no metric's data_type: ${expected.join(", ")}`;
  const code = found === undefined ? "missing_field" : "unknown_metric";
  return { issue: { code, path: ["data_type"], message, found: found ?? Object.keys(value), expected } };
}

/** A spectral window belongs to an envelope that must say its `data_type`. */
function knownByFields(value: Readonly<Record<string, unknown>>, known: readonly Metric[]): Metric | undefined {
  if (Object.hasOwn(value, "spectral_window")) return undefined;
  return known.find(({ knownBy = [] }) => knownBy.length > 0 && knownBy.every((field) => Object.hasOwn(value, field)));
}
