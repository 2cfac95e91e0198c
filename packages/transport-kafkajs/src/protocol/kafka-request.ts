import type { BytesReader } from "./bytes-reader.ts";

/** One request of Kafka's protocol, its body written, and how to read its answer. */
export interface KafkaRequest<Answer> {
  readonly api: KafkaApi;
  readonly body: Buffer;
  readonly read: (answer: BytesReader) => Answer;
  /** False for a produce request that asks for no acknowledgement. */
  readonly answered?: boolean | undefined;
}

/** A kind of request and the version of it that is spoken here. */
export interface KafkaApi {
  readonly name: string;
  readonly key: number;
  readonly version: number;
}

/**
 * The versions spoken here: the newest before the compact encoding that came with Kafka 2.4, which Kafka 4 still takes.
 * https://kafka.apache.org/protocol
 */
export const kafkaApis: Readonly<Record<ApiName, KafkaApi>> = {
  produce: { name: "Produce", key: 0, version: 7 },
  fetch: { name: "Fetch", key: 1, version: 10 },
  listOffsets: { name: "ListOffsets", key: 2, version: 2 },
  metadata: { name: "Metadata", key: 3, version: 5 },
  createTopics: { name: "CreateTopics", key: 19, version: 4 },
  deleteTopics: { name: "DeleteTopics", key: 20, version: 3 },
  initProducerId: { name: "InitProducerId", key: 22, version: 1 },
  createPartitions: { name: "CreatePartitions", key: 37, version: 1 },
};

type ApiName =
  | "produce"
  | "fetch"
  | "listOffsets"
  | "metadata"
  | "createTopics"
  | "deleteTopics"
  | "initProducerId"
  | "createPartitions";
