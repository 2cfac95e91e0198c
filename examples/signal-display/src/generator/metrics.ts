import { NdArray } from "@dataqueues/arrays";
import type { RecordArray } from "@dataqueues/arrays";
import { PointingNumpyArray } from "@dataqueues/schemas";
import type { Amplitude, Phase, ProcessingStats, ReceiverStats, Spectrum, UvCoverage } from "@dataqueues/schemas";

import { channelsOf, partitionCount, polarisations } from "./band.ts";
import type { Channels } from "./band.ts";
import { baselines, dishes, hourAngle, uvwOf } from "./dishes.ts";
import { interferenceAt } from "./interference.ts";
import { RandomNumbers } from "./random-numbers.ts";
import { autoShare, visibilitiesAt } from "./visibilities.ts";

/** What is simulated. */
export interface MetricsOptions {
  /** Another seed gives other noise and other interference: 1 by default. */
  readonly seed?: number | undefined;
  /** The subarray's id, "01" by default. */
  readonly subarray?: string | undefined;
  /** When the scan started, ms since 1970. */
  readonly startedAt: number;
}

/** Amplitudes and phases of the same visibilities. */
export interface VisibilityMetrics {
  readonly amplitude: Amplitude;
  readonly phase: Phase;
}

const speedOfLight = 299_792_458;
const scanId = 34;
const processingBlock = "pb-simulated-00001";
/** The dish of which the pointing fit fails. */
const withoutFit = "m037";
/** What a receiver takes in: MB/s, and heaps a MB. */
const input = { megabytesPerSecond: 412, heapsPerMegabyte: 120 };

/**
 * Metrics of a simulated observation, in the shapes that the telescope's processors send. Everything follows from the seed
 * and the time (ms since 1970), so that history can be made afterwards.
 */
export class SimulatedMetrics {
  readonly #seed: number;
  readonly #subarray: string;
  readonly #startedAt: number;
  readonly #windows: readonly Channels[];

  constructor({ seed = 1, subarray = "01", startedAt }: MetricsOptions) {
    this.#seed = seed;
    this.#subarray = subarray;
    this.#startedAt = startedAt;
    this.#windows = Array.from({ length: partitionCount }, (_window, partition) => channelsOf(partition));
  }

