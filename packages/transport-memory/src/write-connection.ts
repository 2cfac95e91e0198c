import { invalidRecord } from "@dataqueues/core";
import type { ProduceBatch, ProduceResult, ProducerIdAndEpoch, WriteConnection } from "@dataqueues/core";
import { MemoryConnection } from "./memory-connection.ts";
import { errorAt } from "./memory-log.ts";
import { copyOf, PartitionLog } from "./partition-log.ts";

/** A connection that writes to a log in this process. */
export class MemoryWriteConnection extends MemoryConnection implements WriteConnection {
  produce(leader: number, batches: readonly ProduceBatch[]): Promise<ProduceResult[]> {
    // The bytes are copied before this returns: the sender may use its memory again while a fault delays the request.
    const taken = batches.map((batch) => {
      const invalid = batch.records.map(invalidRecord).find((reason) => reason !== undefined);
      return { invalid, batch: invalid === undefined ? { ...batch, records: batch.records.map(copyOf) } : batch };
    });
    return this.respond("produce", batches, () => {
      const results = taken.map(({ invalid, batch }): ProduceResult => {
        const { topic, partition, records } = batch;
        const found = this.partitionAt("produce", leader, { topic, partition });
        if (!(found instanceof PartitionLog)) return { topic, partition, error: found };
        if (invalid !== undefined) {
          return { topic, partition, error: errorAt("INVALID_RECORD", topic, partition, invalid) };
        }
        if (records.some(({ value }) => (value?.length ?? 0) > this.log.settings.maxMessageBytes)) {
          return { topic, partition, error: errorAt("RECORD_TOO_LARGE", topic, partition) };
        }
        const appended = found.append(batch);
        if ("code" in appended) return { topic, partition, error: errorAt(appended.code, topic, partition) };
        return { topic, partition, ...appended };
      });
      this.log.changed();
      return results;
    });
  }

  initProducerId(): Promise<ProducerIdAndEpoch> {
    return this.respond("initProducerId", [], () => {
      this.failIfTold("initProducerId");
      return { producerId: BigInt(this.log.nextId()), producerEpoch: 0 };
    });
  }
}
