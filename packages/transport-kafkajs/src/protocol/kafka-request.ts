import type { BytesReader } from "./bytes-reader.ts";
import type { BytesWriter } from "./bytes-writer.ts";

/**
 * One request of Kafka's protocol: how its body is written and its response read, in each version that is spoken.
 *
 * Each request has its own file. It quotes the grammar of https://kafka.apache.org/protocol with Kafka's names: brackets
 * are arrays, `field(7+)` is there from version 7 on, and a field without a version is in all of them. The code has
 * the fields in the same order. A field that is only skipped, or whose value is fixed, is named in a comment beside it.
 * `structs` reads and writes arrays of structures, with the tagged fields at the end of each.
 */
export interface KafkaRequest<Response> {
  readonly api: KafkaApi;
  readonly write: (request: BytesWriter, version: number) => void;
  readonly read: (response: BytesReader, version: number) => Response;
  /** An estimate of the body's size in bytes, to allocate them at once. */
  readonly size?: number;
  /** The result of a request to which the broker sends no response: a produce request without acknowledgement. */
  readonly noResponse?: Response | undefined;
}

/** A kind of request, and the versions of it that are spoken here. */
export interface KafkaApi {
  readonly name: string;
  readonly key: number;
  readonly min: number;
  readonly max: number;
  /** The first version with compact lengths and tagged fields, also in the headers of request and response. */
  readonly firstFlexible: number;
}

type ApiName =
  | "produce"
  | "fetch"
  | "listOffsets"
  | "metadata"
  | "offsetCommit"
  | "offsetFetch"
  | "findCoordinator"
  | "joinGroup"
  | "heartbeat"
  | "leaveGroup"
  | "syncGroup"
  | "describeGroups"
  | "listGroups"
  | "createTopics"
  | "deleteTopics"
  | "deleteRecords"
  | "initProducerId"
  | "describeConfigs"
  | "describeLogDirs"
  | "createPartitions"
  | "deleteGroups"
  | "incrementalAlterConfigs"
  | "consumerGroupHeartbeat"
  | "consumerGroupDescribe";

/** The requests that are spoken here, by https://kafka.apache.org/protocol#protocol_api_keys */
export const kafkaApis: Readonly<Record<ApiName, KafkaApi>> = {
  produce: { name: "Produce", key: 0, min: 3, max: 9, firstFlexible: 9 },
  // Version 13 names topics by their ids only.
  fetch: { name: "Fetch", key: 1, min: 4, max: 12, firstFlexible: 12 },
  listOffsets: { name: "ListOffsets", key: 2, min: 1, max: 6, firstFlexible: 6 },
  // Before version 4 a broker creates every topic that it is asked about.
  metadata: { name: "Metadata", key: 3, min: 4, max: 12, firstFlexible: 9 },
  // Version 9 is the first that members of consumer groups may use, 10 names topics by their ids.
  offsetCommit: { name: "OffsetCommit", key: 8, min: 8, max: 10, firstFlexible: 8 },
  // Version 7 is the first that tells offsets of open transactions apart, 9 has members of consumer groups.
  offsetFetch: { name: "OffsetFetch", key: 9, min: 6, max: 9, firstFlexible: 6 },
  findCoordinator: { name: "FindCoordinator", key: 10, min: 2, max: 2, firstFlexible: 3 },
  // Version 5 of JoinGroup, and 3 of the other three, are the first with names of members that last.
  joinGroup: { name: "JoinGroup", key: 11, min: 5, max: 9, firstFlexible: 6 },
  heartbeat: { name: "Heartbeat", key: 12, min: 3, max: 4, firstFlexible: 4 },
  leaveGroup: { name: "LeaveGroup", key: 13, min: 3, max: 5, firstFlexible: 4 },
  syncGroup: { name: "SyncGroup", key: 14, min: 3, max: 5, firstFlexible: 4 },
  describeGroups: { name: "DescribeGroups", key: 15, min: 4, max: 6, firstFlexible: 5 },
  listGroups: { name: "ListGroups", key: 16, min: 1, max: 5, firstFlexible: 3 },
  createTopics: { name: "CreateTopics", key: 19, min: 2, max: 5, firstFlexible: 5 },
  deleteTopics: { name: "DeleteTopics", key: 20, min: 1, max: 4, firstFlexible: 4 },
  deleteRecords: { name: "DeleteRecords", key: 21, min: 0, max: 2, firstFlexible: 2 },
  initProducerId: { name: "InitProducerId", key: 22, min: 0, max: 2, firstFlexible: 2 },
  describeConfigs: { name: "DescribeConfigs", key: 32, min: 1, max: 2, firstFlexible: 4 },
  // Version 3 is the first that says who may not ask; 4 tells how full a disk is.
  describeLogDirs: { name: "DescribeLogDirs", key: 35, min: 1, max: 3, firstFlexible: 2 },
  createPartitions: { name: "CreatePartitions", key: 37, min: 0, max: 1, firstFlexible: 2 },
  deleteGroups: { name: "DeleteGroups", key: 42, min: 0, max: 3, firstFlexible: 2 },
  incrementalAlterConfigs: { name: "IncrementalAlterConfigs", key: 44, min: 0, max: 1, firstFlexible: 1 },
  // In version 0 the broker chooses the member's id, which is lost with the response.
  consumerGroupHeartbeat: { name: "ConsumerGroupHeartbeat", key: 68, min: 1, max: 1, firstFlexible: 0 },
  consumerGroupDescribe: { name: "ConsumerGroupDescribe", key: 69, min: 0, max: 0, firstFlexible: 0 },
};

/** The versions of each request that a broker offers, by API key. */
export type OfferedVersions = Readonly<
  Record<number, { readonly minVersion: number; readonly maxVersion: number } | undefined>
>;

/** The highest version of a request that is spoken here and by the broker. If there is none, a text that says why. */
export function commonVersion({ key, min, max }: KafkaApi, offered: OfferedVersions): number | string {
  const range = offered[key];
  const spoken = `this client speaks versions ${min} to ${max}`;
  if (range === undefined) return `${spoken}, the broker does not offer the request`;
  const version = Math.min(max, range.maxVersion);
  if (version >= Math.max(min, range.minVersion)) return version;
  return `${spoken}, the broker offers ${range.minVersion} to ${range.maxVersion}`;
}
