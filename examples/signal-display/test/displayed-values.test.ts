import { NdArray } from "@dataqueues/arrays";
import { Amplitude, check, PointingNumpyArray, Spectrum, UvCoverage } from "@dataqueues/schemas";
import { describe, expect, test } from "vitest";

import amplitudeFile from "../payloads/amplitude.m033_m038.json" with { type: "json" };
import spectrumFile from "../payloads/spectrum.json" with { type: "json" };
import {
  amplitudeOf,
  coverageOf,
  phaseOf,
  pointingOf,
  spectrumOf,
  thumbnailsOf,
} from "../src/worker/displayed-values.ts";
import { decimate, sample } from "../src/worker/numbers.ts";

const amplitude = check(Amplitude, amplitudeFile);
const spectrum = check(Spectrum, spectrumFile);
const window = { freq_min: 1e9, freq_max: 2e9, count: 4, channels_id: 0, spectral_window_id: 0, start: 0, stride: 1 };
const envelope = { processing_block_id: "pb", timestamp: "2023-05-25T13:28:15.442543+00:00", spectral_window: window };

function rounded(values: ArrayLike<number>, ...indices: readonly number[]): number[] {
  return indices.map((index) => Math.round((values[index] ?? 0) * 1e4) / 1e4);
}

describe("what the page shows of real payloads", () => {
  // The numbers are numpy's: 10 * numpy.log10(data), and the same of the means of 60 groups.
  test("powers in decibels", () => {
    const { values, polarisations, time, axis, processingBlock } = spectrumOf(spectrum, 0);
    expect(polarisations).toEqual(["XX", "XY", "YX", "YY"]);
    expect(rounded(values, 0, 1, 511, 1023)).toEqual([27.7429, 20.6416, 27.4085, 19.4503]);
    expect(rounded(values, 3 * 1024 + 511)).toEqual([27.4085]);
    expect(time).toBe(1_685_021_295_442);
    expect(processingBlock).toBe("pb-test-123-123");
    expect(axis.firstHz).toBe(715_459_000);
    // 1,024 channels from 715.459 to 1,456.123 MHz; the last one begins one width before the end.
    expect(axis.lastHz).toBeCloseTo(1_456_123_000 - 740_664_000 / 1024, 0);
  });

  test("amplitudes of the chosen baseline in decibels, with frequencies in Hz where an old program wrote MHz", () => {
    const shown = amplitudeOf(amplitude, 2, "m033_m038");
    expect(shown).toMatchObject({ window: 2, baseline: "m033_m038", polarisations: ["XX", "YY"] });
    expect(rounded(shown?.values ?? [], 0, 1, 511, 1023)).toEqual([24.8474, -3.8492, 9.5877, -2.5908]);
    expect(rounded(shown?.values ?? [], 1024, 1025, 1535, 2047)).toEqual([24.4487, -2.4211, 9.4933, -3.5346]);
    expect(shown?.axis.firstHz).toBeCloseTo(715_459_000, 0);
    expect(amplitudeOf(amplitude, 2, "m033_m034")).toBeUndefined();
  });

  test("small plots of XX, decimated before they become decibels", () => {
    const { baselines, points, values } = thumbnailsOf(amplitude, 0);
    expect({ baselines, points, length: values.length }).toEqual({ baselines: ["m033_m038"], points: 60, length: 60 });
    expect(rounded(values, 0, 1, 30, 59)).toEqual([12.8102, 6.9416, 9.5546, 0.8153]);
  });
});

