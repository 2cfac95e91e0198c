import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

/** What became of a group. */
export interface DeletedGroup {
  readonly errorCode: number;
  readonly message: string | null;
}

/**
 * Makes a group's coordinator delete it with its committed offsets.
 *
 * ```text
 * DeleteGroups Request (Versions: 0-3) => [groups_names] _tagged_fields(2+)
 *
 * DeleteGroups Response (Versions: 0-3) => throttle_time_ms [results] _tagged_fields(2+)
 *   results => group_id error_code error_message(3+) _tagged_fields(2+)
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_DeleteGroups
 */
export function deleteGroupsRequest(group: string): KafkaRequest<DeletedGroup> {
  return {
    api: kafkaApis.deleteGroups,
    write: (request) => {
      request.array([group], (name) => request.string(name));
      request.taggedFields();
    },
    read: (response, version) => {
      response.int32(); // throttle_time_ms
      const [deleted] = response.structs(() => {
        response.string(); // group_id
        return { errorCode: response.int16(), message: version >= 3 ? response.nullableString() : null };
      });
      if (deleted === undefined) throw new RangeError("the response has no group");
      return deleted;
    },
  };
}
