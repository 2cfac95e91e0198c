import { setTimeout as wait } from "node:timers/promises";
import type { Compression, DataQueueEvent, TopicPartition } from "@dataqueues/core";
import { DataQueueAdmin, DataQueueProducer } from "dataqueues";

import { CheckedConsumer } from "./checked-consumer.ts";
import { brokenInLog, checkedCounts } from "./checker.ts";
import type { CheckResult } from "./checker.ts";
import { History } from "./history.ts";
import type { LogUnderTest } from "./log-under-test.ts";
import type { NemesisContext, NemesisResult } from "./nemesis.ts";
import type { Stopwatch } from "./stopwatch.ts";
import { waitUntil } from "./wait-until.ts";

/** Unacknowledged sends of one sender: their order must hold. */
const window = 20;
/** Sends between two rests. */
const burst = 10;
/** How soon clients find new partitions. */
const metadataMaxAgeMs = 5_000;
/** With fewer messages than this the nemesis has tested nothing. */
const fewest = 500;
/** Partitions that each topic has at first. */
const partitions = 3;

/** How the clients of a workload work. */
export interface WorkloadOptions {
  /** Of producers and consumers; 5,000 by default. */
  readonly requestTimeoutMs?: number;
  /** Of one of the two producers; gzip by default. */
  readonly compression?: Compression;
  /** Milliseconds that each sender rests after ten sends; 10 by default. The suite tests recovery, not throughput. */
  readonly restMs?: number;
}

/**
 * Two producers send numbered messages to three topics: to fixed partitions, with keys, and without keys. One consumer
 * reads all topics. Another consumer always reads the first topic, and its other topics and partitions keep changing.
 */
export class Workload {
  readonly topics: readonly string[];
  readonly history: History = new History();
  readonly #log: LogUnderTest;
  readonly #random: () => number;
  readonly #restMs: number;
  readonly #producers: readonly DataQueueProducer[];
  readonly #consumer: CheckedConsumer;
  readonly #changingConsumer: CheckedConsumer;
  readonly #events = new Map<string, number>();
  readonly #stop = new AbortController();
  readonly #running: Promise<unknown>;
  #checked: Promise<CheckResult> | undefined;
  #changes = 0;

  /** Creates the topics, named after `name`, and starts. */
  static async start(
    log: LogUnderTest,
    name: string,
    random: () => number,
    options: WorkloadOptions = {},
  ): Promise<Workload> {
    const topics = ["fixed", "keyed", "spread"].map((kind) => `${name}-${kind}`);
    await using admin = new DataQueueAdmin(log.transport());
    await admin.createTopics(topics.map((topic) => [topic, partitions]));
    await log.inSync(topics);
    return new Workload(log, topics, random, options);
  }

