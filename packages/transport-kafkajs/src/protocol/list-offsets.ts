import type { OffsetQuery } from "@dataqueues/core";
import type { LeaderEpochs } from "../leader-epochs.ts";
import { byTopic, partitionKey } from "./by-topic.ts";
import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

const readCommitted = 1;

/** Error code and offset of each partition, by {@link partitionKey}. */
export type ListedOffsets = ReadonlyMap<string, { readonly errorCode: number; readonly offset: bigint }>;

/** Asks the leader of partitions for offsets. "latest" is where a reader of committed records stands. */
export function listOffsetsRequest(queries: readonly OffsetQuery[], epochs: LeaderEpochs): KafkaRequest<ListedOffsets> {
  return {
    api: kafkaApis.listOffsets,
    write: (body) => {
      body.int32(-1).uint8(readCommitted);
      body.array(byTopic(queries), ({ topic, items }) => {
        body.string(topic).array(items, ({ partition, at }) => {
          body.int32(partition).int32(epochs.of(topic, partition)).int64(timestampOf(at));
        });
      });
    },
    read: (answer) => {
      answer.int32();
      const offsets = new Map<string, { errorCode: number; offset: bigint }>();
      answer.array(() => {
        const topic = answer.string();
        answer.array(() => {
          const partition = answer.int32();
          const errorCode = answer.int16();
          answer.int64();
          offsets.set(partitionKey(topic, partition), { errorCode, offset: answer.int64() });
          answer.int32();
        });
      });
      return offsets;
    },
  };
}

function timestampOf(at: OffsetQuery["at"]): bigint {
  if (at === "latest") return -1n;
  if (at === "earliest") return -2n;
  return BigInt(Math.ceil(at.timestamp));
}
