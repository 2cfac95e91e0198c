import { byTopic, partitionKey } from "./by-topic.ts";
import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

/** A record batch for a partition, encoded. */
export interface EncodedBatch {
  readonly topic: string;
  readonly partition: number;
  readonly bytes: Uint8Array;
}

export interface ProducedPartition {
  readonly errorCode: number;
  readonly baseOffset: bigint;
  /** Milliseconds since 1970-01-01 UTC; -1 where records keep the time they were sent with. */
  readonly logAppendTime: number;
}

/** Appends batches; answers are by {@link partitionKey}. With `acks` 0 no answer comes. */
export function produceRequest(
  batches: readonly EncodedBatch[],
  acks: number,
  timeoutMs: number,
): KafkaRequest<ReadonlyMap<string, ProducedPartition>> {
  return {
    api: kafkaApis.produce,
    size: batches.reduce((size, { bytes }) => size + bytes.length + 64, 256),
    write: (body) => {
      body.string(null).int16(acks).int32(timeoutMs);
      body.array(byTopic(batches), ({ topic, items }) => {
        body.string(topic).array(items, ({ partition, bytes }) => {
          body.int32(partition).bytes(bytes);
        });
      });
    },
    unanswered: acks === 0 ? new Map() : undefined,
    read: (answer) => {
      const produced = new Map<string, ProducedPartition>();
      answer.array(() => {
        const topic = answer.string();
        answer.array(() => {
          const partition = answer.int32();
          const errorCode = answer.int16();
          const baseOffset = answer.int64();
          const logAppendTime = Number(answer.int64());
          answer.int64();
          produced.set(partitionKey(topic, partition), { errorCode, baseOffset, logAppendTime });
        });
      });
      return produced;
    },
  };
}
