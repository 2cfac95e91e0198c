import { DataQueueConsumer, SchemaError } from "@dataqueues/core";
import type { Codec, Message, Transport } from "@dataqueues/core";
import { check, ReceiverStats, Spectrum, UvCoverage } from "@dataqueues/schemas";

import type { FrequencyAxis, ToPage } from "../display-messages.ts";
import { coverageOf, receiverOf, spectrumOf } from "./displayed-values.ts";

/** Where a history is read. */
export interface HistoryPlace {
  readonly topic: string;
  readonly partition: number;
  /** Ms since 1970: what the page has begins there. */
  readonly before: number;
}

type HistoryMessage<Type extends ToPage["type"]> = Extract<ToPage, { readonly type: Type }>;

/** How many of the newest records a history has: five minutes of spectra and statistics, hours of coverage. */
const last = { spectra: 300, coverages: 400, statistics: 300 };

/**
 * Reads what the log has from before the page was opened, with a consumer of its own that ends by itself. What is not valid is
 * left out: whoever reads it live reports it.
 */
export class DisplayHistory {
  readonly #transport: Transport;
  readonly #encoding: Codec<never, unknown>;
  readonly #signal: AbortSignal;

  constructor(transport: Transport, encoding: Codec<never, unknown>, signal: AbortSignal) {
    this.#transport = transport;
    this.#encoding = encoding;
    this.#signal = signal;
  }

  /** Rows of XX of a window; undefined if there are none. Rows with other channels than the newest have no place in its waterfall. */
  async spectra(place: HistoryPlace): Promise<HistoryMessage<"spectrumHistory"> | undefined> {
    const rows: { readonly time: number; readonly axis: FrequencyAxis; readonly values: Float32Array }[] = [];
    await this.#read(place, last.spectra, ({ value }) => {
      const payload = check(Spectrum, value);
      const shown = { ...payload, data: payload.data.filter(({ polarisation }) => polarisation === "XX").slice(0, 1) };
      const { time, axis, values } = spectrumOf(shown, place.partition);
      if (values.length > 0 && time < place.before) rows.push({ time, axis, values });
    });
    const axis = rows.at(-1)?.axis;
    if (axis === undefined) return undefined;
    const fitting = rows.filter((row) => JSON.stringify(row.axis) === JSON.stringify(axis));
    const times = Float64Array.from(fitting, ({ time }) => time);
    const values = joined(
      Float32Array,
      fitting.map((row) => row.values),
      axis.count,
    );
    return { type: "spectrumHistory", window: place.partition, axis, times, values };
  }

  /** Tracks of the baselines; undefined if there are none. */
  async coverage(place: HistoryPlace): Promise<HistoryMessage<"coverageHistory"> | undefined> {
    const all: HistoryMessage<"coverage">[] = [];
    await this.#read(place, last.coverages, ({ value }) => {
      const coverage = coverageOf(check(UvCoverage, value), place.partition);
      if (coverage.time < place.before) all.push(coverage);
    });
    const baselines = all.at(-1)?.baselines;
    if (baselines === undefined) return undefined;
    const fitting = all.filter((one) => one.baselines.join() === baselines.join());
    const times = Float64Array.from(fitting, ({ time }) => time);
    const u = joined(
      Float64Array,
      fitting.map((one) => one.u),
      baselines.length,
    );
    const v = joined(
      Float64Array,
      fitting.map((one) => one.v),
      baselines.length,
    );
    return { type: "coverageHistory", baselines, times, u, v };
  }

  /** What was received in all, by time; undefined if nothing is known. */
  async receiver(place: HistoryPlace): Promise<HistoryMessage<"receiverHistory"> | undefined> {
    const all: HistoryMessage<"receiver">[] = [];
    await this.#read(place, last.statistics, ({ value }) => {
      const statistics = receiverOf(check(ReceiverStats, value), place.partition);
      if (statistics.time < place.before) all.push(statistics);
    });
    if (all.length === 0) return undefined;
    const times = Float64Array.from(all, ({ time }) => time);
    return {
      type: "receiverHistory",
      times,
      totalMegabytes: Float64Array.from(all, ({ stats }) => stats.totalMegabytes),
    };
  }

  async #read(
    { topic, partition }: HistoryPlace,
    count: number,
    take: (message: Message<unknown>) => void,
  ): Promise<void> {
    await using consumer = new DataQueueConsumer(this.#transport, {
      encoding: this.#encoding,
      from: { last: count },
      until: "end",
      onBadRecord: "skip",
      signal: this.#signal,
    });
    await consumer.assignTopics([[topic, partition]]);
    for await (const message of consumer) {
      try {
        take(message);
      } catch (error) {
        if (!(error instanceof SchemaError)) throw error;
      }
    }
  }
}

/** Rows of equal length, one after another. */
function joined<Rows extends Float32Array | Float64Array>(
  type: new (length: number) => Rows,
  rows: readonly Rows[],
  length: number,
): Rows {
  const all = new type(rows.length * length);
  for (const [index, row] of rows.entries()) all.set(row, index * length);
  return all;
}
