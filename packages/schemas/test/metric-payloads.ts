import { NdArray } from "@dataqueues/arrays";
import {
  Amplitude,
  BandAveraged,
  GainCalibration,
  LagPlot,
  Phase,
  PointingOffsets,
  ProcessingStats,
  ReceiverStats,
  Spectrogram,
  Spectrum,
  UvCoverage,
} from "@dataqueues/schemas";
import type { Metric } from "@dataqueues/schemas";

/** What a field takes, and what it refuses with which code; a missing one is a case of its own. */
export interface Kind {
  readonly takes: readonly unknown[];
  readonly refuses: readonly (readonly [value: unknown, code: string])[];
}

const wrongType = (...values: unknown[]): (readonly [unknown, string])[] => values.map((one) => [one, "wrong_type"]);
const notFinite = ["nan", "NaN", "inf", "-inf", "Infinity", "-Infinity"];

/** The kinds of fields. */
export const kinds = {
  text: { takes: ["", "any text"], refuses: wrongType(1, true, null, [], {}) },
  time: {
    takes: ["2023-05-25T13:28:15.442543+00:00", "2023-05-25T13:28:15Z", "2024-02-29T00:00:00+10:30"],
    refuses: [
      ...wrongType(1, null, []),
      ["2023-05-25T13:28:15", "bad_format"],
      ["2023-05-25", "bad_format"],
      ["", "bad_format"],
    ],
  },
  // Seconds: a real number of JavaScript, which has to be finite.
  seconds: { takes: [0, -1, 1_716_000_000.25], refuses: wrongType("1", null, NaN, Infinity, [1]) },
  // Below freq_max, which is 2.
  frequency: { takes: [0, -1, 1.5, 2], refuses: wrongType("1", null, NaN, [1]) },
  integer: {
    takes: [0, -1, 2 ** 53 - 1],
    refuses: wrongType(0.5, 2 ** 53, "1", NaN, null, true, [1]),
  },
  count: { takes: [0, 1, 2 ** 53 - 1], refuses: wrongType(-1, 0.5, 2 ** 53, "1", null) },
  identifier: { takes: [0, -7, "", "none"], refuses: wrongType(0.5, null, true, [1], {}) },
  number: { takes: [0, -1.5, NaN, Infinity, ...notFinite], refuses: wrongType("1", "", null, true, [1], 1n) },
  weight: { takes: [0, 0.5, 1], refuses: [...wrongType("1", null), [-0.01, "out_of_range"], [1.01, "out_of_range"]] },
  baseline: {
    takes: ["m033_m034", "a_b"],
    refuses: [
      ...wrongType(33, null, ["a", "b"]),
      ["m033", "bad_format"],
      ["a_b_c", "bad_format"],
      ["_b", "bad_format"],
      ["a_", "bad_format"],
      ["a b_c", "bad_format"],
      ["a_b c", "bad_format"],
    ],
  },
  polarisation: {
    takes: ["XX", "XY", "YX", "YY"],
    refuses: [
      ["xx", "bad_literal"],
      ["RL", "bad_literal"],
      [1, "bad_literal"],
    ],
  },
  list: { takes: [[], [1], ["a"]], refuses: wrongType("a", 1, null, {}) },
  texts: { takes: [[]], refuses: wrongType("a", 1, null) },
  numbers: {
    takes: [new Float64Array(2), new BigUint64Array(2), [1, "nan"], NdArray.from([0.5, 1])],
    refuses: wrongType("1, 2", 1, null, {}, new DataView(new ArrayBuffer(16)), ["1", "2"], [null, 1], [[1], [2]]),
  },
  deviation: {
    takes: [1, "nan", [1, 2], new Float32Array(2), []],
    refuses: wrongType("1", null, {}, [null]),
  },
} as const satisfies Record<string, Kind>;

/** The kinds of fields, by their paths in the least payload. */
export type Fields = Readonly<Record<string, keyof typeof kinds>>;

/** A spectral window of two channels. */
export const spectral_window = {
  freq_min: 1,
  freq_max: 2,
  count: 2,
  channels_id: 0,
  spectral_window_id: 0,
  start: 0,
  stride: 1,
};
const window: Fields = {
  "spectral_window.freq_min": "frequency",
  "spectral_window.channels_id": "identifier",
  "spectral_window.spectral_window_id": "identifier",
  "spectral_window.start": "integer",
  "spectral_window.stride": "integer",
};
const envelope = { processing_block_id: "pb", timestamp: "2024-07-10T11:22:21+00:00", spectral_window };
const enveloped: Fields = { processing_block_id: "text", timestamp: "time", ...window };
const pair = { baseline: "m033_m034", polarisation: "XY" };
const paired: Fields = { "data.0.baseline": "baseline", "data.0.polarisation": "polarisation" };
const two = [1, 2];
/** The fields of pointing offsets. */
export const offsets = [
  "crossElevationOffset",
  "crossElevationOffsetStandardDeviation",
  "crossElevationFittedWidth",
  "crossElevationFittedWidthStandardDeviation",
  "crossElevationExpectedWidth",
  "elevationOffset",
  "elevationOffsetStandardDeviation",
  "elevationFittedWidth",
  "elevationFittedWidthStandardDeviation",
  "elevationExpectedWidth",
  "fittedHeight",
  "fittedHeightStandardDeviation",
];

