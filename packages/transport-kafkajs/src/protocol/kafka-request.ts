import type { BytesReader } from "./bytes-reader.ts";
import type { BytesWriter } from "./bytes-writer.ts";

/** One request of Kafka's protocol: how its body is written and how its answer is read. */
export interface KafkaRequest<Answer> {
  readonly api: KafkaApi;
  readonly write: (body: BytesWriter) => void;
  readonly read: (answer: BytesReader) => Answer;
  /** Bytes to make room for at once. */
  readonly size?: number;
  /** What stands for the answer of a request that gets none: a produce request that asks for no acknowledgement. */
  readonly unanswered?: Answer | undefined;
}

/** A kind of request and the version of it that is spoken here. */
export interface KafkaApi {
  readonly name: string;
  readonly key: number;
  readonly version: number;
  /** Whether this version has compact lengths and tagged fields, which its headers then have too. */
  readonly flexible?: boolean;
}

type ApiName =
  | "produce"
  | "fetch"
  | "listOffsets"
  | "metadata"
  | "createTopics"
  | "deleteTopics"
  | "initProducerId"
  | "createPartitions";

/** The one version of each that is spoken here; all are in Kafka from 2.8 to 4: https://kafka.apache.org/protocol */
export const kafkaApis: Readonly<Record<ApiName, KafkaApi>> = {
  produce: { name: "Produce", key: 0, version: 7 },
  fetch: { name: "Fetch", key: 1, version: 10 },
  listOffsets: { name: "ListOffsets", key: 2, version: 4 },
  // The first that tells topic ids, and the only one here that does it in the compact form.
  metadata: { name: "Metadata", key: 3, version: 11, flexible: true },
  createTopics: { name: "CreateTopics", key: 19, version: 4 },
  deleteTopics: { name: "DeleteTopics", key: 20, version: 3 },
  initProducerId: { name: "InitProducerId", key: 22, version: 1 },
  createPartitions: { name: "CreatePartitions", key: 37, version: 1 },
};
