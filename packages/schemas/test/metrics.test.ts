import { readdirSync } from "node:fs";
import { join } from "node:path";

import { NdArray } from "@dataqueues/arrays";
import {
  Amplitude,
  BandAveraged,
  check,
  GainCalibration,
  LagPlot,
  Mask,
  MetricPayload,
  Phase,
  PointingOffsets,
  ProcessingStats,
  ReceiverStats,
  Spectrogram,
  Spectrum,
  UvCoverage,
  Waterfall,
} from "@dataqueues/schemas";
import type { Metric } from "@dataqueues/schemas";
import { describe, expect, test } from "vitest";

import { codesOf, errorOf, issuesOf } from "./issues-of.ts";
import { changed, payloadOf } from "./payload-of.ts";
import type { Payload } from "./payload-of.ts";

const names = readdirSync(join(import.meta.dirname, "fixtures/payloads"))
  .filter((file) => file.endsWith(".json"))
  .map((file) => file.replace(/\.json$/, ""));
const amplitude = "amplitude.2baselines";
const AnyMetric = MetricPayload.with({ collect: true });

describe("real payloads", () => {
  const schemas: Record<string, Metric> = {
    [amplitude]: Amplitude,
    bandAveragedXCorr: BandAveraged,
    pointingOffsets: PointingOffsets,
    spectrum: Spectrum,
    "stats.processingBlock": ProcessingStats,
    "stats.receiverEvents": ReceiverStats,
    "uvCoverage.first40": UvCoverage,
  };
  const current = names.filter((name) => !name.startsWith("legacy."));

  test("there is a schema for each that is current", () => {
    expect(current.toSorted()).toEqual(Object.keys(schemas).toSorted());
  });

  test.each(Object.entries(schemas))("%s passes its own schema and MetricPayload, and no other", (name, schema) => {
    const payload = payloadOf(name);
    expect(check(schema, payload)).toBe(payload);
    expect(check(MetricPayload, payload)).toBe(payload);
    for (const other of Object.values(schemas)) {
      if (other !== schema) expect(issuesOf(other, payload)).not.toEqual([]);
    }
  });

  test("an older spectrum is refused by the name of what changed", () => {
    expect(errorOf(() => check(MetricPayload, payloadOf("legacy.spectrum.polarisations.first32"))).message)
      .toMatchInlineSnapshot(`
      "the value does not match its schema: 1 issue
       * polarisations: 'polarisations' is of an older payload, now there is 'data'"
    `);
  });

  test("an older amplitude is refused by the name of what changed", () => {
    expect(errorOf(() => check(MetricPayload, payloadOf("legacy.amplitude.amplitudesKey.first32"))).message)
      .toMatchInlineSnapshot(`
      "the value does not match its schema: 1 issue
       * data.0.amplitudes: 'amplitudes' is of an older payload, now there is 'data'"
    `);
  });

  test.each<[what: string, payload: unknown, metric: Metric, path: string, now: string]>([
    [
      "2021's spectrum",
      { timestamp: "", channels: [1], power: [1], sd_l: [0], sd_u: [0] },
      Spectrum,
      "channels",
      "spectral_window",
    ],
    [
      "phases of the older key",
      { data: [{ baseline: "a_b", polarisation: "XX", phases: [0.1] }] },
      Phase,
      "data.0.phases",
      "data",
    ],
    ["gains by antenna", { times: [1], amplitudeH: { a: [1] } }, GainCalibration, "times", "time"],
  ])("%s are refused by the name of what changed", (_what, payload, metric, path, now) => {
    for (const schema of [metric, MetricPayload]) {
      expect(codesOf(schema, payload)).toEqual([`former_field ${path}`]);
      expect(issuesOf(schema, payload)[0]?.expected).toBe(now);
    }
  });
});

describe("both spellings", () => {
  test.each<[what: string, change: (payload: Payload, entry: Record<string, unknown>) => void]>([
    [
      "identifiers as text",
      ({ spectral_window }) => Object.assign(spectral_window, { channels_id: "0", spectral_window_id: "none" }),
    ],
    [
      "identifiers as numbers",
      ({ spectral_window }) => Object.assign(spectral_window, { channels_id: 0, spectral_window_id: 1 }),
    ],
    [
      "frequencies in MHz",
      ({ spectral_window }) => Object.assign(spectral_window, { freq_min: 715.459, freq_max: 1456.123 }),
    ],
    [
      "frequencies in Hz",
      ({ spectral_window }) => Object.assign(spectral_window, { freq_min: 715459000, freq_max: 1456123000 }),
    ],
    [
      "what is not finite as text",
      (_payload, entry) => (entry["data"] as unknown[]).splice(0, 3, "nan", "Infinity", "-Infinity"),
    ],
    ["what is not finite as numbers", (_payload, entry) => (entry["data"] as unknown[]).splice(0, 2, NaN, Infinity)],
    ["a time in UTC", (payload) => (payload["timestamp"] = "2023-05-25T13:28:15Z")],
  ])("%s pass", (_what, change) => {
    expect(issuesOf(MetricPayload, changed(amplitude, change))).toEqual([]);
  });

  test.each(["uvcoverage", "uv_coverage"])("a data_type of %s passes", (data_type) => {
    expect(issuesOf(UvCoverage, { ...payloadOf("uvCoverage.first40"), data_type })).toEqual([]);
  });
});

