import type { ProducerIdentity } from "@dataqueues/core";
import { BytesWriter } from "./bytes-writer.ts";
import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

/** Asks any node for a producer id that takes no part in transactions. */
export function initProducerIdRequest(): KafkaRequest<ProducerIdentity & { readonly errorCode: number }> {
  return {
    api: kafkaApis.initProducerId,
    body: new BytesWriter().string(null).int32(60_000).written,
    read: (answer) => {
      answer.int32();
      return { errorCode: answer.int16(), producerId: answer.int64(), producerEpoch: answer.int16() };
    },
  };
}
