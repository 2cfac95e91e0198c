import { setTimeout as wait } from "node:timers/promises";
import type { Compression, DataQueueEvent, TopicPartition } from "@dataqueues/core";
import { DataQueueAdmin, DataQueueProducer } from "dataqueues";

import type { FaultContext, FaultRow } from "./fault.ts";
import { Follower } from "./follower.ts";
import { brokenInLog } from "./judge-log.ts";
import type { LogVerdict } from "./judge-log.ts";
import { judgedCounts } from "./judged-counts.ts";
import { Ledger } from "./ledger.ts";
import type { LogUnderTest } from "./log-under-test.ts";
import type { Stopwatch } from "./stopwatch.ts";
import { until } from "./until.ts";

/** Sends of one sender that are on their way at the same time: call order must hold among them. */
const window = 20;
/** Sends between two rests. */
const burst = 10;
/** How soon clients find out about new partitions. */
const metadataMaxAgeMs = 5_000;
/** With fewer messages than this a fault has not been tried. */
const fewest = 500;
/** That each topic has at first. */
const partitions = 3;

/** How the clients of some traffic work. */
export interface TrafficOptions {
  /** What producers and consumers get: 5,000 by default, for a request that takes longer is to a node that is gone. */
  readonly requestTimeoutMs?: number;
  /** Of one of the two producers: gzip by default. */
  readonly compression?: Compression;
  /** Milliseconds that each sender rests after ten sends, 10 by default: faults are tried, not the machine's speed. */
  readonly restMs?: number;
}

/**
 * Numbered messages, with keys, without, and to fixed partitions, from two producers to three topics, while one
 * consumer reads them all and another reads one of them steadily and others, or some partitions of them, in turns.
 */
export class Traffic {
  readonly topics: readonly string[];
  readonly ledger: Ledger = new Ledger();
  readonly #log: LogUnderTest;
  readonly #random: () => number;
  readonly #restMs: number;
  readonly #producers: readonly DataQueueProducer[];
  readonly #follower: Follower;
  readonly #changing: Follower;
  readonly #events = new Map<string, number>();
  readonly #stop = new AbortController();
  readonly #running: Promise<unknown>;
  #verdict: Promise<LogVerdict> | undefined;
  #changes = 0;

  /** Creates the topics, named after `name`, and starts. */
  static async start(
    log: LogUnderTest,
    name: string,
    random: () => number,
    options: TrafficOptions = {},
  ): Promise<Traffic> {
    const topics = ["fixed", "keyed", "spread"].map((kind) => `${name}-${kind}`);
    await using admin = new DataQueueAdmin(log.transport());
    await admin.createTopics(topics.map((topic) => [topic, partitions]));
    await log.whole(topics);
    return new Traffic(log, topics, random, options);
  }

  private constructor(
    log: LogUnderTest,
    topics: readonly string[],
    random: () => number,
    { requestTimeoutMs = 5_000, compression = "gzip", restMs = 10 }: TrafficOptions,
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
    this.#follower = new Follower(log.transport(), topics, options);
    this.#changing = new Follower(log.transport(), topics, options);
    this.#running = Promise.all([...this.#producers.flatMap((producer) => this.#senders(producer)), this.#change()]);
  }

  get delivered(): number {
    return this.#follower.delivered;
  }

  /** Resolves when so many more messages were acknowledged and delivered. */
  async progress(count: number, withinMs = 120_000): Promise<void> {
    const [acknowledged, delivered] = [this.ledger.acknowledged + count, this.delivered + count];
    const progressed = (): boolean => {
      if (this.#follower.ended !== undefined) throw new Error(this.#follower.ended);
      return this.ledger.acknowledged >= acknowledged && this.delivered >= delivered;
    };
    await until(progressed, withinMs, `${count} more messages`);
  }

  /** Resolves when what was sent until now is acknowledged or rejected, in every partition. */
  async settled(withinMs = 120_000): Promise<void> {
    const { sent } = this.ledger;
    await until(() => this.ledger.hasSettled(sent), withinMs, "an answer to what was sent");
  }

  /**
   * Stopwatches that start now, for acknowledgements and deliveries of some partitions, by default of the first topic,
   * each of which has a sender of its own.
   */
  watch(watched: readonly number[], topic: string = this.topics[0] ?? ""): Stopwatch[] {
    const both = [this.ledger.watches, this.#follower.watches];
    return both.flatMap((watches) => watched.map((partition) => watches.start(topic, partition)));
  }

  /** Stops, and has the log judged; done once. */
  stop(): Promise<LogVerdict> {
    this.#verdict ??= this.#stopped();
    return this.#verdict;
  }

  async #stopped(): Promise<LogVerdict> {
    this.#stop.abort();
    await this.#running;
    await Promise.all(this.#producers.map((producer) => producer.close({ timeoutMs: 30_000 })));
    await this.#log.whole(this.topics);
    return this.#log.judge(this.ledger);
  }

  /** Stops, and has the log and the consumers judged. */
  async finish({ cycles }: FaultContext, fault: string, notes: readonly string[] = []): Promise<FaultRow> {
    const { ledger } = this;
    const longestSendStallMs = ledger.stopwatch.longestMs;
    const longestReadStallMs = this.#follower.stopwatch.longestMs;
    const verdict = await this.stop();
    const broken = [
      ...brokenInLog(verdict),
      ...(await this.#follower.finish(verdict)),
      ...(await this.#changing.finish(verdict)),
      ...(ledger.acknowledged >= fewest ? [] : [`only ${ledger.acknowledged} messages went through: too few to tell`]),
      ...[...ledger.rejections].map(([reason, count]) => `${count} sends were rejected: ${reason}`),
    ];
    const counted = [...this.#events].sort().map(([type, count]) => `${type} ${count}`);
    return {
      fault,
      cycles,
      ...judgedCounts(ledger, verdict),
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
    return senders.map((sender) => this.#keepSending(this.ledger.sender(sender)));
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

  /** Takes topics and partitions from one consumer and gives them to it; it keeps the first topic. */
  async #change(): Promise<void> {
    const [kept = "", ...others] = this.topics;
    while (!this.#stop.signal.aborted) {
      await wait(100 + 400 * this.#random());
      // A change that fails changed nothing; it is made again, with what is wanted by then.
      const changed =
        this.#random() < 0.5
          ? this.#changing.update([kept, ...others.filter(() => this.#random() < 0.5)])
          : this.#changing.assign([
              ...partitionsOf([kept]),
              ...partitionsOf(others).filter(() => this.#random() < 0.5),
            ]);
      this.#changes += await changed.then(
        () => 1,
        () => 0,
      );
    }
    await until(
      () =>
        this.#changing.update(this.topics).then(
          () => true,
          () => false,
        ),
      60_000,
      "the last change",
    );
  }
}

function partitionsOf(topics: readonly string[]): TopicPartition[] {
  return topics.flatMap((topic) => Array.from({ length: partitions }, (_, partition) => [topic, partition] as const));
}
