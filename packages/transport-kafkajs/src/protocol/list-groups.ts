import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

/** The groups of one broker. */
export interface ListedGroups {
  readonly errorCode: number;
  readonly groups: readonly ListedGroup[];
}

/** A group. What the broker does not tell in its version is undefined. */
export interface ListedGroup {
  readonly group: string;
  readonly protocolType: string;
  readonly state: string | undefined;
  readonly type: string | undefined;
}

/**
 * Asks a broker for the groups that it keeps.
 *
 * ```text
 * ListGroups Request (Versions: 1-5) => [states_filter](4+) [types_filter](5+) _tagged_fields(3+)
 *
 * ListGroups Response (Versions: 1-5) => throttle_time_ms error_code [groups] _tagged_fields(3+)
 *   groups => group_id protocol_type group_state(4+) group_type(5+) _tagged_fields(3+)
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_ListGroups
 */
export function listGroupsRequest(): KafkaRequest<ListedGroups> {
  return {
    api: kafkaApis.listGroups,
    write: (request, version) => {
      if (version >= 4) request.array([], () => {}); // states_filter: all
      if (version >= 5) request.array([], () => {}); // types_filter: all
      request.taggedFields();
    },
    read: (response, version) => {
      response.int32(); // throttle_time_ms
      const errorCode = response.int16();
      const groups = response.structs(() => ({
        group: response.string(),
        protocolType: response.string(),
        state: version >= 4 ? response.string() : undefined,
        type: version >= 5 ? response.string() : undefined,
      }));
      return { errorCode, groups };
    },
  };
}
