import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

/**
 * Takes a member without a lasting name out of a classic group.
 *
 * ```text
 * LeaveGroup Request (Versions: 3-5) => group_id [members] _tagged_fields(4+)
 *   members => member_id group_instance_id reason(5+) _tagged_fields(4+)
 *
 * LeaveGroup Response (Versions: 3-5) => throttle_time_ms error_code [members] _tagged_fields(4+)
 *   members => member_id group_instance_id error_code _tagged_fields(4+)
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_LeaveGroup
 */
export function leaveGroupRequest(group: string, memberId: string): KafkaRequest<{ readonly errorCode: number }> {
  return {
    api: kafkaApis.leaveGroup,
    write: (request, version) => {
      request.string(group);
      request.structs([memberId], (id) => {
        request.string(id);
        request.string(null); // group_instance_id
        if (version >= 5) request.string(null); // reason
      });
      request.taggedFields();
    },
    read: (response) => {
      response.int32(); // throttle_time_ms
      const errorCode = response.int16();
      const ofMembers = response.structs(() => {
        response.string(); // member_id
        response.nullableString(); // group_instance_id
        return response.int16();
      });
      return { errorCode: errorCode === 0 ? (ofMembers[0] ?? 0) : errorCode };
    },
  };
}
