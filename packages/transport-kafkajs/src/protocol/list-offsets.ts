import type { OffsetQuery } from "@dataqueues/core";
import type { LeaderEpochs } from "../leader-epochs.ts";
import { byTopic, partitionKey } from "./by-topic.ts";
import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

const consumer = -1;
const readCommitted = 1;

/** Error code and offset of each partition, by {@link partitionKey}. */
export type ListedOffsets = ReadonlyMap<string, { readonly errorCode: number; readonly offset: bigint }>;

/**
 * Asks the leader of partitions for offsets. "latest" is where a reader of committed records stands; before version 2,
 * which cannot ask for that, it is after the last record.
 *
 * ```text
 * request   = replica_id isolation_level(2+) [topic] TAGS(6+)
 * topic     = name [index current_leader_epoch(4+) timestamp TAGS(6+)] TAGS(6+)
 * response  = throttle_time_ms(2+) [topic] TAGS(6+)
 * topic     = name [index error_code timestamp offset leader_epoch(4+) TAGS(6+)] TAGS(6+)
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_ListOffsets
 */
export function listOffsetsRequest(queries: readonly OffsetQuery[], epochs: LeaderEpochs): KafkaRequest<ListedOffsets> {
  return {
    api: kafkaApis.listOffsets,
    write: (body, version) => {
      body.int32(consumer);
      if (version >= 2) body.uint8(readCommitted);
      body.array(byTopic(queries), ({ topic, items }) => {
        body.string(topic);
        body.array(items, ({ partition, at }) => {
          body.int32(partition);
          if (version >= 4) body.int32(epochs.of(topic, partition));
          body.int64(timestampOf(at)).tags();
        });
        body.tags();
      });
      body.tags();
    },
    read: (answer, version) => {
      if (version >= 2) answer.int32();
      const offsets = new Map<string, { errorCode: number; offset: bigint }>();
      answer.array(() => {
        const topic = answer.string();
        answer.array(() => {
          const partition = answer.int32();
          const errorCode = answer.int16();
          answer.int64();
          offsets.set(partitionKey(topic, partition), { errorCode, offset: answer.int64() });
          if (version >= 4) answer.int32();
          answer.tags();
        });
        answer.tags();
      });
      return offsets;
    },
  };
}

function timestampOf(at: OffsetQuery["at"]): bigint {
  if (at === "latest") return -1n;
  if (at === "earliest") return -2n;
  // No record is from before 1970, and numbers below 0 ask for something else.
  return BigInt(Math.max(0, Math.ceil(at.timestamp)));
}
