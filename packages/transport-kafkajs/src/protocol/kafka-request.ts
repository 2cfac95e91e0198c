import type { BytesReader } from "./bytes-reader.ts";
import type { BytesWriter } from "./bytes-writer.ts";

/** One request of Kafka's protocol: how its body is written and how its answer is read, in each version of its API. */
export interface KafkaRequest<Answer> {
  readonly api: KafkaApi;
  readonly write: (body: BytesWriter, version: number) => void;
  readonly read: (answer: BytesReader, version: number) => Answer;
  /** Bytes to make room for at once. */
  readonly size?: number;
  /** What stands for the answer of a request that gets none: a produce request that asks for no acknowledgement. */
  readonly unanswered?: Answer | undefined;
}

/** A kind of request, and the versions of it that are spoken here. */
export interface KafkaApi {
  readonly name: string;
  readonly key: number;
  readonly min: number;
  readonly max: number;
  /** From this version on it has compact lengths and tagged fields, which its headers then have too. */
  readonly firstFlexible: number;
}

type ApiName =
  | "produce"
  | "fetch"
  | "listOffsets"
  | "metadata"
  | "createTopics"
  | "deleteTopics"
  | "initProducerId"
  | "describeConfigs"
  | "createPartitions";

/** The kinds of requests that are spoken here: https://kafka.apache.org/protocol#protocol_api_keys */
export const kafkaApis: Readonly<Record<ApiName, KafkaApi>> = {
  produce: { name: "Produce", key: 0, min: 3, max: 9, firstFlexible: 9 },
  // From version 13 on topics are known by their ids alone.
  fetch: { name: "Fetch", key: 1, min: 4, max: 12, firstFlexible: 12 },
  listOffsets: { name: "ListOffsets", key: 2, min: 1, max: 6, firstFlexible: 6 },
  // Before version 4 a node creates each topic that it is asked for.
  metadata: { name: "Metadata", key: 3, min: 4, max: 12, firstFlexible: 9 },
  createTopics: { name: "CreateTopics", key: 19, min: 2, max: 5, firstFlexible: 5 },
  deleteTopics: { name: "DeleteTopics", key: 20, min: 1, max: 4, firstFlexible: 4 },
  initProducerId: { name: "InitProducerId", key: 22, min: 0, max: 2, firstFlexible: 2 },
  describeConfigs: { name: "DescribeConfigs", key: 32, min: 1, max: 2, firstFlexible: 4 },
  createPartitions: { name: "CreatePartitions", key: 37, min: 0, max: 1, firstFlexible: 2 },
};

/** The versions of each request that a node offers, by API key. */
export type OfferedVersions = Readonly<
  Record<number, { readonly minVersion: number; readonly maxVersion: number } | undefined>
>;

/** The highest version of a request that is spoken here and that the node offers, or in words why there is none. */
export function commonVersion({ key, min, max }: KafkaApi, offered: OfferedVersions): number | string {
  const range = offered[key];
  const spoken = `this client speaks versions ${min} to ${max}`;
  if (range === undefined) return `${spoken}, the broker does not offer the request`;
  const version = Math.min(max, range.maxVersion);
  if (version >= Math.max(min, range.minVersion)) return version;
  return `${spoken}, the broker offers ${range.minVersion} to ${range.maxVersion}`;
}
