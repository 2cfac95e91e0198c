import type { GroupMember, TopicPartition } from "@dataqueues/core";
import { byTopic } from "./by-topic.ts";
import type { BytesReader } from "./bytes-reader.ts";
import type { BytesWriter } from "./bytes-writer.ts";
import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

/** Who asks. Who is no member, as an administrator, asks as a classic one. */
export type OffsetReader = Pick<GroupMember, "group" | "protocol" | "memberId" | "epoch">;

/** What a group has committed. */
export interface GroupOffsets {
  /** The error of the request as a whole. */
  readonly errorCode: number;
  readonly partitions: readonly GroupOffset[];
}

/** An offset that a group has committed; -1 if it has committed none. */
export interface GroupOffset {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  readonly offset: bigint;
}

/**
 * Asks a group's coordinator for the committed offsets of partitions, or of all that have one if `partitions` is undefined. With
 * `requireStable`, a partition whose next offset is in a transaction that is still open has an error. Version 6 cannot ask for that.
 *
 * ```text
 * OffsetFetch Request (Versions: 6-9) => group_id(6-7) [topics](6-7) [groups](8+) require_stable(7+) _tagged_fields
 *   topics => name [partition_indexes] _tagged_fields
 *   groups => group_id member_id(9+) member_epoch(9+) [topics] _tagged_fields
 *     topics => name [partition_indexes] _tagged_fields
 *
 * OffsetFetch Response (Versions: 6-9) => throttle_time_ms [topics](6-7) error_code(6-7) [groups](8+) _tagged_fields
 *   topics => name [partitions] _tagged_fields
 *     partitions => partition_index committed_offset committed_leader_epoch metadata error_code _tagged_fields
 *   groups => group_id [topics] error_code _tagged_fields
 *     topics => name [partitions] _tagged_fields
 *       partitions => partition_index committed_offset committed_leader_epoch metadata error_code _tagged_fields
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_OffsetFetch
 */
export function offsetFetchRequest(
  { group, protocol, memberId, epoch }: OffsetReader,
  partitions: readonly TopicPartition[] | undefined,
  requireStable = true,
): KafkaRequest<GroupOffsets> {
  const { offsetFetch } = kafkaApis;
  const isConsumer = protocol === "consumer";
  return {
    api: isConsumer ? { ...offsetFetch, min: 9 } : offsetFetch,
    write: (request, version) => {
      if (version < 8) {
        request.string(group);
        writeTopics(request, partitions);
      } else {
        request.structs([group], () => {
          request.string(group);
          if (version >= 9) {
            request.string(isConsumer ? memberId : null);
            request.int32(isConsumer ? epoch : -1); // member_epoch
          }
          writeTopics(request, partitions);
        });
      }
      if (version >= 7) request.boolean(requireStable);
      request.taggedFields();
    },
    read: (response, version) => {
      response.int32(); // throttle_time_ms
      if (version < 8) return readOffsets(response);
      const [offsets] = response.structs(() => {
        response.string(); // group_id
        return readOffsets(response);
      });
      if (offsets === undefined) throw new RangeError("the response has no group");
      return offsets;
    },
  };
}

function writeTopics(request: BytesWriter, partitions: readonly TopicPartition[] | undefined): void {
  if (partitions === undefined) {
    request.nullArray();
    return;
  }
  const items = partitions.map(([topic, partition]) => ({ topic, partition }));
  request.structs(byTopic(items), ({ topic, items: own }) => {
    request.string(topic);
    request.array(own, ({ partition }) => request.int32(partition));
  });
}

function readOffsets(response: BytesReader): GroupOffsets {
  const topics = response.structs(() => {
    const topic = response.string();
    return response.structs(() => {
      const partition = response.int32();
      const offset = response.int64();
      response.int32(); // committed_leader_epoch
      response.nullableString(); // metadata
      return { topic, partition, errorCode: response.int16(), offset };
    });
  });
  return { errorCode: response.int16(), partitions: topics.flat() };
}
