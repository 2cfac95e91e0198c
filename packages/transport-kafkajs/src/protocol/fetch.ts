import type { FetchLimits, FetchQuery } from "@dataqueues/core";
import type { LeaderEpochs } from "../leader-epochs.ts";
import { byTopic } from "./by-topic.ts";
import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

const readCommitted = 1;

/** A partition's part of an answer; `recordSet` has record batches one after another, the last one may be cut. */
export interface FetchedBytes {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: bigint;
  readonly abortedTransactions: readonly AbortedTransaction[];
  readonly recordSet: Buffer;
}

/** From `firstOffset` on, the transactional records of this producer were never committed. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

export interface FetchAnswer {
  readonly errorCode: number;
  readonly partitions: readonly FetchedBytes[];
}

/** Asks the leader of partitions for record batches, in the order given: the first ones are filled first. */
export function fetchRequest(
  wanted: readonly FetchQuery[],
  limits: FetchLimits,
  epochs: LeaderEpochs,
): KafkaRequest<FetchAnswer> {
  return {
    api: kafkaApis.fetch,
    write: (body) => {
      body.int32(-1).int32(limits.maxWaitMs).int32(limits.minBytes).int32(limits.maxBytes).uint8(readCommitted);
      // No fetch session: each request says all that it wants.
      body.int32(0).int32(-1);
      body.array(byTopic(wanted), ({ topic, items }) => {
        body.string(topic).array(items, ({ partition, offset }) => {
          body.int32(partition).int32(epochs.of(topic, partition));
          body.int64(offset).int64(-1n).int32(limits.maxBytesPerPartition);
        });
      });
      body.int32(0);
    },
    read: (answer) => {
      answer.int32();
      const errorCode = answer.int16();
      answer.int32();
      const topics = answer.array(() => {
        const topic = answer.string();
        return answer.array((): FetchedBytes => {
          const partition = answer.int32();
          const code = answer.int16();
          const highWatermark = answer.int64();
          answer.int64();
          answer.int64();
          const abortedTransactions = answer.array(() => ({
            producerId: answer.int64(),
            firstOffset: answer.int64(),
          }));
          const recordSet = answer.nullableBytes() ?? Buffer.alloc(0);
          return { topic, partition, errorCode: code, highWatermark, abortedTransactions, recordSet };
        });
      });
      return { errorCode, partitions: topics.flat() };
    },
  };
}
