import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

const groupKey = 0;

/** Which broker keeps a group. */
export interface FoundCoordinator {
  readonly errorCode: number;
  readonly message: string | null;
  readonly nodeId: number;
}

/**
 * Asks any broker which one keeps a group.
 *
 * ```text
 * FindCoordinator Request (Versions: 2) => key key_type
 *
 * FindCoordinator Response (Versions: 2) => throttle_time_ms error_code error_message node_id host port
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_FindCoordinator
 */
export function findCoordinatorRequest(group: string): KafkaRequest<FoundCoordinator> {
  return {
    api: kafkaApis.findCoordinator,
    write: (request) => {
      request.string(group);
      request.uint8(groupKey); // key_type
    },
    read: (response) => {
      response.int32(); // throttle_time_ms
      // The broker is known by its id: metadata has its address.
      return { errorCode: response.int16(), message: response.nullableString(), nodeId: response.int32() };
    },
  };
}
