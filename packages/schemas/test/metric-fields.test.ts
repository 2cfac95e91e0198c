import { NdArray } from "@dataqueues/arrays";
import {
  Amplitude,
  BandAveraged,
  GainCalibration,
  LagPlot,
  Mask,
  metrics,
  Phase,
  PointingOffsets,
  ProcessingStats,
  ReceiverStats,
  Spectrogram,
  Spectrum,
  UvCoverage,
} from "@dataqueues/schemas";
import type { Metric } from "@dataqueues/schemas";
import { describe, expect, test } from "vitest";

import { codesOf, issuesOf } from "./issues-of.ts";

/** What a field takes, and what it refuses with which code; a missing one is a case of its own. */
interface Kind {
  readonly takes: readonly unknown[];
  readonly refuses: readonly (readonly [value: unknown, code: string])[];
}

const wrongType = (...values: unknown[]): (readonly [unknown, string])[] => values.map((one) => [one, "wrong_type"]);
const notFinite = ["nan", "NaN", "inf", "-inf", "Infinity", "-Infinity"];

const kinds = {
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

type Fields = Readonly<Record<string, keyof typeof kinds>>;

const spectral_window = {
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
const offsets = [
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

const payloads: readonly (readonly [name: string, metric: Metric, payload: Record<string, unknown>, fields: Fields])[] =
  [
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
function withField(payload: object, path: string, value: unknown): unknown {
  const copy: Record<string, unknown> = structuredClone({ ...payload });
  const keys = path.split(".");
  let place: object = copy;
  for (const key of keys.slice(0, -1)) place = Reflect.get(place, key);
  const last = keys.at(-1) ?? "";
  if (value === undefined) Reflect.deleteProperty(place, last);
  else Reflect.set(place, last, value);
  return copy;
}

describe.each(payloads)("%s", (_name, metric, payload, fields) => {
  const all = metric.with({ collect: true });

  test("the least payload passes", () => {
    expect(issuesOf(metric, payload)).toEqual([]);
  });

  test.each(Object.entries(fields))("%s takes a value of its kind: %s", (path, kind) => {
    for (const value of kinds[kind].takes) {
      const taken = withField(payload, path, value);
      // Their lengths are other cases.
      const issues = issuesOf(all, taken).filter(({ code }) => code !== "wrong_length");
      expect([value, issues]).toEqual([value, []]);
    }
  });

  test.each(Object.entries(fields))("%s refuses any other value, alone: %s", (path, kind) => {
    for (const [value, code] of kinds[kind].refuses) {
      const codes = codesOf(all, withField(payload, path, value)).filter((issue) => !issue.startsWith("wrong_length"));
      expect([value, codes]).toEqual([value, [`${code} ${path}`]]);
    }
  });

  test.each(Object.keys(fields))("%s must be there", (path) => {
    expect(codesOf(all, withField(payload, path, undefined))).toContain(`missing_field ${path}`);
  });

  const dicts = ["", "spectral_window.", "data.0."].filter((dict) =>
    Object.keys(fields).some((path) => path.startsWith(dict)),
  );
  test.each(dicts)("a field that is not known is refused in the dict at '%s'", (dict) => {
    expect(codesOf(all, withField(payload, `${dict}more`, 1))).toEqual([`unknown_field ${dict}more`]);
  });
});

test.each<[path: string, value: unknown, expected: unknown, message: string]>([
  ["spectral_window.start", 0.5, "int", "an integer is needed (found: 0.5)"],
  ["spectral_window.count", -1, "int", "a number of channels is needed (found: -1)"],
  ["spectral_window.channels_id", true, ["int", "str"], "an integer or a text is needed (found: true)"],
  ["data.0.baseline", 33, "string", "a baseline is a text (found: 33)"],
  ["data.0.baseline", "m033", "m033_m034", 'a baseline is two receptors joined by an underscore (found: "m033")'],
  ["data.0.polarisation", "RL", ["XX", "XY", "YX", "YY"], 'this is no polarisation: XX, XY, YX or YY (found: "RL")'],
  ["data.0.weight", 2, { maximum: 1 }, "Too big: expected number to be <=1 (found: 2)"],
  ["data.0.weight", -1, { minimum: 0 }, "Too small: expected number to be >=0 (found: -1)"],
  ["data.0.u", "1", "number", 'this is no number (found: "1")'],
  ["timestamp", "now", "datetime", 'an ISO 8601 time with an offset is needed (found: "now")'],
])("an issue says what was expected: %s of %o", (path, value, expected, message) => {
  const payload = payloads.find(([, one]) => one === UvCoverage)?.[2] ?? {};
  const [issue] = issuesOf(UvCoverage, withField(payload, path, value));
  expect(issue).toMatchObject({ expected, message, found: value });
});

test("numbers of channels are judged where there are both, an entry and a count", () => {
  const payload = payloads.find(([, one]) => one === Amplitude)?.[2] ?? {};
  const all = Amplitude.with({ collect: true });
  expect(codesOf(all, withField(payload, "spectral_window.count", "3"))).toEqual(["wrong_type spectral_window.count"]);
  expect(codesOf(all, { ...payload, data: [null, "entry", 1] })).toEqual([
    "wrong_type data.0",
    "wrong_type data.1",
    "wrong_type data.2",
  ]);
  const scalar = NdArray.from(new Float64Array(1), { shape: [] });
  expect(codesOf(all, withField(payload, "data.0.data", scalar))).toEqual(["wrong_shape data.0.data"]);
});

test.each<[what: string, metric: Metric, dataTypes: readonly string[]]>([
  ["spectrum", Spectrum, ["spectrum"]],
  ["amplitude", Amplitude, ["amplitude"]],
  ["phase", Phase, ["phase"]],
  ["spectrogram", Spectrogram, ["spectrograms", "spectrogram"]],
  ["lag plot", LagPlot, ["lagplot", "lag_plot"]],
  ["uv coverage", UvCoverage, ["uvcoverage", "uv_coverage"]],
])("the data_type of %s is one of its own", (_what, metric, dataTypes) => {
  const payload = payloads.find(([, one]) => one === metric)?.[2] ?? {};
  for (const data_type of dataTypes) expect(codesOf(metric, { ...payload, data_type })).toEqual([]);
  for (const data_type of ["", "Spectrum", "closurephase", 1, null]) {
    const [issue] = issuesOf(metric, { ...payload, data_type });
    expect(issue).toMatchObject({ code: "bad_literal", path: ["data_type"], found: data_type });
    expect(issue?.expected).toEqual(dataTypes);
  }
});

test("each metric has the name by which a display asks for it", () => {
  expect([...metrics, Mask].map(({ name }) => name)).toEqual([
    "spectrum",
    "amplitude",
    "phase",
    "spectrograms",
    "lagplot",
    "uvcoverage",
    "bandaveragedxcorr",
    "stats",
    "receiverstats",
    "gaincalibration",
    "pointingoffsets",
    "mask",
  ]);
});

test.each<[what: string, metric: Metric, path: string, length: number]>([
  ["power", Spectrum, "data.0.power", 2],
  ["amplitudes", Amplitude, "data.0.data", 2],
  ["components of amplitudes", Amplitude, "data.0.component", 2],
  ["phases", Phase, "data.0.data", 2],
  ["components of phases", Phase, "data.0.component", 2],
  ["a spectrogram", Spectrogram, "data.0.data", 2],
  ["components of a spectrogram", Spectrogram, "data.0.component", 2],
  ...offsets.map((field): [string, Metric, string, number] => [field, PointingOffsets, field, 2]),
])("there is one of %s for each channel or antenna", (_what, metric, path, length) => {
  const payload = payloads.find(([, one]) => one === metric)?.[2] ?? {};
  for (const wrong of [length - 1, length + 1]) {
    for (const value of [
      new Array<number>(wrong).fill(1),
      new Float32Array(wrong),
      NdArray.from(new Float64Array(wrong)),
    ]) {
      const [issue, ...others] = issuesOf(metric.with({ collect: true }), withField(payload, path, value));
      expect(others).toEqual([]);
      expect(issue).toMatchObject({
        code: "wrong_length",
        expected: length,
        message: expect.stringContaining(`${wrong} numbers for 2`),
      });
      expect(issue?.path?.join(".")).toBe(path);
    }
  }
});

test.each<[what: string, metric: Metric, path: string]>([
  ["the angles of a spectrum", Spectrum, "data.0.angle"],
  ["lags", LagPlot, "data.0.data"],
  ["the components of lags", LagPlot, "data.0.component"],
])("%s are as many as there are", (_what, metric, path) => {
  const payload = payloads.find(([, one]) => one === metric)?.[2] ?? {};
  for (const value of [[], [1], [1, 2, 3]]) expect(issuesOf(metric, withField(payload, path, value))).toEqual([]);
});

test("freq_max is a number that is not below freq_min", () => {
  const payload = payloads.find(([, one]) => one === Phase)?.[2] ?? {};
  const all = Phase.with({ collect: true });
  for (const freq_max of [1, 1.5, 3])
    expect(codesOf(all, withField(payload, "spectral_window.freq_max", freq_max))).toEqual([]);
  const path = ["spectral_window", "freq_max"];
  expect(issuesOf(all, withField(payload, path.join("."), 0.5))).toEqual([
    {
      code: "out_of_range",
      path,
      message: "freq_max is below freq_min (found: 0.5)",
      found: 0.5,
      expected: "freq_max >= freq_min",
    },
  ]);
  for (const wrong of ["3", NaN, [3]]) {
    expect(codesOf(all, withField(payload, path.join("."), wrong))).toEqual(["wrong_type spectral_window.freq_max"]);
  }
  expect(codesOf(all, withField(payload, path.join("."), undefined))).toEqual([
    "missing_field spectral_window.freq_max",
  ]);
});

test("freq_max is judged beside other issues", () => {
  const payload = payloads.find(([, one]) => one === Phase)?.[2] ?? {};
  const broken = withField(payload, "spectral_window", { ...spectral_window, freq_max: 0, start: "0" });
  expect(codesOf(Phase.with({ collect: true }), broken)).toEqual([
    "wrong_type spectral_window.start",
    "out_of_range spectral_window.freq_max",
  ]);
  for (const spectral_window of [null, "window", [], 1]) {
    expect(codesOf(Phase.with({ collect: true }), { ...payload, spectral_window })).toEqual([
      "wrong_type spectral_window",
    ]);
  }
});

test("the type of a processing block's statistics may be left out, but not be another", () => {
  const payload = payloads.find(([, one]) => one === ProcessingStats)?.[2] ?? {};
  expect(codesOf(ProcessingStats, { ...payload, type: "visibility_receive" })).toEqual([]);
  expect(codesOf(ProcessingStats, { ...payload, type: "" })).toEqual(["bad_literal type"]);
});

test.each<[what: string, metric: Metric, former: readonly (readonly [name: string, now: string])[]]>([
  [
    "spectrum",
    Spectrum,
    [
      ["polarisations", "data"],
      ["channels", "spectral_window"],
      ["sd_l", "power_std"],
      ["sd_u", "power_std"],
    ],
  ],
  ["amplitude", Amplitude, [["amplitudes", "data"]]],
  ["phase", Phase, [["phases", "data"]]],
  [
    "gain calibration",
    GainCalibration,
    [
      ["times", "time"],
      ["amplitudeH", "gains"],
      ["amplitudeV", "gains"],
      ["phaseH", "phases"],
      ["phaseV", "phases"],
    ],
  ],
])(
  "an older name in a payload of %s is told with the newer one, once, and before all else",
  (_what, metric, former) => {
    for (const [name, now] of former) {
      const message = `'${name}' is of an older payload, now there is '${now}'`;
      const issue = { code: "former_field", message, found: name, expected: now };
      const all = metric.with({ collect: true });
      const atTheTop = issuesOf(all, { [name]: [1] });
      expect(atTheTop[0]).toEqual({ ...issue, path: [name] });
      expect(atTheTop.filter(({ path }) => path?.[0] === name)).toHaveLength(1);
      const inAnEntry = issuesOf(all, { data: [{ [name]: [1] }] });
      expect(inAnEntry[0]).toEqual({ ...issue, path: ["data", 0, name] });
      expect(inAnEntry.filter(({ path }) => path?.[2] === name)).toHaveLength(1);
    }
  },
);
