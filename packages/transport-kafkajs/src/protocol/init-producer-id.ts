import type { ProducerIdAndEpoch } from "@dataqueues/core";
import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

/** The field is mandatory, but only transactions use it. */
const transactionTimeoutMs = 60_000;

/**
 * Asks any broker for a producer id for writes without transactions.
 *
 * ```text
 * InitProducerId Request (Versions: 0-2) => transactional_id transaction_timeout_ms _tagged_fields(2+)
 *
 * InitProducerId Response (Versions: 0-2) => throttle_time_ms error_code producer_id producer_epoch _tagged_fields(2+)
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_InitProducerId
 */
export function initProducerIdRequest(): KafkaRequest<ProducerIdAndEpoch & { readonly errorCode: number }> {
  return {
    api: kafkaApis.initProducerId,
    write: (request) => {
      request.string(null); // transactional_id
      request.int32(transactionTimeoutMs);
      request.taggedFields();
    },
    read: (response) => {
      response.int32(); // throttle_time_ms
      return { errorCode: response.int16(), producerId: response.int64(), producerEpoch: response.int16() };
    },
  };
}
