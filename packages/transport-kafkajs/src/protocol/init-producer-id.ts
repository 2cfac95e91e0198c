import type { ProducerIdAndEpoch } from "@dataqueues/core";
import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

/** Asked for always, of use only to transactions. */
const transactionTimeoutMs = 60_000;

/**
 * Asks any node for a producer id that takes no part in transactions.
 *
 * ```text
 * request  = transactional_id transaction_timeout_ms TAGS(2+)
 * response = throttle_time_ms error_code producer_id producer_epoch TAGS(2+)
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_InitProducerId
 */
export function initProducerIdRequest(): KafkaRequest<ProducerIdAndEpoch & { readonly errorCode: number }> {
  return {
    api: kafkaApis.initProducerId,
    write: (body) => {
      body.string(null).int32(transactionTimeoutMs).tags();
    },
    read: (answer) => {
      answer.int32();
      return { errorCode: answer.int16(), producerId: answer.int64(), producerEpoch: answer.int16() };
    },
  };
}
