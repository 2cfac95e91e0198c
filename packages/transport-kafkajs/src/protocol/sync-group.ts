import type { GroupMember } from "@dataqueues/core";
import { consumerProtocolType } from "./join-group.ts";
import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

/** What a member shall own. */
export interface MemberAssignment {
  readonly memberId: string;
  readonly assignment: Uint8Array;
}

/** A member of the generation that was just joined. */
type JoinedMember = Pick<GroupMember, "group" | "memberId" | "epoch" | "instanceId" | "assignor">;

/**
 * Gives a classic group the leader's assignments, and asks for the member's own. The coordinator responds once it has them.
 *
 * ```text
 * SyncGroup Request (Versions: 3-5) => group_id generation_id member_id group_instance_id protocol_type(5+) protocol_name(5+)
 *     [assignments] _tagged_fields(4+)
 *   assignments => member_id assignment _tagged_fields(4+)
 *
 * SyncGroup Response (Versions: 3-5) => throttle_time_ms error_code protocol_type(5+) protocol_name(5+) assignment
 *     _tagged_fields(4+)
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_SyncGroup
 *
 * @param assignments - of all members by the leader, none by the others
 */
export function syncGroupRequest(
  { group, epoch, memberId, instanceId, assignor }: JoinedMember,
  assignments: readonly MemberAssignment[],
): KafkaRequest<{ readonly errorCode: number; readonly assignment: Uint8Array }> {
  return {
    api: kafkaApis.syncGroup,
    write: (request, version) => {
      request.string(group);
      request.int32(epoch);
      request.string(memberId);
      request.string(instanceId ?? null);
      if (version >= 5) {
        request.string(consumerProtocolType);
        request.string(assignor);
      }
      request.structs(assignments, (one) => {
        request.string(one.memberId);
        request.bytes(one.assignment);
      });
      request.taggedFields();
    },
    read: (response, version) => {
      response.int32(); // throttle_time_ms
      const errorCode = response.int16();
      if (version >= 5) {
        response.nullableString(); // protocol_type
        response.nullableString(); // protocol_name
      }
      return { errorCode, assignment: response.nullableBytes() ?? Buffer.alloc(0) };
    },
  };
}
