import type { BytesReader } from "./bytes-reader.ts";
import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

/** A classic group. */
export interface DescribedGroup {
  readonly errorCode: number;
  readonly message: string | null;
  /** `"Dead"` if there is no such group and the broker has no error for that. */
  readonly state: string;
  readonly protocolType: string;
  /** The name of the assignor that the members agreed on, while they have one. */
  readonly protocolData: string;
  readonly members: readonly DescribedMember[];
}

/** A member of a classic group. */
export interface DescribedMember {
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  /** What the group's leader assigned, in the form of its protocol type; empty unless the group is stable. */
  readonly assignment: Uint8Array;
}

/**
 * Asks a group's coordinator about a classic group.
 *
 * ```text
 * DescribeGroups Request (Versions: 4-6) => [groups] include_authorized_operations _tagged_fields(5+)
 *
 * DescribeGroups Response (Versions: 4-6) => throttle_time_ms [groups] _tagged_fields(5+)
 *   groups => error_code error_message(6+) group_id group_state protocol_type protocol_data [members]
 *       authorized_operations _tagged_fields(5+)
 *     members => member_id group_instance_id client_id client_host member_metadata member_assignment _tagged_fields(5+)
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_DescribeGroups
 */
export function describeGroupsRequest(group: string): KafkaRequest<DescribedGroup> {
  return {
    api: kafkaApis.describeGroups,
    write: (request) => {
      request.array([group], (name) => request.string(name));
      request.boolean(false); // include_authorized_operations
      request.taggedFields();
    },
    read: (response, version) => {
      response.int32(); // throttle_time_ms
      const [described] = response.structs(() => {
        const errorCode = response.int16();
        const message = version >= 6 ? response.nullableString() : null;
        response.string(); // group_id
        const state = response.string();
        const protocolType = response.string();
        const protocolData = response.string();
        const members = response.structs(() => readMember(response));
        response.int32(); // authorized_operations
        return { errorCode, message, state, protocolType, protocolData, members };
      });
      if (described === undefined) throw new RangeError("the response has no group");
      return described;
    },
  };
}

function readMember(response: BytesReader): DescribedMember {
  const memberId = response.string();
  const instanceId = response.nullableString();
  const clientId = response.string();
  const clientHost = response.string();
  response.nullableBytes(); // member_metadata
  return { memberId, instanceId, clientId, clientHost, assignment: response.nullableBytes() ?? new Uint8Array() };
}
