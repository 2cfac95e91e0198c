import { NdArray } from "@dataqueues/arrays";
import { MetricPayload, PointingNumpyArray } from "@dataqueues/schemas";
import type { Numbers } from "@dataqueues/schemas";
import { Encoding } from "dataqueues";
import { describe, expect, test } from "vitest";

import { partitionCount } from "../src/generator/band.ts";
import { SimulatedMetrics } from "../src/generator/metrics.ts";

const startedAt = Date.UTC(2026, 10, 27, 7);
const metrics = new SimulatedMetrics({ startedAt });

/** A moment with this many seconds since the last multiple of 240 s, which all interference repeats by. */
function timeAt(seconds: number): number {
  return Math.ceil(startedAt / 240_000) * 240_000 + seconds * 1000;
}

function valuesOf(numbers: Numbers | undefined): Float64Array {
  if (!(numbers instanceof NdArray)) throw new TypeError("numpy's array is expected");
  return Float64Array.from(numbers.data as Float64Array);
}

async function issuesOf(value: unknown): Promise<unknown> {
  return (await MetricPayload.with({ collect: true })["~standard"].validate(value)).issues ?? [];
}

/** The frequency in MHz at which power has grown most, if it has doubled there; flagged channels left out. */
function strongest(now: number, before: number): number {
  const [one, other] = [now, before].map((time) => valuesOf(metrics.spectrum(time, 0).data[0]?.power));
  const ratios = Array.from(one ?? [], (power, channel) => power / (other?.[channel] ?? 1)).map((ratio) =>
    Number.isNaN(ratio) ? 0 : ratio,
  );
  const { freq_min, freq_max, count } = metrics.spectrum(now, 0).spectral_window;
  const largest = Math.max(...ratios);
  return largest < 2 ? NaN : (freq_min + (ratios.indexOf(largest) * (freq_max - freq_min)) / count) / 1e6;
}

