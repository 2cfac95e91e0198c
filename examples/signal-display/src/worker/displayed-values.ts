import type { RecordArray } from "@dataqueues/arrays";
import type {
  Amplitude,
  Phase,
  ProcessingStats,
  ReceiverStats,
  SpectralWindow,
  Spectrum,
  UvCoverage,
} from "@dataqueues/schemas";

import type { ChannelRows, FrequencyAxis, ToPage } from "../display-messages.ts";
import { decibels, decimate, degrees, fillRow, itemsOf, sample, toNumber } from "./numbers.ts";

type Displayed<Type extends ToPage["type"]> = Extract<ToPage, { readonly type: Type }>;

/** Values of each small plot. */
export const thumbnailPoints = 60;

/** Power of a spectrum in dB, for each polarisation. */
export function spectrumOf(payload: Spectrum, window: number): Displayed<"spectrum"> {
  const rows = payload.data.map(({ polarisation, power }) => ({ polarisation, numbers: power }));
  return {
    type: "spectrum",
    processingBlock: payload.processing_block_id,
    ...channelRows(payload, window, rows, decibels),
  };
}

/** Amplitude of one baseline in dB, for each polarisation; undefined if the payload does not have the baseline. */
export function amplitudeOf(payload: Amplitude, window: number, baseline: string): Displayed<"amplitude"> | undefined {
  const rows = rowsOf(payload, baseline);
  return rows.length === 0
    ? undefined
    : { type: "amplitude", baseline, ...channelRows(payload, window, rows, decibels) };
}

/** Phase of one baseline in degrees, for each polarisation; undefined if the payload does not have the baseline. */
export function phaseOf(payload: Phase, window: number, baseline: string): Displayed<"phase"> | undefined {
  const rows = rowsOf(payload, baseline);
  return rows.length === 0 ? undefined : { type: "phase", baseline, ...channelRows(payload, window, rows, degrees) };
}

/** XX of all baselines, decimated: means of amplitudes in dB, samples of phases in degrees. */
export function thumbnailsOf(payload: Amplitude | Phase, window: number): Displayed<"thumbnails"> {
  const quantity = payload.data_type;
  const shown = payload.data.filter(({ polarisation }) => polarisation === "XX");
  const values = new Float32Array(shown.length * thumbnailPoints);
  const row = new Float32Array(payload.spectral_window.count);
  for (const [index, { data }] of shown.entries()) {
    fillRow(row, data, quantity === "amplitude" ? (value) => value : degrees);
    const points =
      quantity === "amplitude" ? decimate(row, thumbnailPoints).map(decibels) : sample(row, thumbnailPoints);
    values.set(points.map(finiteOrNaN), index * thumbnailPoints);
  }
  const baselines = shown.map(({ baseline }) => baseline);
  return { type: "thumbnails", quantity, window, time: timeOf(payload), baselines, points: thumbnailPoints, values };
}

/** Where the baselines between two dishes lie, each once. */
export function coverageOf(payload: UvCoverage, window: number): Displayed<"coverage"> {
  const shown = new Map(
    payload.data.toReversed().flatMap((entry) => (isBetweenTwo(entry.baseline) ? [[entry.baseline, entry]] : [])),
  );
  const baselines = [...shown.keys()].toReversed();
  const axis = (name: "u" | "v" | "w"): Float64Array =>
    Float64Array.from(baselines, (baseline) => toNumber(shown.get(baseline)?.[name] ?? NaN));
  return { type: "coverage", window, time: timeOf(payload), baselines, u: axis("u"), v: axis("v"), w: axis("w") };
}

/** Pointing offsets of the antennas. The array has no time, so the record's is taken. */
export function pointingOf(offsets: RecordArray, window: number, time: number): Displayed<"pointing"> {
  const column = (name: string): Float64Array => Float64Array.from(offsets.column(name) as Float64Array);
  return {
    type: "pointing",
    window,
    time,
    antennas: [...offsets.column("antenna_name")].map(String),
    crossElevation: column("xel_offset"),
    crossElevationStd: column("xel_offset_std"),
    elevation: column("el_offset"),
    elevationStd: column("el_offset_std"),
  };
}

/** What the receiver has received. */
export function receiverOf(stats: ReceiverStats, window: number): Displayed<"receiver"> {
  return {
    type: "receiver",
    window,
    time: stats.time * 1000,
    stats: {
      state: stats.state,
      scanId: Number(stats.scan_id),
      totalMegabytes: toNumber(stats.total_megabytes),
      heaps: stats.num_heaps,
      incompleteHeaps: stats.num_incomplete,
      durationSeconds: toNumber(stats.duration),
    },
  };
}

/** The progress of a processing block. */
export function processingOf(stats: ProcessingStats, window: number): Displayed<"processing"> {
  return {
    type: "processing",
    window,
    time: stats.time * 1000,
    stats: {
      state: stats.state,
      processingBlock: stats.processing_block_id,
      executionBlock: stats.execution_block_id,
      subarray: String(stats.subarray_id),
      scanId: Number(stats.scan_id),
      payloadsReceived: stats.payloads_received,
      timeSlices: stats.time_slices,
      secondsSinceLastPayload: toNumber(stats.time_since_last_payload),
    },
  };
}

type Numbers = Parameters<typeof itemsOf>[0];
type Row = { readonly polarisation: string; readonly numbers: Numbers };
type Envelope = { readonly spectral_window: SpectralWindow; readonly timestamp: string };

function rowsOf({ data }: Amplitude | Phase, baseline: string): Row[] {
  return data
    .filter((entry) => entry.baseline === baseline)
    .map((entry) => ({ polarisation: entry.polarisation, numbers: entry.data }));
}

function channelRows(
  payload: Envelope,
  window: number,
  rows: readonly Row[],
  change: (value: number) => number,
): ChannelRows {
  const { count } = payload.spectral_window;
  const values = new Float32Array(rows.length * count);
  for (const [index, { numbers }] of rows.entries()) {
    fillRow(values.subarray(index * count, (index + 1) * count), numbers, change);
  }
  const polarisations = rows.map(({ polarisation }) => polarisation);
  return { window, time: timeOf(payload), axis: axisOf(payload.spectral_window), polarisations, values };
}

function timeOf({ timestamp }: Pick<Envelope, "timestamp">): number {
  return Date.parse(timestamp);
}

/** Programs from before mid-2024 wrote MHz, and no field says which; no telescope receives below 100 kHz. */
function axisOf({ freq_min, freq_max, count }: SpectralWindow): FrequencyAxis {
  const unit = freq_max < 1e5 ? 1e6 : 1;
  const [from, to] = [freq_min * unit, freq_max * unit];
  return { firstHz: from, lastHz: from + ((to - from) * Math.max(0, count - 1)) / Math.max(1, count), count };
}

function isBetweenTwo(baseline: string): boolean {
  const [first, second] = baseline.split("_");
  return first !== second;
}

function finiteOrNaN(value: number): number {
  return Number.isFinite(value) ? value : NaN;
}