describe("numbers", () => {
  const withData = (data: unknown) => changed(amplitude, (_payload, entry) => Object.assign(entry, { data }));

  test.each([
    ["Float32Array", new Float32Array(1024)],
    ["Int16Array", new Int16Array(1024)],
    ["BigInt64Array", new BigInt64Array(1024)],
    ["NdArray of floats", NdArray.from(new Float64Array(1024))],
    ["NdArray of integers", NdArray.from(new Uint8Array(1024))],
  ])("%s pass", (_what, data) => {
    expect(issuesOf(MetricPayload, withData(data))).toEqual([]);
  });

  test.each<[what: string, data: unknown, code: string, message: string]>([
    [
      "complex numbers",
      NdArray.from(new Float64Array(2048), { dtype: "<c16" }),
      "wrong_dtype",
      "<c16 is no dtype of real numbers",
    ],
    [
      "two dimensions",
      NdArray.from(new Float64Array(1024), { shape: [1, 1024] }),
      "wrong_shape",
      "one dimension is needed, the shape is (1, 1024)",
    ],
    ["text", "1, 2, 3", "wrong_type", 'numbers are needed, this is str (found: "1, 2, 3")'],
    ["one number", 1, "wrong_type", "numbers are needed, this is int (found: 1)"],
    ["bytes without a type", new DataView(new ArrayBuffer(8)), "wrong_type", "numbers are needed, this is DataView"],
    ["a list that has a null", [1, null, 2], "wrong_type", "item 1 is null, no number"],
    ["a list of lists", [[1]], "wrong_type", "item 0 is list, no number"],
    ["other text in a list", [1, "2"], "wrong_type", 'item 1 is "2", no number'],
    ["too few", new Float64Array(1023), "wrong_length", "1023 numbers for 1024 channels"],
  ])("%s are refused", (_what, data, code, message) => {
    expect(issuesOf(MetricPayload, withData(data))).toEqual([
      expect.objectContaining({ code, message, path: ["data", 0, "data"] }),
    ]);
  });
});

describe("cross-checks", () => {
  test.each<[what: string, payload: unknown, issue: string]>([
    [
      "less power than channels",
      changed("spectrum", (_payload, entry) => (entry["power"] as unknown[]).pop()),
      "wrong_length data.0.power",
    ],
    [
      "fewer components than channels",
      changed(amplitude, (_payload, entry) => (entry["component"] as unknown[]).pop()),
      "wrong_length data.0.component",
    ],
    [
      "another polarisation",
      changed(amplitude, (_payload, entry) => (entry["polarisation"] = "RL")),
      "bad_literal data.0.polarisation",
    ],
    [
      "a baseline of one receptor",
      changed(amplitude, (_payload, entry) => (entry["baseline"] = "m033")),
      "bad_format data.0.baseline",
    ],
    [
      "a baseline of three",
      changed(amplitude, (_payload, entry) => (entry["baseline"] = "a_b_c")),
      "bad_format data.0.baseline",
    ],
    [
      "a band that ends before it begins",
      changed(amplitude, ({ spectral_window }) => (spectral_window["freq_max"] = 1)),
      "out_of_range spectral_window.freq_max",
    ],
    [
      "a weight above 1",
      changed("uvCoverage.first40", (_payload, entry) => (entry["weight"] = 1.5)),
      "out_of_range data.0.weight",
    ],
    [
      "a weight below 0",
      changed("uvCoverage.first40", (_payload, entry) => (entry["weight"] = -0.5)),
      "out_of_range data.0.weight",
    ],
    [
      "a time without offset",
      changed(amplitude, (payload) => (payload["timestamp"] = "2023-05-25T13:28:15")),
      "bad_format timestamp",
    ],
    [
      "a negative count",
      changed("uvCoverage.first40", ({ spectral_window }) => (spectral_window["count"] = -1)),
      "wrong_type spectral_window.count",
    ],
    [
      "a fraction of a channel",
      changed("uvCoverage.first40", ({ spectral_window }) => (spectral_window["start"] = 0.5)),
      "wrong_type spectral_window.start",
    ],
    [
      "a missing field",
      changed(amplitude, (payload) => delete payload["processing_block_id"]),
      "missing_field processing_block_id",
    ],
    ["an unknown field", changed(amplitude, (payload) => (payload["subarray"] = 1)), "unknown_field subarray"],
    [
      "an unknown field of an entry",
      changed(amplitude, (_payload, entry) => (entry["phase"] = 1)),
      "unknown_field data.0.phase",
    ],
    [
      "fewer offsets than antennas",
      changed("pointingOffsets", (payload) => (payload["fittedHeight"] = [1])),
      "wrong_length fittedHeight",
    ],
  ])("%s is the only issue", (_what, payload, issue) => {
    expect(codesOf(AnyMetric, payload)).toEqual([issue]);
  });
});

