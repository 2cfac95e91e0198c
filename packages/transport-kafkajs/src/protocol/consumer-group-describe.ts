import type { TopicPartition } from "@dataqueues/core";
import type { BytesReader } from "./bytes-reader.ts";
import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

const uuidSize = 16;

/** A consumer group. */
export interface DescribedConsumerGroup {
  readonly errorCode: number;
  readonly message: string | null;
  readonly state: string;
  readonly assignor: string;
  readonly members: readonly DescribedConsumer[];
}

/** A member of a consumer group. */
export interface DescribedConsumer {
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly assignment: readonly TopicPartition[];
}

/**
 * Asks a group's coordinator about a consumer group.
 *
 * ```text
 * ConsumerGroupDescribe Request (Versions: 0) => [group_ids] include_authorized_operations _tagged_fields
 *
 * ConsumerGroupDescribe Response (Versions: 0) => throttle_time_ms [groups] _tagged_fields
 *   groups => error_code error_message group_id group_state group_epoch assignment_epoch assignor_name [members]
 *       authorized_operations _tagged_fields
 *     members => member_id instance_id rack_id member_epoch client_id client_host [subscribed_topic_names]
 *         subscribed_topic_regex assignment target_assignment _tagged_fields
 *       assignment, target_assignment => [topic_partitions] _tagged_fields
 *         topic_partitions => topic_id topic_name [partitions] _tagged_fields
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_ConsumerGroupDescribe
 */
export function consumerGroupDescribeRequest(group: string): KafkaRequest<DescribedConsumerGroup> {
  return {
    api: kafkaApis.consumerGroupDescribe,
    write: (request) => {
      request.array([group], (name) => request.string(name));
      request.boolean(false); // include_authorized_operations
      request.taggedFields();
    },
    read: (response) => {
      response.int32(); // throttle_time_ms
      const [described] = response.structs(() => {
        const errorCode = response.int16();
        const message = response.nullableString();
        response.string(); // group_id
        const state = response.string();
        response.int32(); // group_epoch
        response.int32(); // assignment_epoch
        const assignor = response.string();
        const members = response.structs(() => readMember(response));
        response.int32(); // authorized_operations
        return { errorCode, message, state, assignor, members };
      });
      if (described === undefined) throw new RangeError("the response has no group");
      return described;
    },
  };
}

function readMember(response: BytesReader): DescribedConsumer {
  const memberId = response.string();
  const instanceId = response.nullableString();
  response.nullableString(); // rack_id
  response.int32(); // member_epoch
  const clientId = response.string();
  const clientHost = response.string();
  response.array(() => response.string()); // subscribed_topic_names
  response.nullableString(); // subscribed_topic_regex
  const assignment = readAssignment(response);
  readAssignment(response); // target_assignment
  return { memberId, instanceId, clientId, clientHost, assignment };
}

function readAssignment(response: BytesReader): TopicPartition[] {
  const topics = response.structs(() => {
    response.skip(uuidSize); // topic_id
    const topic = response.string();
    return response.array((): TopicPartition => [topic, response.int32()]);
  });
  response.taggedFields();
  return topics.flat();
}
