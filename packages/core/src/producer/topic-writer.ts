import { timeLeft } from "./batch.ts";
import type { PendingSend } from "./batch.ts";
import { TransportError } from "../contract/errors.ts";
import { partitionOfKey } from "./murmur2.ts";
import { PartitionWriter } from "./partition-writer.ts";
import type { WriterContext } from "./partition-writer.ts";
import type { PartitionMetadata } from "../contract/transport.ts";
import { backoff, delay, settleWithin } from "../shared/wait.ts";

/**
 * What a log says of a topic that is not there yet; the second, while it creates it and not enough of its nodes are up.
 */
const comesWithTime: ReadonlySet<string> = new Set(["UNKNOWN_TOPIC_OR_PARTITION", "INVALID_REPLICATION_FACTOR"]);

interface Unplaced {
  readonly send: PendingSend;
  readonly partition: number | undefined;
}

/**
 * Chooses the partition of each send to one topic: the one asked for, that of the key (Java's murmur2), or for sends
 * without a key one partition after the other, a batch each. Sends wait here, in order, until the partitions are known.
 */
export class TopicWriter {
  readonly #topic: string;
  readonly #context: WriterContext;
  readonly #writers = new Map<number, PartitionWriter>();
  readonly #unplaced: Unplaced[] = [];
  #next = 0;
  #looking = false;

  constructor(topic: string, context: WriterContext) {
    this.#topic = topic;
    this.#context = context;
  }

  add(send: PendingSend, partition: number | undefined): void {
    const partitions = this.#unplaced.length > 0 ? undefined : this.#context.directory.partitions(this.#topic);
    if (
      partitions !== undefined &&
      (partition === undefined || partitions.some((one) => one.partition === partition))
    ) {
      return this.#place(send, partition, partitions);
    }
    this.#unplaced.push({ send, partition });
    if (!this.#looking) {
      this.#looking = true;
      void this.#look();
    }
  }

  /** Ends the wait for more sends. */
  hurry(): void {
    for (const writer of this.#writers.values()) writer.hurry();
  }

  #place(send: PendingSend, asked: number | undefined, partitions: readonly PartitionMetadata[]): void {
    const { key } = send.record;
    const partition = asked ?? (key === null ? this.#withoutKey(partitions) : partitionOfKey(key, partitions.length));
    let writer = this.#writers.get(partition);
    if (writer === undefined) {
      writer = new PartitionWriter(this.#topic, partition, this.#context, () => (this.#next = partition + 1));
      this.#writers.set(partition, writer);
    }
    writer.add(send);
  }

  #withoutKey(partitions: readonly PartitionMetadata[]): number {
    const next = (one: PartitionMetadata): boolean => one.partition >= this.#next;
    const led = (one: PartitionMetadata): boolean => one.leader >= 0;
    const chosen = partitions.find((one) => next(one) && led(one)) ?? partitions.find(led) ?? partitions.find(next);
    return chosen?.partition ?? 0;
  }

  /** Asks for the topic's partitions until they are known or nobody waits any more. */
  async #look(): Promise<void> {
    const { directory, signal, topicTimeoutMs, retryBackoffMs } = this.#context;
    const since = performance.now();
    for (let attempt = 0; ; attempt += 1) {
      const [first] = this.#unplaced;
      if (first === undefined) break;
      try {
        const left = timeLeft(first.send);
        this.#placeAll(await settleWithin(directory.refresh(this.#topic), left, () => this.#tooLate(), signal));
      } catch (error) {
        const gone = signal.aborted ? signal.reason : this.#final(error, since, topicTimeoutMs);
        const now = performance.now();
        this.#refuse((send) => gone ?? (send.deadline <= now ? this.#explain(error) : undefined));
        const [next] = this.#unplaced;
        if (next !== undefined) {
          this.#context.onEvent({ type: "retry", request: "metadata", topic: this.#topic, attempt, reason: error });
          const left = timeLeft(next.send);
          await delay(Math.min(left, backoff(attempt, retryBackoffMs, 1_000)), signal).catch(() => undefined);
        }
      }
    }
    this.#looking = false;
  }

  #placeAll(partitions: readonly PartitionMetadata[]): void {
    for (const { send, partition } of this.#unplaced.splice(0)) {
      if (partition === undefined || partitions.some((one) => one.partition === partition)) {
        // What is wrong with one send, a key that was transferred meanwhile say, is not wrong with those after it.
        try {
          this.#place(send, partition, partitions);
        } catch (error) {
          send.reject(error);
        }
        continue;
      }
      const message = `topic ${this.#topic} has no partition ${partition}, it has ${partitions.length}`;
      const place = { topic: this.#topic, partition };
      send.reject(new TransportError(message, { code: "UNKNOWN_TOPIC_OR_PARTITION", retriable: false, ...place }));
    }
  }

  #refuse(reasonFor: (send: PendingSend) => unknown): void {
    for (const unplaced of this.#unplaced.splice(0)) {
      const reason = reasonFor(unplaced.send);
      if (reason === undefined) this.#unplaced.push(unplaced);
      else unplaced.send.reject(reason);
    }
  }

  #tooLate(): TransportError {
    const message = `its partitions were not known within ${this.#context.deliveryTimeoutMs} ms`;
    return new TransportError(message, { code: "REQUEST_TIMED_OUT", retriable: true });
  }

  /** The error to give up with, if this one will not pass. */
  #final(error: unknown, since: number, topicTimeoutMs: number): unknown {
    if (!(error instanceof TransportError)) return error;
    if (comesWithTime.has(error.code)) {
      return performance.now() - since >= topicTimeoutMs ? this.#explain(error) : undefined;
    }
    return !error.retriable || !this.#context.directory.reached ? this.#explain(error) : undefined;
  }

  /** The log's error with topic and hint; any other as it is. */
  #explain(error: unknown): unknown {
    if (!(error instanceof TransportError)) return error;
    const { code, retriable } = error;
    const hint = code === "UNKNOWN_TOPIC_OR_PARTITION" ? "; create it with DataQueueAdmin.createTopics" : "";
    const message = `send to topic ${this.#topic} failed: ${error.message}${hint}`;
    return new TransportError(message, { code, retriable, topic: this.#topic, cause: error });
  }
}