/** The least payload of each metric, and its fields. */
export const payloads: readonly (readonly [
  name: string,
  metric: Metric,
  payload: Record<string, unknown>,
  fields: Fields,
])[] = [
  [
    "spectrum",
    Spectrum,
    {
      ...envelope,
      data_type: "spectrum",
      data: [{ polarisation: "XX", power: two, power_std: 1, angle: two, angle_std: 1 }],
    },
    {
      ...enveloped,
      "data.0.polarisation": "polarisation",
      "data.0.power": "numbers",
      "data.0.power_std": "deviation",
      "data.0.angle": "numbers",
      "data.0.angle_std": "deviation",
    },
  ],
  ...(
    [
      ["amplitude", Amplitude],
      ["phase", Phase],
    ] as const
  ).map(
    ([data_type, metric]) =>
      [
        data_type,
        metric,
        { ...envelope, data_type, data: [{ ...pair, data: two, component: two }] },
        { ...enveloped, ...paired, "data.0.data": "numbers", "data.0.component": "numbers" },
      ] as const,
  ),
  ...(
    [
      ["spectrogram", Spectrogram],
      ["lagplot", LagPlot],
    ] as const
  ).map(
    ([data_type, metric]) =>
      [
        data_type,
        metric,
        { ...envelope, data_type, data: [{ ...pair, data: two }] },
        { ...enveloped, ...paired, "data.0.data": "numbers" },
      ] as const,
  ),
  [
    "uv coverage",
    UvCoverage,
    { ...envelope, data_type: "uvcoverage", data: [{ ...pair, weight: 1, u: 1, v: 2, w: 3 }] },
    {
      ...enveloped,
      ...paired,
      "spectral_window.count": "count",
      "data.0.weight": "weight",
      "data.0.u": "number",
      "data.0.v": "number",
      "data.0.w": "number",
    },
  ],
  [
    "band average",
    BandAveraged,
    { timestamp: envelope.timestamp, data: [{ ...pair, data: 1 }] },
    { timestamp: "time", ...paired, "data.0.data": "number" },
  ],
  [
    "statistics of a processing block",
    ProcessingStats,
    {
      state: "READY",
      time: 1,
      processing_block_id: "pb",
      execution_block_id: "eb",
      subarray_id: "01",
      scan_id: 1,
      payloads_received: 1,
      time_slices: 1,
      time_since_last_payload: 0.5,
    },
    {
      state: "text",
      time: "seconds",
      processing_block_id: "text",
      execution_block_id: "text",
      subarray_id: "identifier",
      scan_id: "identifier",
      payloads_received: "integer",
      time_slices: "integer",
      time_since_last_payload: "number",
    },
  ],
  [
    "statistics of a receiver",
    ReceiverStats,
    {
      time: 1,
      scan_id: 1,
      state: "receiving",
      total_megabytes: 1,
      num_heaps: 1,
      num_incomplete: 0,
      duration: 1,
      streams: [],
    },
    {
      time: "seconds",
      scan_id: "identifier",
      state: "text",
      total_megabytes: "number",
      num_heaps: "integer",
      num_incomplete: "integer",
      duration: "number",
      streams: "list",
    },
  ],
  [
    "gain calibration",
    GainCalibration,
    { time: [1], gains: [[1, 2, 3, 4]], phases: [[1, 2, 3, 4]] },
    { time: "numbers" },
  ],
  [
    "pointing offsets",
    PointingOffsets,
    { antennas: ["a", "b"], ...Object.fromEntries(offsets.map((field) => [field, two])) },
    Object.fromEntries(offsets.map((field) => [field, "numbers" as const])),
  ],
];

/** A copy with another value at a path, or without it. */
export function withField(payload: object, path: string, value: unknown): unknown {
  const copy: Record<string, unknown> = structuredClone({ ...payload });
  const keys = path.split(".");
  let place: object = copy;
  for (const key of keys.slice(0, -1)) place = Reflect.get(place, key);
  const last = keys.at(-1) ?? "";
  if (value === undefined) Reflect.deleteProperty(place, last);
  else Reflect.set(place, last, value);
  return copy;
}

/** The least payload of a metric. */
export function leastPayloadOf(metric: Metric): Record<string, unknown> {
  return payloads.find(([, one]) => one === metric)?.[2] ?? {};
}
