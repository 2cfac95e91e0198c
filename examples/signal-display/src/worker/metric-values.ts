import {
  Amplitude,
  check,
  Phase,
  PointingNumpyArray,
  ProcessingStats,
  ReceiverStats,
  Spectrum,
  UvCoverage,
} from "@dataqueues/schemas";

import type { ToPage } from "../display-messages.ts";
import type { MetricTopics } from "../topics.ts";
import * as displayed from "./displayed-values.ts";

/** A decoded record. */
export interface DecodedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly timestamp: number;
  readonly value: unknown;
}

/**
 * Chooses from the metrics what the page shows: of 84 rows of amplitudes those of one baseline in full, and all of XX decimated.
 * It keeps the newest amplitudes and phases of each open window, so that another baseline is there at once.
 */
export class MetricValues {
  readonly #topics: MetricTopics;
  readonly #amplitudes = new Map<number, Amplitude>();
  readonly #phases = new Map<number, Phase>();

  constructor(topics: MetricTopics) {
    this.#topics = topics;
  }

  /**
   * What the page shows of a record.
   *
   * @throws SchemaError when the value is not what its topic has
   */
  of({ topic, partition, timestamp, value }: DecodedRecord, baseline: string): ToPage[] {
    const { spectrum, amplitude, phase, coverage, receiver, processing, pointing } = this.#topics;
    switch (topic) {
      case spectrum:
        return [displayed.spectrumOf(check(Spectrum, value), partition)];
      case amplitude: {
        const payload = check(Amplitude, value);
        this.#amplitudes.set(partition, payload);
        return [
          ...listOf(displayed.amplitudeOf(payload, partition, baseline)),
          displayed.thumbnailsOf(payload, partition),
        ];
      }
      case phase: {
        const payload = check(Phase, value);
        this.#phases.set(partition, payload);
        return [...listOf(displayed.phaseOf(payload, partition, baseline)), displayed.thumbnailsOf(payload, partition)];
      }
      case coverage:
        return [displayed.coverageOf(check(UvCoverage, value), partition)];
      case receiver:
        return [displayed.receiverOf(check(ReceiverStats, value), partition)];
      case processing:
        return [displayed.processingOf(check(ProcessingStats, value), partition)];
      case pointing:
        return [displayed.pointingOf(check(PointingNumpyArray, value), partition, timestamp)];
      default:
        return [];
    }
  }

  /** Amplitude and phase of another baseline, from the newest records. */
  ofBaseline(baseline: string): ToPage[] {
    return [
      ...[...this.#amplitudes].flatMap(([window, payload]) => listOf(displayed.amplitudeOf(payload, window, baseline))),
      ...[...this.#phases].flatMap(([window, payload]) => listOf(displayed.phaseOf(payload, window, baseline))),
    ];
  }

  /** Forgets windows that are closed. */
  retain(windows: readonly number[]): void {
    for (const payloads of [this.#amplitudes, this.#phases]) {
      for (const window of payloads.keys()) if (!windows.includes(window)) payloads.delete(window);
    }
  }
}

function listOf<Item>(item: Item | undefined): Item[] {
  return item === undefined ? [] : [item];
}