describe("simulated metrics", () => {
  test.each(Array.from({ length: partitionCount }, (_partition, partition) => partition))(
    "of partition %d have the shapes that the schemas ask for, after encoding as well",
    async (partition) => {
      const { amplitude, phase } = metrics.visibilities(startedAt, partition);
      for (const payload of [metrics.spectrum(startedAt, partition), amplitude, phase]) {
        expect(await issuesOf(payload)).toEqual([]);
        expect(await issuesOf(Encoding.MSGPACK_NUMPY.decode(Encoding.MSGPACK_NUMPY.encode(payload)))).toEqual([]);
      }
    },
  );

  test("of one partition only have the shapes that the schemas ask for", async () => {
    expect(await issuesOf(metrics.coverage(startedAt))).toEqual([]);
    for (const payload of [metrics.receiver(startedAt), metrics.processing(startedAt)]) {
      expect(await issuesOf(Encoding.JSON.decode(Encoding.JSON.encode(payload)))).toEqual([]);
    }
    const offsets = PointingNumpyArray.with({ collect: true })["~standard"].validate(metrics.pointing(startedAt));
    expect((await offsets).issues ?? []).toEqual([]);
  });

  test("are 21 baselines and 4 polarisations of 1,024 channels, amplitudes as float64 and phases as float32", () => {
    const { amplitude, phase } = metrics.visibilities(startedAt, 0);
    expect([amplitude.data.length, phase.data.length]).toEqual([84, 84]);
    const isRow = ({ data }: { data: Numbers }): boolean =>
      data instanceof NdArray && data.dtype === "<f8" && data.size === 1024;
    expect(amplitude.data.every(isRow)).toBe(true);
    expect(amplitude.data[0]?.data).toMatchObject({ dtype: "<f8", shape: [1024] });
    expect(phase.data[0]?.data).toMatchObject({ dtype: "<f4", shape: [1024] });
  });

  test("are the same for the same seed and time, and others for another seed or another second", () => {
    const bytesOf = (seed: number, time: number): Uint8Array =>
      Encoding.MSGPACK_NUMPY.encode(new SimulatedMetrics({ seed, startedAt }).spectrum(time, 3));
    expect(bytesOf(7, startedAt)).toEqual(bytesOf(7, startedAt));
    expect(bytesOf(7, startedAt)).not.toEqual(bytesOf(8, startedAt));
    const powerAt = (time: number): Float64Array => valuesOf(metrics.spectrum(time, 3).data[0]?.power);
    expect(powerAt(startedAt)).not.toEqual(powerAt(startedAt + 1000));
  });

  test("windows are parts of the band in eight times the resolution", () => {
    const whole = metrics.spectrum(startedAt, 0).spectral_window;
    for (let partition = 1; partition < partitionCount; partition += 1) {
      const window = metrics.spectrum(startedAt, partition).spectral_window;
      expect((window.freq_max - window.freq_min) * 8).toBeCloseTo(whole.freq_max - whole.freq_min, 0);
      expect(window.freq_min).toBeGreaterThanOrEqual(whole.freq_min);
      expect(window.freq_max).toBeLessThanOrEqual(whole.freq_max);
      expect(window).toMatchObject({ stride: 1, count: 1024 });
    }
  });

  test("amplitude and phase are of the same complex numbers, and fringes turn with the frequency", () => {
    const { amplitude, phase } = metrics.visibilities(timeAt(100), 0);
    const row = amplitude.data.findIndex(
      ({ baseline, polarisation }) => baseline === "m033_m038" && polarisation === "XX",
    );
    const [data, real] = [amplitude.data[row]?.data, amplitude.data[row]?.component].map(valuesOf);
    const [angle, imaginary] = [phase.data[row]?.data, phase.data[row]?.component].map(valuesOf);
    for (const channel of [100, 400, 700]) {
      expect(real?.[channel]).toBeCloseTo((data?.[channel] ?? 0) * Math.cos(angle?.[channel] ?? 0), 4);
      expect(imaginary?.[channel]).toBeCloseTo((data?.[channel] ?? 0) * Math.sin(angle?.[channel] ?? 0), 4);
    }
    // Neighbours have nearly the same phase, and over the band it turns.
    const steps = Array.from({ length: 900 }, (_step, channel) =>
      Math.cos((angle?.[channel + 61] ?? 0) - (angle?.[channel + 60] ?? 0)),
    ).filter((step) => !Number.isNaN(step));
    expect(steps.reduce((sum, step) => sum + step, 0) / steps.length).toBeGreaterThan(0.95);
    expect(new Set(Array.from(angle ?? [], (one) => Math.floor(one))).size).toBeGreaterThan(5);
  });

  test("flagged channels are NaN in all metrics of a window, and the same ones each second", () => {
    const flagsOf = (values: Float64Array): number[] =>
      [...values.keys()].filter((channel) => Number.isNaN(values[channel]));
    const now = flagsOf(valuesOf(metrics.spectrum(startedAt, 0).data[0]?.power));
    expect(now.length).toBeGreaterThan(30);
    expect(now.length).toBeLessThan(100);
    expect(flagsOf(valuesOf(metrics.spectrum(startedAt + 5000, 0).data[2]?.power))).toEqual(now);
    const flagged = flagsOf(valuesOf(metrics.visibilities(startedAt, 0).amplitude.data[5]?.data));
    expect(now.filter((channel) => !flagged.includes(channel))).toEqual([]);
  });

  test("interference comes and goes: a mobile network, and a carrier that drifts upwards", () => {
    // Of every 40 s the network is on for 5; of every 240 s the carrier drifts for 90, by 1 MHz a second.
    expect(strongest(timeAt(120), timeAt(110))).toBeCloseTo(938, -1);
    expect(strongest(timeAt(20), timeAt(110))).toBeCloseTo(1080, -1);
    expect(strongest(timeAt(70), timeAt(110))).toBeCloseTo(1130, -1);
  });

  test("one dish has no fit", () => {
    const offsets = metrics.pointing(startedAt);
    expect([...offsets.column("antenna_name")]).toEqual(["m033", "m034", "m035", "m036", "m037", "m038"]);
    for (const name of ["xel_offset", "el_offset_std", "fitted_width_h"]) {
      const isNaNOf = [...(offsets.column(name) as Float64Array)].map(Number.isNaN);
      expect(isNaNOf).toEqual([false, false, false, false, true, false]);
    }
  });

  test("the receiver takes in 412 MB/s, and half of it for 4 seconds of every minute", () => {
    const totalAt = (seconds: number): number => Number(metrics.receiver(startedAt + seconds * 1000).total_megabytes);
    expect((totalAt(30) - totalAt(10)) / 20).toBeCloseTo(412, -1);
    expect((totalAt(104) - totalAt(100)) / 4).toBeLessThan(230);
    expect(totalAt(600)).toBeCloseTo(412 * (600 - 10 * 2), -2);
    for (let second = 1; second < 200; second += 1) expect(totalAt(second)).toBeGreaterThan(totalAt(second - 1));
  });
});
