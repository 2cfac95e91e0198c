import type { PartitionLog } from "./partition-log.ts";

/** A topic: its id, which a topic of the same name made later does not have, and its partitions. */
export interface Topic {
  readonly id: string;
  readonly partitions: PartitionLog[];
}

/** What all connections of one memory transport share: topics, producer ids, and who waits for news. */
export class MemoryLog {
  readonly topics: Map<string, Topic> = new Map();
  readonly #waiting = new Set<() => void>();
  #ids = 0;

  /** A number that was not given before. */
  nextId(): number {
    this.#ids += 1;
    return this.#ids;
  }

  partition(topic: string, partition: number): PartitionLog | undefined {
    return this.topics.get(topic)?.partitions[partition];
  }

  /** Resolves at the next change, after `ms`, or when `ended` aborts. */
  change(ms: number, ended: AbortSignal): Promise<void> {
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

  /** Tells those who wait that there is something new. */
  changed(): void {
    for (const done of this.#waiting) done();
  }
}
