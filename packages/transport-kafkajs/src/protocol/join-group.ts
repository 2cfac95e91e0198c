import type { GroupMember } from "@dataqueues/core";
import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

/** What consumers call the use that they make of a group. */
export const consumerProtocolType = "consumer";

/** What became of a join. */
export interface JoinedGroup {
  readonly errorCode: number;
  readonly generation: number;
  /** The name of the assignor that all members know. */
  readonly assignor: string;
  readonly leader: string;
  /** Whether the leader is to leave the assignment as it is: it was restarted, and the group has the assignment. */
  readonly skipAssignment: boolean;
  readonly memberId: string;
  /** All members, for the leader alone. */
  readonly members: readonly JoinedMember[];
}

/** A member, with the subscription that it sent. */
export interface JoinedMember {
  readonly memberId: string;
  readonly instanceId: string | undefined;
  readonly subscription: Uint8Array;
}

/**
 * Joins a classic group. The coordinator responds once all members have joined, or the longest of their rebalance timeouts is
 * over. A member without an id and a name gets an id first (`MEMBER_ID_REQUIRED`).
 *
 * ```text
 * JoinGroup Request (Versions: 5-9) => group_id session_timeout_ms rebalance_timeout_ms member_id group_instance_id
 *     protocol_type [protocols] reason(8+) _tagged_fields(6+)
 *   protocols => name metadata _tagged_fields(6+)
 *
 * JoinGroup Response (Versions: 5-9) => throttle_time_ms error_code generation_id protocol_type(7+) protocol_name leader
 *     skip_assignment(9+) member_id [members] _tagged_fields(6+)
 *   members => member_id group_instance_id metadata _tagged_fields(6+)
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_JoinGroup
 */
export function joinGroupRequest(member: GroupMember, subscription: Uint8Array): KafkaRequest<JoinedGroup> {
  return {
    api: kafkaApis.joinGroup,
    write: (request, version) => {
      request.string(member.group);
      request.int32(member.sessionTimeoutMs);
      request.int32(member.rebalanceTimeoutMs);
      request.string(member.memberId);
      request.string(member.instanceId ?? null);
      request.string(consumerProtocolType);
      request.structs([member.assignor], (name) => {
        request.string(name);
        request.bytes(subscription);
      });
      if (version >= 8) request.string(null); // reason
      request.taggedFields();
    },
    read: (response, version) => {
      response.int32(); // throttle_time_ms
      const errorCode = response.int16();
      const generation = response.int32();
      if (version >= 7) response.nullableString(); // protocol_type
      const assignor = response.string();
      const leader = response.string();
      const skipAssignment = version >= 9 && response.boolean();
      const memberId = response.string();
      const members = response.structs(() => ({
        memberId: response.string(),
        instanceId: response.nullableString() ?? undefined,
        subscription: response.nullableBytes() ?? Buffer.alloc(0),
      }));
      return { errorCode, generation, assignor, leader, skipAssignment, memberId, members };
    },
  };
}
