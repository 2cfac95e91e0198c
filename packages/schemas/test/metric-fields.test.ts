import { NdArray } from "@dataqueues/arrays";
import {
  Amplitude,
  GainCalibration,
  LagPlot,
  Mask,
  metrics,
  Phase,
  PointingOffsets,
  ProcessingStats,
  Spectrogram,
  Spectrum,
  UvCoverage,
} from "@dataqueues/schemas";
import type { Metric } from "@dataqueues/schemas";
import { describe, expect, test } from "vitest";

import { codesOf, issuesOf, placeOf } from "./issues-of.ts";
import { kinds, leastPayloadOf, offsets, payloads, spectral_window, withField } from "./metric-payloads.ts";

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
  const payload = leastPayloadOf(UvCoverage);
  const [issue] = issuesOf(UvCoverage, withField(payload, path, value));
  expect(issue).toMatchObject({ expected, message, found: value });
});

test("numbers of channels are judged where there are both, an entry and a count", () => {
  const payload = leastPayloadOf(Amplitude);
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
  const payload = leastPayloadOf(metric);
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
  const payload = leastPayloadOf(metric);
  for (const wrong of [length - 1, length + 1]) {
    for (const value of [
      Array.from({ length: wrong }, () => 1),
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
      expect(issue && placeOf(issue)).toBe(path);
    }
  }
});

test.each<[what: string, metric: Metric, path: string]>([
  ["the angles of a spectrum", Spectrum, "data.0.angle"],
  ["lags", LagPlot, "data.0.data"],
  ["the components of lags", LagPlot, "data.0.component"],
])("%s are as many as there are", (_what, metric, path) => {
  const payload = leastPayloadOf(metric);
  for (const value of [[], [1], [1, 2, 3]]) expect(issuesOf(metric, withField(payload, path, value))).toEqual([]);
});

test("freq_max is a number that is not below freq_min", () => {
  const payload = leastPayloadOf(Phase);
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
  const payload = leastPayloadOf(Phase);
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
  const payload = leastPayloadOf(ProcessingStats);
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
