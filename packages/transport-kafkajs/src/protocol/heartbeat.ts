import type { GroupMember } from "@dataqueues/core";
import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

/**
 * Tells a classic group's coordinator that a member is alive.
 *
 * ```text
 * Heartbeat Request (Versions: 3-4) => group_id generation_id member_id group_instance_id _tagged_fields(4+)
 *
 * Heartbeat Response (Versions: 3-4) => throttle_time_ms error_code _tagged_fields(4+)
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_Heartbeat
 */
export function heartbeatRequest({
  group,
  epoch,
  memberId,
  instanceId,
}: GroupMember): KafkaRequest<{ readonly errorCode: number }> {
  return {
    api: kafkaApis.heartbeat,
    write: (request) => {
      request.string(group);
      request.int32(epoch);
      request.string(memberId);
      request.string(instanceId ?? null);
      request.taggedFields();
    },
    read: (response) => {
      response.int32(); // throttle_time_ms
      return { errorCode: response.int16() };
    },
  };
}