describe("metrics without a real payload", () => {
  const window = { freq_min: 1, freq_max: 2, count: 3, channels_id: 0, spectral_window_id: 0, start: 0, stride: 1 };
  const envelope = { processing_block_id: "pb", timestamp: "2024-07-10T11:22:21+00:00", spectral_window: window };
  const entry = { baseline: "m033_m034", polarisation: "XY" };
  const gains = { time: [1], gains: [[1, 2, 3, 4]], phases: [[1, 2, 3, 4]] };

  test.each<[what: string, metric: Metric, payload: object, broken: object, issue: string]>([
    [
      "phase",
      Phase,
      { ...envelope, data_type: "phase", data: [{ ...entry, data: [1, 2, 3], component: new Float32Array(3) }] },
      { ...envelope, data_type: "phase", data: [{ ...entry, data: [1, 2], component: new Float32Array(3) }] },
      "wrong_length data.0.data",
    ],
    [
      "spectrogram",
      Spectrogram,
      { ...envelope, data_type: "spectrogram", data: [{ ...entry, data: [1, 2, 3] }] },
      { ...envelope, data_type: "spectrograms", data: [{ ...entry, data: [1, 2] }] },
      "wrong_length data.0.data",
    ],
    [
      "lag plot, whose lags are not channels",
      LagPlot,
      { ...envelope, data_type: "lagplot", data: [{ ...entry, data: [1, 2] }] },
      { ...envelope, data_type: "lag_plot", data: [{ ...entry, data: {} }] },
      "wrong_type data.0.data",
    ],
    ["gain calibration", GainCalibration, gains, { ...gains, phases: [[1, 2, 3]] }, "wrong_length phases.0"],
    [
      "gains of arrays",
      GainCalibration,
      { ...gains, gains: NdArray.from([[1, 2, 3, 4]]) },
      { ...gains, gains: NdArray.from([[1]]) },
      "wrong_shape gains",
    ],
    ["gains of other antennas than phases", GainCalibration, gains, { ...gains, phases: [] }, "wrong_length phases"],
  ])("%s", (_what, metric, payload, broken, issue) => {
    expect(check(metric, payload)).toBe(payload);
    expect(check(MetricPayload, payload)).toBe(payload);
    expect(codesOf(metric.with({ collect: true }), broken)).toEqual([issue]);
    expect(codesOf(AnyMetric, broken)).toEqual([issue]);
  });

  test.each<[what: string, metric: Metric, payload: unknown, broken: unknown, issue: string]>([
    [
      "a mask",
      Mask,
      {
        data: [
          [1e9, 2e9],
          [0, 1],
        ],
      },
      { data: [[1e9, 2e9], [0]] },
      "wrong_length data",
    ],
    ["a mask without gaps", Mask, { data: [[1e9], new Uint8Array(1)] }, { data: [[1e9], [NaN]] }, "not_finite data.1"],
    ["a waterfall", Waterfall, [[1, 2], new Float32Array(2)], [[1, 2], [1]], "wrong_length 1"],
    ["a waterfall of one array", Waterfall, NdArray.from([[1, 2]]), NdArray.from([[[1]]]), "wrong_shape"],
    ["a waterfall of real numbers", Waterfall, [], NdArray.from([[{ re: 1, im: 2 }]]), "wrong_dtype"],
  ])("%s, which comes over REST", (_what, metric, payload, broken, issue) => {
    expect(check(metric, payload)).toBe(payload);
    expect(codesOf(metric.with({ collect: true }), broken)).toEqual([issue]);
  });
});