describe("what the page shows of odd values", () => {
  const numbers = [
    ["a list with texts", [1, "nan", 100, "Infinity"]],
    ["float64", NdArray.from([1, NaN, 100, Infinity])],
    ["float32", NdArray.from([1, NaN, 100, Infinity], "<f4")],
    ["float16", NdArray.from([1, NaN, 100, Infinity], "<f2")],
    ["a typed array", Float32Array.of(1, NaN, 100, Infinity)],
  ] as const;
  test.each(numbers)("%s: what is not finite is NaN", (_name, data) => {
    const entry = { baseline: "a_b", polarisation: "XX", data, component: data };
    const payload = check(Amplitude, { data_type: "amplitude", ...envelope, data: [entry] });
    expect([...(amplitudeOf(payload, 0, "a_b")?.values ?? [])]).toEqual([0, NaN, 20, NaN]);
  });

  test("integers of 64 bits, and a power of zero, which has no decibels", () => {
    const power = NdArray.from([1n, 0n, 1000n, 10n], "<i8");
    const entry = { polarisation: "XX", power, power_std: 1, angle: [], angle_std: 1 };
    const { values } = spectrumOf(check(Spectrum, { data_type: "spectrum", ...envelope, data: [entry] }), 0);
    expect([...values]).toEqual([0, NaN, 30, 10]);
  });

  test("no channels, and no entries", () => {
    const empty = { ...envelope, spectral_window: { ...window, count: 0 } };
    expect(spectrumOf(check(Spectrum, { data_type: "spectrum", ...empty, data: [] }), 0).values).toHaveLength(0);
    const entry = { baseline: "a_b", polarisation: "XX", data: [], component: [] };
    const payload = check(Amplitude, { data_type: "amplitude", ...empty, data: [entry] });
    expect([...new Set(thumbnailsOf(payload, 0).values)]).toEqual([NaN]);
  });

  test("phases are in degrees, and thumbnails of phases are samples, as the mean of angles says nothing", () => {
    const data = [Math.PI, -Math.PI / 2, 0, Math.PI / 4];
    const entry = { baseline: "a_b", polarisation: "XX", data, component: data };
    const payload = { data_type: "phase" as const, ...envelope, data: [{ ...entry, polarisation: "XX" as const }] };
    expect([...(phaseOf(payload, 0, "a_b")?.values ?? [])]).toEqual([180, -90, 0, 45]);
    expect(new Set(thumbnailsOf(payload, 0).values)).toEqual(new Set([180, -90, 0, 45]));
  });

  test("coverage has each baseline between two dishes once, in the payload's order", () => {
    const at = (baseline: string, polarisation: string, u: number): object => ({
      baseline,
      polarisation,
      weight: 1,
      u,
      v: 2 * u,
      w: 3 * u,
    });
    const data = [at("a_a", "XX", 0), at("a_b", "XX", 1), at("a_b", "YY", 9), at("b_b", "XX", 0), at("b_c", "YY", 2)];
    const { baselines, u, v, w } = coverageOf(check(UvCoverage, { data_type: "uvcoverage", ...envelope, data }), 0);
    expect(baselines).toEqual(["a_b", "b_c"]);
    expect([[...u], [...v], [...w]]).toEqual([
      [1, 2],
      [2, 4],
      [3, 6],
    ]);
  });

  test("pointing offsets have the record's time, as the array has none", () => {
    const nan = [NaN, NaN];
    const offsets = new PointingNumpyArray({
      antenna_name: ["m033", "m037"],
      last_scan_index: [34, 34],
      xel_offset: [1.5, NaN],
      xel_offset_std: [0.5, NaN],
      el_offset: [-2, NaN],
      el_offset_std: [0.25, NaN],
      expected_width_h: nan,
      expected_width_v: nan,
      fitted_width_h: nan,
      fitted_width_h_std: nan,
      fitted_width_v: nan,
      fitted_width_v_std: nan,
      fitted_height: nan,
      fitted_height_std: nan,
    }).toNumpy();
    expect(pointingOf(offsets, 0, 1234)).toEqual({
      type: "pointing",
      window: 0,
      time: 1234,
      antennas: ["m033", "m037"],
      crossElevation: Float64Array.of(1.5, NaN),
      crossElevationStd: Float64Array.of(0.5, NaN),
      elevation: Float64Array.of(-2, NaN),
      elevationStd: Float64Array.of(0.25, NaN),
    });
  });
});

describe("decimation", () => {
  test("takes means without NaN; a group that has nothing else is NaN", () => {
    expect([...decimate(Float32Array.of(1, 3, NaN, 5, NaN, NaN, 7, 8), 4)]).toEqual([2, 5, NaN, 7.5]);
  });

  test("of fewer channels than points repeats them", () => {
    expect([...decimate(Float32Array.of(1, 2), 4)]).toEqual([1, 1, 2, 2]);
    expect([...sample(Float32Array.of(1, 2), 4)]).toEqual([1, 1, 2, 2]);
  });

  test("samples are taken from the middles of groups", () => {
    expect([...sample(Float32Array.of(0, 1, 2, 3, 4, 5), 2)]).toEqual([1, 4]);
  });
});