  /** Power of the autocorrelations, averaged over the dishes. NaN where a channel is flagged. */
  spectrum(time: number, partition: number): Spectrum {
    const channels = this.#channels(partition);
    const random = new RandomNumbers(this.#seed, time, partition, 1);
    const interference = this.#interference(time, channels);
    const gain = 1 + 0.015 * random.normal();
    const data = polarisations.map((polarisation) => {
      const power = channels.power.map((value, channel) => {
        if (channels.flags[channel] === 1) return NaN;
        const noise = 1 + 0.03 * random.normal();
        return value * autoShare[polarisation] * gain * (1 + (interference[channel] ?? 0)) * noise;
      });
      return { polarisation, power: NdArray.from(power), power_std: 1, angle: [], angle_std: 1 };
    });
    return { data_type: "spectrum", ...this.#envelope(time, channels), data };
  }

  /**
   * Amplitudes as float64 and phases as float32, with the real and the imaginary part. NaN where a channel is flagged: always,
   * or while there is interference.
   */
  visibilities(time: number, partition: number): VisibilityMetrics {
    const channels = this.#channels(partition);
    const random = new RandomNumbers(this.#seed, time, partition, 2);
    const interference = this.#interference(time, channels);
    const flags = channels.flags.map((flag, channel) => (flag === 1 || (interference[channel] ?? 0) > 0.4 ? 1 : 0));
    const amplitude: Amplitude["data"] = [];
    const phase: Phase["data"] = [];
    for (const { real, imaginary, ...which } of visibilitiesAt({ time, channels, interference, random })) {
      const amplitudes = new Float64Array(real.length);
      const phases = new Float32Array(real.length);
      for (let channel = 0; channel < real.length; channel += 1) {
        if (flags[channel] === 1) real[channel] = imaginary[channel] = NaN;
        const [x, y] = [real[channel] ?? NaN, imaginary[channel] ?? NaN];
        amplitudes[channel] = Math.sqrt(x * x + y * y);
        phases[channel] = Math.atan2(y, x);
      }
      amplitude.push({ ...which, data: NdArray.from(amplitudes), component: NdArray.from(real) });
      phase.push({ ...which, data: NdArray.from(phases), component: NdArray.from(Float32Array.from(imaginary)) });
    }
    const envelope = this.#envelope(time, channels);
    return {
      amplitude: { data_type: "amplitude", ...envelope, data: amplitude },
      phase: { data_type: "phase", ...envelope, data: phase },
    };
  }

  /** Where the baselines lie in the uv plane, in wavelengths of the window's middle. */
  coverage(time: number): UvCoverage {
    const channels = this.#channels(0);
    const wavelength = (2 * speedOfLight) / (channels.window.freq_min + channels.window.freq_max);
    const angle = hourAngle(time);
    const random = new RandomNumbers(this.#seed, 3);
    const data = baselines.flatMap(({ name, vector }) => {
      const { u, v, w } = uvwOf(vector, angle);
      return polarisations.map((polarisation) => ({
        baseline: name,
        polarisation,
        weight: 0.9 + 0.1 * random.uniform(),
        u: u / wavelength,
        v: v / wavelength,
        w: w / wavelength,
      }));
    });
    return { data_type: "uvcoverage", ...this.#envelope(time, channels), data };
  }

  /** Pointing offsets of the dishes; NaN in all fitted fields of the dish without fit. */
  pointing(time: number): RecordArray {
    const random = new RandomNumbers(this.#seed, time, 4);
    const fitted = (mean: (dish: number) => number, deviation: number): number[] =>
      dishes.map(({ name }, dish) => (name === withoutFit ? NaN : mean(dish) + deviation * random.normal()));
    // Each dish has an offset of its own, which wanders about.
    const own = dishes.map((_dish, dish) => new RandomNumbers(this.#seed, dish, 5));
    const offsets = own.map((numbers) => [5 * numbers.normal(), 4 * numbers.normal()] as const);
    return new PointingNumpyArray({
      antenna_name: dishes.map(({ name }) => name),
      last_scan_index: dishes.map(() => scanId),
      xel_offset: fitted((dish) => offsets[dish]?.[0] ?? 0, 0.4),
      xel_offset_std: fitted(() => 1.4, 0.2),
      el_offset: fitted((dish) => offsets[dish]?.[1] ?? 0, 0.4),
      el_offset_std: fitted(() => 1.6, 0.2),
      expected_width_h: dishes.map(() => 1.06),
      expected_width_v: dishes.map(() => 1.02),
      fitted_width_h: fitted(() => 1.08, 0.02),
      fitted_width_h_std: fitted(() => 0.03, 0.002),
      fitted_width_v: fitted(() => 1.03, 0.02),
      fitted_width_v_std: fitted(() => 0.03, 0.002),
      fitted_height: fitted(() => 120, 3),
      fitted_height_std: fitted(() => 2, 0.1),
    }).toNumpy();
  }

  /** What the receiver has received since the start. For 4 of every 60 seconds half of it is missing. */
  receiver(time: number): ReceiverStats {
    const seconds = (time - this.#startedAt) / 1000;
    const sinceMinute = seconds % 60;
    const missing = 0.5 * (4 * Math.floor(seconds / 60) + Math.min(Math.max(sinceMinute - 40, 0), 4));
    const wobble = 0.05 * (Math.sin(seconds / 3) - Math.sin(seconds * 1.7));
    const megabytes = Math.max(0, (seconds - missing + wobble) * input.megabytesPerSecond);
    return {
      time: time / 1000,
      scan_id: scanId,
      state: "receiving",
      total_megabytes: megabytes,
      num_heaps: Math.floor(megabytes * input.heapsPerMegabyte),
      num_incomplete: Math.floor(missing * input.megabytesPerSecond * input.heapsPerMegabyte * 0.01),
      duration: seconds,
      streams: [],
    };
  }

  /** The progress of the processing block. */
  processing(time: number): ProcessingStats {
    const seconds = (time - this.#startedAt) / 1000;
    return {
      type: "visibility_receive",
      state: "receiving",
      time: time / 1000,
      processing_block_id: processingBlock,
      execution_block_id: "eb-simulated-00001",
      subarray_id: this.#subarray,
      scan_id: scanId,
      payloads_received: Math.floor(seconds * 4),
      time_slices: Math.floor(seconds),
      time_since_last_payload: (time % 250) / 1000,
    };
  }

  #channels(partition: number): Channels {
    const channels = this.#windows[partition];
    if (channels === undefined) throw new RangeError(`partition ${partition} is not one of 0 to ${partitionCount - 1}`);
    return channels;
  }

  #interference(time: number, { frequencies, window }: Channels): Float64Array {
    const width = (window.freq_max - window.freq_min) / window.count;
    return interferenceAt(time, frequencies, width, this.#seed);
  }

  #envelope(time: number, { window }: Channels): Omit<Spectrum, "data_type" | "data"> {
    return {
      processing_block_id: processingBlock,
      timestamp: new Date(time).toISOString().replace("Z", "+00:00"),
      spectral_window: window,
    };
  }
}
