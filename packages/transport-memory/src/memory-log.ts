import { kafkaError } from "@dataqueues/core";
import type { TransportError, TransportErrorCode } from "@dataqueues/core";
import type { Group } from "./group.ts";
import { PartitionLog } from "./partition-log.ts";

/** What a memory log is like; see `memory`. */
export interface LogSettings {
  readonly nodes: number;
  readonly defaultPartitions: number;
  readonly maxMessageBytes: number;
  readonly firstOffset: bigint;
  readonly autoCreateTopicsEnable: boolean;
}

/** A topic with its partitions. A topic that is created again under the same name has another id. */
export interface Topic {
  readonly id: string;
  readonly partitions: PartitionLog[];
  /** The settings that have values of the topic's own. */
  readonly configs: Map<string, string>;
}

/** What all connections of one memory transport share: topics, groups, producer ids, and fetches that wait for a change. */
export class MemoryLog {
  readonly settings: LogSettings;
  readonly topics: Map<string, Topic> = new Map();
  readonly groups: Map<string, Group> = new Map();
  /** The connections that are open. */
  readonly connections: Set<{ close(): void }> = new Set();
  readonly #waiting = new Set<() => void>();
  #lastId = 0;

  constructor(settings: LogSettings) {
    this.settings = settings;
  }

  /** A number that was not given before. */
  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** Creates a topic, or replaces the one of that name. */
  createTopic(topic: string, partitions: number, configs: Readonly<Record<string, string>> = {}): void {
    const own = new Map(Object.entries(configs));
    this.topics.set(topic, { id: `topic-${this.nextId()}`, partitions: [], configs: own });
    this.growTopic(topic, partitions);
  }

  /** Adds partitions until a topic has `count`; the nodes lead them in turn. */
  growTopic(topic: string, count: number): void {
    const { nodes, firstOffset } = this.settings;
    const partitions = this.topics.get(topic)?.partitions ?? [];
    while (partitions.length < count) partitions.push(new PartitionLog(1 + (partitions.length % nodes), firstOffset));
  }

  partition(topic: string, partition: number): PartitionLog | undefined {
    return this.topics.get(topic)?.partitions[partition];
  }

  /** Resolves at the next change, after `ms`, or when `ended` aborts. */
  nextChange(ms: number, ended: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        ended.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#waiting.add(done);
      ended.addEventListener("abort", done);
    });
  }

  /** Wakes everything that waits for a change. */
  changed(): void {
    for (const done of this.#waiting) done();
  }
}

/** An error that names its place: a partition, a topic, or the whole log. */
export function errorAt(code: TransportErrorCode, topic?: string, partition?: number, why?: string): TransportError {
  const what = topic === undefined ? "the log" : partition === undefined ? `topic ${topic}` : `${topic}[${partition}]`;
  return kafkaError(code, what, { topic, partition, why });
}

/** The error of a group that does not exist. */
export function unknownGroup(group: string): TransportError {
  return kafkaError("GROUP_ID_NOT_FOUND", `group ${group}`);
}
