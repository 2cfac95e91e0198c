import { MetricPayload, PointingNumpyArray } from "@dataqueues/schemas";
import { DataQueueAdmin, DataQueueProducer, Encoding } from "dataqueues";
import type { KafkaHost } from "dataqueues";

import { metricTopics } from "../topics.ts";
import type { MetricTopics } from "../topics.ts";
import { partitionCount } from "./band.ts";
import { SimulatedMetrics } from "./metrics.ts";
import { waitUntil } from "../wait-until.ts";

/** What is published, and how long. */
export interface PublishOptions {
  /** The end of topics' names: "01". */
  readonly subarray: string;
  /** Another seed gives other noise and other interference: 1 by default. */
  readonly seed?: number | undefined;
  /** How much of the past is published first, for displays that show a history: 300 seconds by default, 0 for none. */
  readonly historySeconds?: number | undefined;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Called when topics exist and the history is published. */
  readonly onReady?: (() => void) | undefined;
}

const second = 1000;
const minute = 60 * second;
/** How long the uv coverage goes back: its tracks are drawn by the turning earth. */
const coverageHistoryMs = 6 * 60 * minute;
/** How often dishes point anew, and how often the uv coverage is told, in seconds. */
const pointingEvery = 15;
const coverageEvery = 20;

/**
 * Publishes metrics of a simulated observation each second, until the signal aborts: three metrics on each of six partitions,
 * some 12 MB in all, and the small ones. Values are checked by the schemas before they are sent.
 *
 * @throws DataQueueError when the log cannot be reached or refuses
 */
export async function publishMetrics(host: KafkaHost, options: PublishOptions): Promise<void> {
  const { subarray, seed, historySeconds = 300, signal, onReady } = options;
  const topics = metricTopics(subarray);
  await using admin = new DataQueueAdmin(host);
  const { spectrum, amplitude, phase, coverage, receiver, processing, pointing } = topics;
  const windowed = [spectrum, amplitude, phase].map((topic) => [topic, partitionCount] as const);
  await admin.createTopics([...windowed, coverage, receiver, processing, pointing], { configs: retention });

  const now = wholeSecond(Date.now());
  const metrics = new SimulatedMetrics({ seed, subarray, startedAt: now - historySeconds * second });
  await using producer = new DataQueueProducer<unknown>(host);
  const publisher = new MetricsPublisher(metrics, producer, topics);
  if (historySeconds > 0) await publisher.publishHistory(now, historySeconds);
  onReady?.();
  for (let time = now; !signal.aborted; time = Math.max(time + second, wholeSecond(Date.now()))) {
    await publisher.publish(time, signal);
  }
}

/** Kafka keeps a day of 12 MB/s otherwise for a week: an hour, as the telescope does. */
const retention = { "retention.ms": "3600000", "segment.bytes": "67108864" };

/** Sends the metrics of one moment to their topics. */
class MetricsPublisher {
  readonly #metrics: SimulatedMetrics;
  readonly #producer: DataQueueProducer<unknown>;
  readonly #topics: MetricTopics;
  #isFirst = true;

  constructor(metrics: SimulatedMetrics, producer: DataQueueProducer<unknown>, topics: MetricTopics) {
    this.#metrics = metrics;
    this.#producer = producer;
    this.#topics = topics;
  }

  /** Sends what displays show a history of: spectra and receiver statistics of the last seconds, coverage of the last hours. */
  async publishHistory(now: number, seconds: number): Promise<void> {
    for (let time = now - coverageHistoryMs; time < now; time += minute) await this.#sendCoverage(time);
    for (let time = now - seconds * second; time < now; time += second) {
      const spectra = Array.from({ length: partitionCount }, (_spectrum, partition) =>
        this.#sendSpectrum(time, partition),
      );
      await Promise.all([...spectra, this.#sendReceiver(time)]);
    }
  }

  /** Sends all metrics of one second, a window at a time, so that the second is not all work and then all rest. */
  async publish(time: number, signal: AbortSignal): Promise<void> {
    await waitUntil(time, signal);
    const { pointing, processing } = this.#topics;
    const small = [
      this.#sendReceiver(time),
      this.#send(this.#metrics.processing(time), processing, time, { encoding: Encoding.JSON }),
    ];
    const isDue = (every: number): boolean => this.#isFirst || (time / second) % every === 0;
    if (isDue(coverageEvery)) small.push(this.#sendCoverage(time));
    if (isDue(pointingEvery)) {
      small.push(this.#send(this.#metrics.pointing(time), pointing, time, { schema: PointingNumpyArray }));
    }
    this.#isFirst = false;
    await Promise.all(small);
    for (let partition = 0; partition < partitionCount && !signal.aborted; partition += 1) {
      await waitUntil(time + (partition * second) / (partitionCount + 1), signal);
      const { amplitude, phase } = this.#metrics.visibilities(time, partition);
      await Promise.all([
        this.#sendSpectrum(time, partition),
        this.#send(amplitude, this.#topics.amplitude, time, { partition }),
        this.#send(phase, this.#topics.phase, time, { partition }),
      ]);
    }
  }

  #sendSpectrum(time: number, partition: number): Promise<void> {
    return this.#send(this.#metrics.spectrum(time, partition), this.#topics.spectrum, time, { partition });
  }

  #sendCoverage(time: number): Promise<void> {
    return this.#send(this.#metrics.coverage(time), this.#topics.coverage, time);
  }

  #sendReceiver(time: number): Promise<void> {
    return this.#send(this.#metrics.receiver(time), this.#topics.receiver, time, { encoding: Encoding.JSON });
  }

  async #send(
    value: unknown,
    topic: string,
    timestamp: number,
    options: Parameters<DataQueueProducer<unknown>["send"]>[1] = {},
  ): Promise<void> {
    const defaults = { encoding: Encoding.MSGPACK_NUMPY, schema: MetricPayload };
    await this.#producer.send(value, { ...defaults, topic, timestamp, ...options });
  }
}

function wholeSecond(time: number): number {
  return Math.ceil(time / second) * second;
}
