import { DataQueueConsumer } from "@dataqueues/core";
import type { Codec, ErrorPlace, Message, TopicPartition, Transport } from "@dataqueues/core";

import type { ToPage, View } from "../display-messages.ts";
import { metricTopics } from "../topics.ts";
import type { MetricTopics } from "../topics.ts";
import { waitUntil } from "../wait-until.ts";
import { ConnectionState } from "./connection-state.ts";
import { DisplayHistory } from "./display-history.ts";
import { MetricValues } from "./metric-values.ts";
import { Outbox } from "./outbox.ts";
import type { Post } from "./outbox.ts";
import { StreamStatistics } from "./stream-statistics.ts";
import { partitionsOf, topicFormats } from "./topic-formats.ts";

/** What a page is fed with. */
export interface DisplayFeedOptions {
  readonly transport: Transport;
  /** The end of topics' names: "01". */
  readonly subarray: string;
  readonly view: View;
  readonly post: Post;
}

/** The pause before reading again after an error. */
const retryMs = 1000;

/** How long after the first record the past is read. */
const historyAfterMs = 300;

/**
 * Reads the metrics of a subarray and hands a page what it shows: the newest record of each partition, as fast as the page draws.
 * A change of windows changes the partitions that are read; the connection stays.
 */
export class DisplayFeed {
  readonly #topics: MetricTopics;
  readonly #outbox: Outbox;
  readonly #connection: ConnectionState;
  readonly #values: MetricValues;
  readonly #statistics: StreamStatistics = new StreamStatistics();
  readonly #history: DisplayHistory;
  readonly #consumer: DataQueueConsumer<unknown>;
  readonly #closing: AbortController = new AbortController();
  readonly #everySecond: ReturnType<typeof setInterval>;
  /** Bytes of the newest decoded record of each partition. */
  readonly #sizes = new Map<string, number>();
  /** Histories that were asked for, by topic and partition. */
  readonly #histories = new Set<string>();
  /** The histories that are read, one after another. */
  #readingHistory: Promise<void> | undefined;
  /** Partitions whose next record passes over what came during a pause. */
  readonly #resumed = new Set<string>();
  #view: View;
  /** The change of partitions that is under way; the next one waits for it. */
  #assigning: Promise<void> = Promise.resolve();
  #isPaused = false;

