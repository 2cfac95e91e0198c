import type {
  BaseConnection,
  MetadataOptions,
  OffsetQuery,
  OffsetResult,
  OffsetsConnection,
  TopicMetadata,
  TransportError,
} from "@dataqueues/core";
import type { Faults, RequestItem, RequestName } from "./faults.ts";
import { errorAt } from "./memory-log.ts";
import type { MemoryLog } from "./memory-log.ts";
import { PartitionLog } from "./partition-log.ts";

/** Kafka's rule for topic names: 1 to 249 letters, digits, dots, underscores and hyphens, not "." or "..". */
const topicName = /^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}$/;

/** Whether a topic may have this name. */
export function isTopicName(topic: string): boolean {
  return topicName.test(topic);
}

/** What connections of every role do: tell metadata, and let faults come between a request and its response. */
export class MemoryConnection implements BaseConnection {
  protected readonly log: MemoryLog;
  protected readonly faults: Faults;
  readonly #closed = new AbortController();

  constructor(log: MemoryLog, faults: Faults) {
    this.log = log;
    this.faults = faults;
    log.connections.add(this);
  }

  metadata(topics?: readonly string[], options: MetadataOptions = {}): Promise<TopicMetadata[]> {
    const { autoCreateTopicsEnable, defaultPartitions } = this.log.settings;
    const creates = options.allowAutoTopicCreation === true && autoCreateTopicsEnable;
    const asked = topics ?? [...this.log.topics.keys()];
    const items = asked.map((topic) => ({ topic }));
    return this.respond("metadata", items, () =>
      asked.map((topic) => {
        if (!isTopicName(topic)) return { topic, error: errorAt("INVALID_TOPIC_EXCEPTION", topic) };
        if (creates && !this.log.topics.has(topic)) this.log.createTopic(topic, defaultPartitions);
        const found = this.log.topics.get(topic);
        const fault = this.faults.errorFor("metadata", topic);
        if (fault !== undefined) return { topic, error: fault };
        if (found === undefined) return { topic, error: errorAt("UNKNOWN_TOPIC_OR_PARTITION", topic) };
        const partitions = found.partitions.map(({ leader, leaderEpoch }, partition) =>
          leader < 0
            ? { partition, leader, leaderEpoch, error: errorAt("LEADER_NOT_AVAILABLE", topic, partition) }
            : { partition, leader, leaderEpoch, replicas: [leader] },
        );
        return { topic, topicId: found.id, partitions };
      }),
    );
  }

  close(): void {
    this.log.connections.delete(this);
    this.#closed.abort(errorAt("NETWORK_EXCEPTION"));
  }

  /**
   * Carries out a request, unless a fault prevents it. Rejects as soon as the connection is closed or `signal` aborts;
   * `ended` then aborts.
   */
  protected respond<T>(
    request: RequestName,
    items: readonly RequestItem[],
    run: (ended: AbortSignal) => T | Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      // Not AbortSignal.any: on some versions of Node a signal that lives long keeps something of each that follows it.
      const ended = new AbortController();
      const sources = signal === undefined ? [this.#closed.signal] : [signal, this.#closed.signal];
      for (const source of sources) source.throwIfAborted();
      const onEnded = (): void => {
        ended.abort(sources.find(({ aborted }) => aborted)?.reason);
        settled();
        reject(ended.signal.reason);
      };
      const settled = (): void => sources.forEach((source) => source.removeEventListener("abort", onEnded));
      for (const source of sources) source.addEventListener("abort", onEnded);
      const work = async (): Promise<void> => {
        if (this.faults.matches("hang", request, items)) return;
        const ms = this.faults.delayOf(request, items);
        if (ms > 0) await new Promise((wake) => setTimeout(wake, ms));
        const isLost = this.faults.matches("dropResponse", request, items);
        const response = await run(ended.signal);
        if (isLost) return;
        settled();
        resolve(response);
      };
      work().catch((error: unknown) => {
        settled();
        reject(error);
      });
    });
  }

  /** Rejects a request as a whole, if a fault says so. */
  protected failIfTold(request: RequestName): void {
    const fault = this.faults.errorFor(request);
    if (fault !== undefined) throw fault;
  }

  /** The partition that a query means, or why this node cannot serve it. */
  protected partitionAt(
    request: RequestName,
    leader: number,
    { topic, partition, leaderEpoch }: Pick<OffsetQuery, "topic" | "partition" | "leaderEpoch">,
  ): PartitionLog | TransportError {
    const fault = this.faults.errorFor(request, topic, partition);
    if (fault !== undefined) return fault;
    const found = this.log.partition(topic, partition);
    if (found === undefined) return errorAt("UNKNOWN_TOPIC_OR_PARTITION", topic, partition);
    const code = found.leadershipError(leader, leaderEpoch);
    return code === undefined ? found : errorAt(code, topic, partition);
  }
}

/** What readers and admins have in common. */
export class MemoryOffsetsConnection extends MemoryConnection implements OffsetsConnection {
  listOffsets(leader: number, queries: readonly OffsetQuery[]): Promise<OffsetResult[]> {
    return this.respond("listOffsets", queries, () =>
      queries.map((query) => {
        const { topic, partition, at } = query;
        const found = this.partitionAt("listOffsets", leader, query);
        if (!(found instanceof PartitionLog)) return { topic, partition, error: found };
        if (typeof at === "object") return { topic, partition, offset: found.offsetAt(at.timestamp) };
        return { topic, partition, offset: at === "earliest" ? found.logStartOffset : found.logEndOffset };
      }),
    );
  }
}
