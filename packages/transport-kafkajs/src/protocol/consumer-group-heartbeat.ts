import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

/** Partitions of a topic, which is named by its id. */
export interface PartitionsOfId {
  readonly topicId: string;
  readonly partitions: readonly number[];
}

/** What a member says of itself. */
export interface ConsumerHeartbeat {
  readonly group: string;
  readonly memberId: string;
  /** 0 to join, -1 to leave, -2 to leave for a while. */
  readonly epoch: number;
  readonly instanceId?: string | undefined;
  readonly rebalanceTimeoutMs: number;
  readonly topics: readonly string[];
  readonly owned: readonly PartitionsOfId[];
}

/** What a consumer group's coordinator responds. */
export interface ConsumerHeartbeatResponse {
  readonly errorCode: number;
  readonly message: string | null;
  readonly memberId: string;
  readonly epoch: number;
  readonly heartbeatIntervalMs: number;
  /** What the member shall own; undefined if that did not change. */
  readonly assignment: readonly PartitionsOfId[] | undefined;
}

/**
 * Joins a consumer group (KIP-848), tells its coordinator that a member is alive and what it owns, and leaves. All fields are
 * always sent, so that nothing depends on what an earlier request told; the response then has the whole assignment.
 *
 * ```text
 * ConsumerGroupHeartbeat Request (Versions: 1) => group_id member_id member_epoch instance_id rack_id rebalance_timeout_ms
 *     [subscribed_topic_names] subscribed_topic_regex server_assignor [topic_partitions] _tagged_fields
 *   topic_partitions => topic_id [partitions] _tagged_fields
 *
 * ConsumerGroupHeartbeat Response (Versions: 1) => throttle_time_ms error_code error_message member_id member_epoch
 *     heartbeat_interval_ms assignment _tagged_fields
 *   assignment => [topic_partitions] _tagged_fields
 *     topic_partitions => topic_id [partitions] _tagged_fields
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_ConsumerGroupHeartbeat
 */
export function consumerGroupHeartbeatRequest(member: ConsumerHeartbeat): KafkaRequest<ConsumerHeartbeatResponse> {
  return {
    api: kafkaApis.consumerGroupHeartbeat,
    write: (request) => {
      request.string(member.group);
      request.string(member.memberId);
      request.int32(member.epoch);
      request.string(member.instanceId ?? null);
      request.string(null); // rack_id
      request.int32(member.rebalanceTimeoutMs);
      request.array(member.topics, (topic) => request.string(topic));
      request.string(null); // subscribed_topic_regex
      request.string(null); // server_assignor: the broker's default
      request.structs(member.owned, ({ topicId, partitions }) => {
        request.uuid(topicId);
        request.array(partitions, (partition) => request.int32(partition));
      });
      request.taggedFields();
    },
    read: (response) => {
      response.int32(); // throttle_time_ms
      const errorCode = response.int16();
      const message = response.nullableString();
      const memberId = response.string();
      const epoch = response.int32();
      const heartbeatIntervalMs = response.int32();
      const assignment = response.nullableStruct(() =>
        response.structs(() => ({ topicId: response.uuid(), partitions: response.array(() => response.int32()) })),
      );
      return { errorCode, message, memberId, epoch, heartbeatIntervalMs, assignment };
    },
  };
}