  private constructor(
    log: LogUnderTest,
    topics: readonly string[],
    random: () => number,
    { requestTimeoutMs = 5_000, compression = "gzip", restMs = 10 }: WorkloadOptions,
  ) {
    this.#restMs = restMs;
    this.#log = log;
    this.#random = random;
    this.topics = topics;
    const onEvent = (event: DataQueueEvent): void => {
      const what = event.type === "retry" ? `${event.request} retried` : event.type;
      this.#events.set(what, (this.#events.get(what) ?? 0) + 1);
    };
    const options = { requestTimeoutMs, metadataMaxAgeMs, onEvent };
    this.#producers = [
      new DataQueueProducer(log.transport(), options),
      new DataQueueProducer(log.transport(), { ...options, lingerMs: 5, compression }),
    ];
    this.#consumer = new CheckedConsumer(log.transport(), topics, options);
    this.#changingConsumer = new CheckedConsumer(log.transport(), topics, options);
    this.#running = Promise.all([
      ...this.#producers.flatMap((producer) => this.#senders(producer)),
      this.#changeTopics(),
    ]);
  }

  get delivered(): number {
    return this.#consumer.delivered;
  }

  /** Resolves when `count` more messages were acknowledged and `count` more were delivered. */
  async progress(count: number, withinMs = 120_000): Promise<void> {
    const [acknowledged, delivered] = [this.history.acknowledged + count, this.delivered + count];
    const progressed = (): boolean => {
      if (this.#consumer.ended !== undefined) throw new Error(this.#consumer.ended);
      return this.history.acknowledged >= acknowledged && this.delivered >= delivered;
    };
    await waitUntil(progressed, withinMs, `progress of ${count} messages`);
  }

  /** Resolves when every message that was sent until now is acknowledged or rejected, in every partition. */
  async settled(withinMs = 120_000): Promise<void> {
    const { sent } = this.history;
    await waitUntil(() => this.history.hasSettled(sent), withinMs, "an outcome of every send");
  }

  /**
   * Starts two stopwatches for each of these partitions: of acknowledgements and of deliveries. The first topic is the
   * default; each of its partitions has a sender of its own.
   */
  watch(watched: readonly number[], topic: string = this.topics[0] ?? ""): Stopwatch[] {
    const both = [this.history.watches, this.#consumer.watches];
    return both.flatMap((watches) => watched.map((partition) => watches.start(topic, partition)));
  }

  /** Stops the producers and checks the log. A second call returns the same result. */
  stop(): Promise<CheckResult> {
    this.#checked ??= this.#stopAndCheck();
    return this.#checked;
  }

  async #stopAndCheck(): Promise<CheckResult> {
    this.#stop.abort();
    await this.#running;
    await Promise.all(this.#producers.map((producer) => producer.close({ timeoutMs: 30_000 })));
    await this.#log.inSync(this.topics);
    return this.#log.check(this.history);
  }

  /** Stops, and checks the log and the consumers. */
  async finish({ cycles }: NemesisContext, nemesis: string, notes: readonly string[] = []): Promise<NemesisResult> {
    const { history } = this;
    const longestSendStallMs = history.stopwatch.longestMs;
    const longestReadStallMs = this.#consumer.stopwatch.longestMs;
    const checked = await this.stop();
    const broken = [
      ...brokenInLog(checked),
      ...(await this.#consumer.finish(checked)),
      ...(await this.#changingConsumer.finish(checked)),
      ...(history.acknowledged >= fewest
        ? []
        : [`only ${history.acknowledged} messages went through: too few to tell`]),
      ...[...history.rejections].map(([reason, count]) => `${count} sends were rejected: ${reason}`),
    ];
    const counted = [...this.#events].sort().map(([type, count]) => `${type} ${count}`);
    return {
      nemesis,
      cycles,
      ...checkedCounts(history, checked),
      longestSendStallMs,
      longestReadStallMs,
      notes: [...notes, `${this.delivered} delivered`, `${this.#changes} topic changes`, ...counted],
      broken,
    };
  }

  #senders(producer: DataQueueProducer): Promise<void>[] {
    const [fixed = "", keyed = "", spread = ""] = this.topics;
    const senders = [
      ...[0, 1, 2].map((partition) => ({
        topic: fixed,
        send: (payload: Uint8Array) => producer.send(payload, { topic: fixed, partition }),
      })),
      {
        topic: keyed,
        send: (payload: Uint8Array, sequence: number) =>
          producer.send(payload, { topic: keyed, key: `antenna ${sequence % 7}` }),
      },
      { topic: spread, send: (payload: Uint8Array) => producer.send(payload, { topic: spread }) },
    ];
    return senders.map((sender) => this.#keepSending(this.history.sender(sender)));
  }

  async #keepSending(send: () => Promise<void>): Promise<void> {
    const underway = new Set<Promise<void>>();
    for (let count = 1; !this.#stop.signal.aborted; count += 1) {
      const sent: Promise<void> = send().finally(() => underway.delete(sent));
      underway.add(sent);
      if (underway.size >= window) await Promise.race(underway);
      if (count % burst === 0) await wait(this.#restMs);
    }
    await Promise.all(underway);
  }

  /** Takes topics and partitions from the changing consumer and gives them back; it always keeps the first topic. */
  async #changeTopics(): Promise<void> {
    const [kept = "", ...others] = this.topics;
    const consumer = this.#changingConsumer;
    while (!this.#stop.signal.aborted) {
      await wait(100 + 400 * this.#random());
      const change =
        this.#random() < 0.5
          ? consumer.update([kept, ...others.filter(() => this.#random() < 0.5)])
          : consumer.assign([...partitionsOf([kept]), ...partitionsOf(others).filter(() => this.#random() < 0.5)]);
      // A change that fails has changed nothing. The next round chooses anew.
      if (await succeeds(change)) this.#changes += 1;
    }
    await waitUntil(() => succeeds(consumer.update(this.topics)), 60_000, "the last change");
  }
}

function succeeds(promise: Promise<unknown>): Promise<boolean> {
  return promise.then(
    () => true,
    () => false,
  );
}

function partitionsOf(topics: readonly string[]): TopicPartition[] {
  return topics.flatMap((topic) => Array.from({ length: partitions }, (_, partition) => [topic, partition] as const));
}
