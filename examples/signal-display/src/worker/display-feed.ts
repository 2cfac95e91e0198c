import { DataQueueConsumer } from "@dataqueues/core";
import type { Message, TopicPartition, Transport } from "@dataqueues/core";

import type { ToPage, View } from "../display-messages.ts";
import { metricTopics } from "../topics.ts";
import type { MetricTopics } from "../topics.ts";
import { waitUntil } from "../wait-until.ts";
import { ConnectionState } from "./connection-state.ts";
import type { DisplayHistory } from "./display-history.ts";
import type { MetricValues } from "./metric-values.ts";
import { Outbox } from "./outbox.ts";
import type { Post } from "./outbox.ts";
import { StreamStatistics } from "./stream-statistics.ts";
import { partitionsOf, putOff, topicFormats } from "./topic-formats.ts";
import type { UndecodedValue } from "./topic-formats.ts";

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
  readonly #statistics: StreamStatistics = new StreamStatistics();
  /** Loaded with the schemas while the consumer connects: they are as large as the rest of the Worker. */
  #values: MetricValues | undefined;
  readonly #history: () => Promise<DisplayHistory>;
  readonly #consumer: DataQueueConsumer<UndecodedValue>;
  readonly #closing: AbortController = new AbortController();
  readonly #everySecond: ReturnType<typeof setInterval>;
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
    this.#connection = new ConnectionState((message) => this.#outbox.add(message));
    const encoding = topicFormats(this.#topics);
    this.#history = async () => {
      const { DisplayHistory } = await import("./display-history.ts");
      return new DisplayHistory(transport, encoding, this.#closing.signal);
    };
    this.#consumer = new DataQueueConsumer<UndecodedValue>(transport, {
      encoding: putOff(encoding),
      from: { last: 1 },
      latest: "partition",
      maxBufferedBytes: 8 * 1024 * 1024,
      onEvent: (event) => this.#connection.onEvent(event),
    });
    this.#everySecond = setInterval(() => this.#tellStatistics(), 1000);
    const { amplitude, phase } = this.#topics;
    // What is small comes first, so that something is shown before the first amplitudes have arrived.
    this.#assign(this.#partitions().filter(([topic]) => topic !== amplitude && topic !== phase));
    this.#assign();
    void this.#read();
  }

  /** Shows something else: other windows, another baseline. */
  show(view: View): void {
    const before = this.#view;
    this.#view = view;
    if (view.baseline !== before.baseline) this.#outbox.add(...(this.#values?.ofBaseline(view.baseline) ?? []));
    if (view.windows.join() === before.windows.join()) return;
    this.#values?.retain(view.windows);
    this.#assign();
  }

  /** Delivers nothing until {@link resume}. */
  pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#outbox.dropRecords();
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

  /** Reads what the view needs, or only a part of it. Changes that come meanwhile wait, and then count as one. */
  #assign(only?: readonly TopicPartition[]): void {
    this.#assigning = this.#assigning.then(async () => {
      const partitions = this.#partitions();
      try {
        await this.#consumer.assignTopics(only ?? partitions);
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
      try {
        const { MetricValues } = await import("./metric-values.ts");
        const values = (this.#values ??= new MetricValues(this.#topics));
        for await (const message of this.#consumer) {
          this.#take(message, values);
          await this.#outbox.ready();
        }
        return;
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        this.#connection.failed(error);
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }

  #take(message: Message<UndecodedValue | null>, values: MetricValues): void {
    const { topic, partition, timestamp, value, skipped = 0 } = message;
    const key = `${topic}/${partition}`;
    const wasPaused = this.#resumed.delete(key);
    // A tombstone has nothing to show.
    const isReplaced = value !== null && this.#outbox.addRecord(key, () => this.#show(message, value, values));
    const left = (wasPaused ? 0 : skipped) + (isReplaced ? 1 : 0);
    this.#statistics.delivered({ topic, partition, bytes: value?.bytes ?? 0, timestamp, skipped: left }, Date.now());
  }

  /** What the page shows of a record; of one that is not valid, why. */
  #show(place: Message<unknown>, value: UndecodedValue, values: MetricValues): ToPage[] {
    const { topic, partition, timestamp, offset } = place;
    // Its window was closed meanwhile.
    if (!this.#partitions().some(([name, number]) => name === topic && number === partition)) return [];
    try {
      const record = { topic, partition, timestamp, value: value.decode() };
      const shown = values.of(record, this.#view.baseline);
      for (const one of shown) if ("time" in one) this.#addHistory(topic, partition, one.time);
      return shown;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return [{ type: "badRecord", topic, partition, offset: String(offset), reason }];
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
      const history = await this.#history();
      if (topic === spectrum) return history.spectra(place);
      return topic === coverage ? history.coverage(place) : history.receiver(place);
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
}
