import type { GroupMember, OffsetToCommit } from "@dataqueues/core";
import { byTopic, partitionKey } from "./by-topic.ts";
import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

/** The first version with topic ids in place of names. */
export const firstWithTopicIds = 10;

/** Who commits. Who is no member, as an administrator, commits as a classic one with the epoch -1 and an empty id. */
export type Committer = Pick<GroupMember, "group" | "protocol" | "memberId" | "epoch" | "instanceId">;

/** The error code of each partition, by {@link partitionKey}. */
export type CommittedPartitions = ReadonlyMap<string, { readonly errorCode: number }>;

/**
 * Asks a group's coordinator to keep offsets. From version 10 on it compares topic ids; so that version is used only where all
 * offsets have one.
 *
 * ```text
 * OffsetCommit Request (Versions: 8-10) => group_id generation_id_or_member_epoch member_id group_instance_id [topics]
 *     _tagged_fields
 *   topics => name(8-9) topic_id(10+) [partitions] _tagged_fields
 *     partitions => partition_index committed_offset committed_leader_epoch committed_metadata _tagged_fields
 *
 * OffsetCommit Response (Versions: 8-10) => throttle_time_ms [topics] _tagged_fields
 *   topics => name(8-9) topic_id(10+) [partitions] _tagged_fields
 *     partitions => partition_index error_code _tagged_fields
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_OffsetCommit
 */
export function offsetCommitRequest(
  { group, protocol, memberId, epoch, instanceId }: Committer,
  offsets: readonly OffsetToCommit[],
): KafkaRequest<CommittedPartitions> {
  const { offsetCommit } = kafkaApis;
  const haveIds = offsets.every(({ topicId }) => topicId !== undefined);
  const min = protocol === "consumer" ? 9 : offsetCommit.min;
  return {
    api: { ...offsetCommit, min, max: haveIds ? offsetCommit.max : firstWithTopicIds - 1 },
    write: (request, version) => {
      request.string(group);
      request.int32(epoch);
      request.string(memberId);
      request.string(instanceId ?? null);
      const hasNames = version < firstWithTopicIds;
      const named = hasNames ? offsets : offsets.map((one) => ({ ...one, topic: one.topicId ?? "" }));
      request.structs(byTopic(named), ({ topic, items }) => {
        if (hasNames) request.string(topic);
        else request.uuid(topic);
        request.structs(items, ({ partition, offset }) => {
          request.int32(partition);
          request.int64(offset);
          request.int32(-1); // committed_leader_epoch: unknown
          request.string(""); // committed_metadata
        });
      });
      request.taggedFields();
    },
    read: (response, version) => {
      response.int32(); // throttle_time_ms
      const names = new Map(offsets.map(({ topic, topicId }) => [topicId, topic]));
      const committed = new Map<string, { errorCode: number }>();
      response.structs(() => {
        const topic = version < firstWithTopicIds ? response.string() : (names.get(response.uuid()) ?? "");
        response.structs(() => {
          const partition = response.int32();
          committed.set(partitionKey(topic, partition), { errorCode: response.int16() });
        });
      });
      return committed;
    },
  };
}
