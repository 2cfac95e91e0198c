import { TransportError } from "../contract/errors.ts";
import type { TransportErrorCode } from "../contract/kafka-errors.ts";
import type { PartitionMetadata } from "../contract/transport.ts";
import { backoff, maxTopicBackoffMs } from "../shared/retry-policy.ts";
import { delay, settleWithin } from "../shared/wait.ts";
import { timeLeft } from "./batch.ts";
import type { PendingSend } from "./batch.ts";
import { partitionOfKey } from "./murmur2.ts";
import { PartitionWriter } from "./partition-writer.ts";
import type { WriterContext } from "./writer-context.ts";

/** Errors of a topic that does not exist yet; the second, while it is created and too few brokers are up. */
const topicMayAppear: ReadonlySet<TransportErrorCode> = new Set([
  "UNKNOWN_TOPIC_OR_PARTITION",
  "INVALID_REPLICATION_FACTOR",
]);

interface Unassigned {
  readonly send: PendingSend;
  readonly partition: number | undefined;
}

/**
 * Chooses the partition of each send to one topic: the one asked for, or that of the key (Java's murmur2). Sends without a
 * key go to one partition after the other, a batch each. Sends wait here, in order, until the partitions are known.
 */
export class TopicWriter {
  readonly #topic: string;
  readonly #context: WriterContext;
  readonly #writers = new Map<number, PartitionWriter>();
  readonly #unassigned: Unassigned[] = [];
  #next = 0;
  #searching = false;

  constructor(topic: string, context: WriterContext) {
    this.#topic = topic;
    this.#context = context;
  }

  add(send: PendingSend, partition: number | undefined): void {
    const partitions = this.#unassigned.length > 0 ? undefined : this.#context.metadata.partitions(this.#topic);
    if (
      partitions !== undefined &&
      (partition === undefined || partitions.some((one) => one.partition === partition))
    ) {
      return this.#assign(send, partition, partitions);
    }
    this.#unassigned.push({ send, partition });
    if (!this.#searching) {
      this.#searching = true;
      void this.#findPartitions();
    }
  }

  /** Ends the wait for more sends. */
  endLinger(): void {
    for (const writer of this.#writers.values()) writer.endLinger();
  }

  #assign(send: PendingSend, asked: number | undefined, partitions: readonly PartitionMetadata[]): void {
    const { key } = send.record;
    const partition = asked ?? (key === null ? this.#withoutKey(partitions) : partitionOfKey(key, partitions.length));
    let writer = this.#writers.get(partition);
    if (writer === undefined) {
      writer = new PartitionWriter(this.#topic, partition, this.#context, () => (this.#next = partition + 1));
      this.#writers.set(partition, writer);
    }
    writer.add(send);
  }

  /** The next partition that has a leader, from the one after the last batch. */
  #withoutKey(partitions: readonly PartitionMetadata[]): number {
    const isNext = (one: PartitionMetadata): boolean => one.partition >= this.#next;
    const hasLeader = (one: PartitionMetadata): boolean => one.leader >= 0;
    const chosen =
      partitions.find((one) => isNext(one) && hasLeader(one)) ?? partitions.find(hasLeader) ?? partitions.find(isNext);
    return chosen?.partition ?? 0;
  }

  /** Asks for the topic's partitions until they are known or no send waits any more. */
  async #findPartitions(): Promise<void> {
    const { metadata, signal, topicTimeoutMs, retryBackoffMs } = this.#context;
    const since = performance.now();
    for (let attempt = 0; ; attempt += 1) {
      const [first] = this.#unassigned;
      if (first === undefined) break;
      try {
        const left = timeLeft(first.send);
        this.#assignAll(await settleWithin(metadata.refresh(this.#topic), left, () => this.#timeoutError(), signal));
      } catch (error) {
        const final = signal.aborted ? signal.reason : this.#final(error, since, topicTimeoutMs);
        const now = performance.now();
        this.#refuse((send) => final ?? (send.deadline <= now ? this.#explain(error) : undefined));
        const [next] = this.#unassigned;
        if (next !== undefined) {
          this.#context.onEvent({ type: "retry", request: "metadata", topic: this.#topic, attempt, reason: error });
          const left = timeLeft(next.send);
          await delay(
            Math.min(left, backoff(attempt, { first: retryBackoffMs, most: maxTopicBackoffMs })),
            signal,
          ).catch(() => undefined);
        }
      }
    }
    this.#searching = false;
  }

  #assignAll(partitions: readonly PartitionMetadata[]): void {
    for (const { send, partition } of this.#unassigned.splice(0)) {
      if (partition === undefined || partitions.some((one) => one.partition === partition)) {
        // One bad send, such as one whose key was transferred meanwhile, does not hold up those after it.
        try {
          this.#assign(send, partition, partitions);
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
    for (const unassigned of this.#unassigned.splice(0)) {
      const reason = reasonFor(unassigned.send);
      if (reason === undefined) this.#unassigned.push(unassigned);
      else unassigned.send.reject(reason);
    }
  }

  #timeoutError(): TransportError {
    const message = `its partitions were not known within ${this.#context.deliveryTimeoutMs} ms`;
    return new TransportError(message, { code: "REQUEST_TIMED_OUT", retriable: true });
  }

  /** The error to give up with; undefined while trying again can help. */
  #final(error: unknown, since: number, topicTimeoutMs: number): unknown {
    if (!(error instanceof TransportError)) return error;
    if (topicMayAppear.has(error.code)) {
      return performance.now() - since >= topicTimeoutMs ? this.#explain(error) : undefined;
    }
    return !error.retriable || !this.#context.metadata.reached ? this.#explain(error) : undefined;
  }

  /** The log's error with topic and hint; any other error unchanged. */
  #explain(error: unknown): unknown {
    if (!(error instanceof TransportError)) return error;
    const { code, retriable } = error;
    const hint = code === "UNKNOWN_TOPIC_OR_PARTITION" ? "; create it with DataQueueAdmin.createTopics" : "";
    const message = `send to topic ${this.#topic} failed: ${error.message}${hint}`;
    return new TransportError(message, { code, retriable, topic: this.#topic, cause: error });
  }
}
