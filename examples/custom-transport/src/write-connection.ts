import { TransportError } from "@dataqueues/core";
import type { ProduceBatch, ProduceResult, ProducerIdAndEpoch, WriteConnection } from "@dataqueues/core";

import { SqliteConnection } from "./sqlite-connection.ts";

/** A connection that writes. */
export class SqliteWriteConnection extends SqliteConnection implements WriteConnection {
  produce(_leader: number, batches: readonly ProduceBatch[]): Promise<ProduceResult[]> {
    return this.request(() =>
      batches.map((batch) => {
        const { topic, partition } = batch;
        const written = this.#transaction(() => {
          const found = this.partition(topic, partition);
          return found instanceof TransportError ? found : found.append(batch);
        });
        if (written instanceof TransportError) return { topic, partition, error: written };
        return { topic, partition, baseOffset: written };
      }),
    );
  }

  initProducerId(): Promise<ProducerIdAndEpoch> {
    return this.request(() => {
      const [row] = this.all("INSERT INTO producers DEFAULT VALUES RETURNING id");
      return { producerId: BigInt(Number(row?.["id"])), producerEpoch: 0 };
    });
  }

  /** Keeps other processes from writing in between. */
  #transaction<T>(work: () => T): T {
    this.all("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.all("COMMIT");
      return result;
    } catch (error) {
      this.all("ROLLBACK");
      throw error;
    }
  }
}
