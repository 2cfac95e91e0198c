/** What the page tells the Worker. */
export type ToWorker =
  | {
      readonly type: "start";
      /** The gateway's address, `ws://…` or `wss://…`. */
      readonly url: string;
      readonly token?: string | undefined;
      /** The end of topics' names: `metrics-amplitude-01` of the subarray "01". */
      readonly subarray: string;
      readonly view: View;
    }
  | { readonly type: "view"; readonly view: View }
  /** Nothing is delivered while paused; going on starts with the newest. */
  | { readonly type: "pause" }
  | { readonly type: "resume" }
  /** What was handed over is drawn: the Worker hands over no more before that, so a slow page skips and does not fall behind. */
  | { readonly type: "drawn" };

/** What the page shows. */
export interface View {
  /** Open windows: partitions of the metrics' topics. 0 is the averaged stream, 1 and up are of high resolution. */
  readonly windows: readonly number[];
  /** The window in the middle plots. */
  readonly shown: number;
  /** The baseline in the amplitude and phase plots, as "m033_m038". */
  readonly baseline: string;
}

/** Channels of a window at equal distances. */
export interface FrequencyAxis {
  readonly firstHz: number;
  readonly lastHz: number;
  readonly count: number;
}

interface Sample {
  /** When the values were measured, ms since 1970. */
  readonly time: number;
  /** The partition. */
  readonly window: number;
}

/** One row of channels for each polarisation, one after another in `values`. NaN where a channel is flagged. */
export interface ChannelRows extends Sample {
  readonly axis: FrequencyAxis;
  readonly polarisations: readonly string[];
  readonly values: Float32Array;
}

/**
 * What the Worker tells the page: a list of these in each `postMessage`, whose typed arrays are transferred. The page answers each
 * list that has more than "connection", "streams" and "badRecord" in it with "drawn".
 */
export type ToPage =
  | {
      readonly type: "connection";
      /** "refused": the gateway does not let this page in, and trying again does not help. */
      readonly state: "connecting" | "connected" | "reconnecting" | "lost" | "refused";
      /** Since when, ms since 1970. */
      readonly since: number;
      readonly reason?: string | undefined;
    }
  /** Power in dB. */
  | ({ readonly type: "spectrum"; readonly processingBlock: string } & ChannelRows)
  /** Amplitude in dB of the chosen baseline. */
  | ({ readonly type: "amplitude"; readonly baseline: string } & ChannelRows)
  /** Phase in degrees of the chosen baseline. */
  | ({ readonly type: "phase"; readonly baseline: string } & ChannelRows)
  /** XX of all baselines, `points` values each, one baseline after another: the small plots of the chooser. */
  | ({
      readonly type: "thumbnails";
      readonly quantity: "amplitude" | "phase";
      readonly baselines: readonly string[];
      readonly points: number;
      readonly values: Float32Array;
    } & Sample)
  /** u, v and w in wavelengths, one for each baseline between two dishes. */
  | ({
      readonly type: "coverage";
      readonly baselines: readonly string[];
      readonly u: Float64Array;
      readonly v: Float64Array;
      readonly w: Float64Array;
    } & Sample)
  /** Offsets and their standard deviations, one for each antenna, in the unit of the topic, which is not known. NaN: no fit. */
  | ({
      readonly type: "pointing";
      readonly antennas: readonly string[];
      readonly crossElevation: Float64Array;
      readonly crossElevationStd: Float64Array;
      readonly elevation: Float64Array;
      readonly elevationStd: Float64Array;
    } & Sample)
  /**
   * What the log has from before the first spectrum of a window, once after the window was opened: one row of XX in dB for each of
   * `times`, oldest first, one after another in `values`. It belongs under what the waterfall has already.
   */
  | {
      readonly type: "spectrumHistory";
      readonly window: number;
      readonly axis: FrequencyAxis;
      readonly times: Float64Array;
      readonly values: Float32Array;
    }
  /**
   * What the log has from before the first coverage, once: u and v of all `baselines` for each of `times`, oldest first, one time
   * after another.
   */
  | {
      readonly type: "coverageHistory";
      readonly baselines: readonly string[];
      readonly times: Float64Array;
      readonly u: Float64Array;
      readonly v: Float64Array;
    }
  /** What the log has from before the first statistics of the receiver, once, oldest first. */
  | { readonly type: "receiverHistory"; readonly times: Float64Array; readonly totalMegabytes: Float64Array }
  | ({ readonly type: "receiver"; readonly stats: ReceiverStats } & Sample)
  | ({ readonly type: "processing"; readonly stats: ProcessingStats } & Sample)
  /** Once a second. */
  | { readonly type: "streams"; readonly streams: readonly Stream[] }
  | {
      readonly type: "badRecord";
      readonly topic: string;
      readonly partition: number;
      readonly offset: string;
      readonly reason: string;
    };

/** One topic's partition over the last seconds. */
export interface Stream {
  readonly topic: string;
  readonly partition: number;
  readonly recordsPerSecond: number;
  readonly bytesPerSecond: number;
  /**
   * How late what is shown is, ms: if the log has newer records, the age of the newest that was delivered; else the age that it had
   * then. Undefined until there was a second record, as the first one may be of any age.
   */
  readonly lagMs: number | undefined;
  /** Records that were left out because the page was too slow, since the start. */
  readonly skipped: number;
}

/** The payload of `metrics-receiverstats-NN`. */
export interface ReceiverStats {
  readonly state: string;
  readonly scanId: number;
  readonly totalMegabytes: number;
  readonly heaps: number;
  readonly incompleteHeaps: number;
  readonly durationSeconds: number;
}

/** The payload of `metrics-stats-NN`. */
export interface ProcessingStats {
  readonly state: string;
  readonly processingBlock: string;
  readonly executionBlock: string;
  readonly subarray: string;
  readonly scanId: number;
  readonly payloadsReceived: number;
  readonly timeSlices: number;
  readonly secondsSinceLastPayload: number;
}