  constructor({ transport, subarray, view, post }: DisplayFeedOptions) {
    this.#topics = metricTopics(subarray);
    this.#view = view;
    this.#outbox = new Outbox(post);
    this.#values = new MetricValues(this.#topics);
    this.#connection = new ConnectionState((message) => this.#outbox.add(message));
    const encoding: Codec<never, unknown> = topicFormats(this.#topics, (context, bytes) => {
      this.#sizes.set(`${context?.topic}/${context?.partition}`, bytes);
    });
    const { signal } = this.#closing;
    this.#history = new DisplayHistory(
      transport,
      topicFormats(this.#topics, () => undefined),
      signal,
    );
    this.#consumer = new DataQueueConsumer<unknown>(transport, {
      encoding,
      from: { last: 1 },
      latest: "partition",
      maxBufferedBytes: 8 * 1024 * 1024,
      onBadRecord: (error) => this.#tellBadRecord(error, error),
      onEvent: (event) => this.#connection.onEvent(event),
    });
    this.#everySecond = setInterval(() => this.#tellStatistics(), 1000);
    this.#assign();
    void this.#read();
  }

  /** Shows something else: other windows, another baseline. */
  show(view: View): void {
    const before = this.#view;
    this.#view = view;
    if (view.baseline !== before.baseline) this.#outbox.add(...this.#values.ofBaseline(view.baseline));
    if (view.windows.join() === before.windows.join()) return;
    this.#values.retain(view.windows);
    this.#assign();
  }

  /** Delivers nothing until {@link resume}. */
  pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#outbox.clear();
    this.#hold();
  }

  /** Goes on with the newest records. */
  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    const partitions = this.#partitions();
    for (const [topic, partition] of partitions) this.#resumed.add(`${topic}/${partition}`);
    this.#consumer.resume(partitions);
  }

  /** The page has drawn what it was handed. */
  drawn(): void {
    this.#outbox.drawn();
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error("the display is closed"));
    clearInterval(this.#everySecond);
    this.#connection.close();
    this.#outbox.close();
    await this.#consumer.close();
  }

  #partitions(): TopicPartition[] {
    return partitionsOf(this.#topics, this.#view.windows);
  }

  /** Reads what the view needs. Changes that come meanwhile wait, and then count as one. */
  #assign(): void {
    this.#assigning = this.#assigning.then(async () => {
      const partitions = this.#partitions();
      try {
        await this.#consumer.assignTopics(partitions);
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        this.#connection.failed(error);
        setTimeout(() => this.#assign(), retryMs);
        return;
      }
      const isRead = (topic: string, partition: number): boolean =>
        partitions.some(([other, at]) => other === topic && at === partition);
      this.#statistics.retain(isRead);
      for (const [topic, partition] of partitions) this.#statistics.open(topic, partition);
      for (const key of this.#histories)
        if (!partitions.some((one) => one.join("/") === key)) this.#histories.delete(key);
      if (this.#isPaused) this.#hold();
    });
  }

  /** Pauses what is read by now; an assignment that is under way does it for the rest. */
  #hold(): void {
    const known = this.#consumer.positions().map(({ topic, partition }) => [topic, partition] as const);
    this.#consumer.pause(known);
  }

  async #read(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      await this.#assigning;
      try {
        for await (const message of this.#consumer) {
          if (!this.#isPaused) this.#take(message);
          await this.#outbox.drained();
        }
        return;
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        this.#connection.failed(error);
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }

  #take(message: Message<unknown>): void {
    const { topic, partition, timestamp, skipped = 0 } = message;
    const key = `${topic}/${partition}`;
    const bytes = this.#sizes.get(key) ?? 0;
    const wasPaused = this.#resumed.delete(key);
    this.#statistics.delivered({ topic, partition, bytes, timestamp, skipped: wasPaused ? 0 : skipped }, Date.now());
    // A tombstone has nothing to show.
    if (message.value === null) return;
    try {
      const shown = this.#values.of(message, this.#view.baseline);
      this.#outbox.add(...shown);
      for (const one of shown) if ("time" in one) this.#addHistory(topic, partition, one.time);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#tellBadRecord(error, message);
    }
  }

  /**
   * Reads what was before the first record of a topic with history: one after another, and after a moment, so that the present is
   * shown before the past. Without it the display is complete but for the past.
   */
  #addHistory(topic: string, partition: number, before: number): void {
    const key = `${topic}/${partition}`;
    const { spectrum, coverage, receiver } = this.#topics;
    if (this.#histories.has(key) || ![spectrum, coverage, receiver].includes(topic)) return;
    this.#histories.add(key);
    const place = { topic, partition, before };
    const read = async (): Promise<ToPage | undefined> => {
      // The window was closed again, or the display.
      if (!this.#histories.has(key) || this.#closing.signal.aborted) return undefined;
      if (topic === spectrum) return this.#history.spectra(place);
      return topic === coverage ? this.#history.coverage(place) : this.#history.receiver(place);
    };
    this.#readingHistory ??= waitUntil(Date.now() + historyAfterMs, this.#closing.signal);
    this.#readingHistory = this.#readingHistory.then(read).then(
      (found) => {
        if (found !== undefined) this.#outbox.add(found);
      },
      (error: unknown) => {
        if (!this.#closing.signal.aborted) this.#connection.failed(error);
        this.#histories.delete(key);
      },
    );
  }

  #tellStatistics(): void {
    const lags = new Map(this.#consumer.positions().map(({ topic, partition, lag }) => [`${topic}/${partition}`, lag]));
    const lagOf = (topic: string, partition: number): bigint | undefined => lags.get(`${topic}/${partition}`);
    this.#outbox.add({ type: "streams", streams: this.#statistics.takeSecond(Date.now(), lagOf) });
  }

  #tellBadRecord(error: Error, { topic = "", partition = 0, offset = 0n }: ErrorPlace): void {
    this.#outbox.add({ type: "badRecord", topic, partition, offset: String(offset), reason: error.message });
  }
}
