/** The highest version that a broker offers of each request, by API key. The lowest is 0. */
export type ApiVersionTable = Readonly<Record<number, number>>;

const none = -1;

/**
 * Each request of Kafka: its API key, its name, and the highest version in Kafka 2.1.1, 2.4.1, 2.8.1 and 3.0.0. From Kafka's
 * sources at these tags: `schemaVersions()` of `org.apache.kafka.common.requests` for 2.1.1, `validVersions` in
 * `clients/src/main/resources/common/message` of requests to brokers with ZooKeeper for the others.
 */
const requests: readonly (readonly [key: number, name: string, ...versions: number[]])[] = [
  [0, "Produce", 7, 8, 9, 9],
  [1, "Fetch", 10, 11, 12, 12],
  [2, "ListOffsets", 4, 5, 6, 7],
  [3, "Metadata", 7, 9, 11, 11],
  [4, "LeaderAndIsr", 1, 4, 5, 5],
  [5, "StopReplica", 0, 2, 3, 3],
  [6, "UpdateMetadata", 4, 6, 7, 7],
  [7, "ControlledShutdown", 1, 3, 3, 3],
  [8, "OffsetCommit", 6, 8, 8, 8],
  [9, "OffsetFetch", 5, 6, 7, 8],
  [10, "FindCoordinator", 2, 3, 3, 4],
  [11, "JoinGroup", 3, 6, 7, 7],
  [12, "Heartbeat", 2, 4, 4, 4],
  [13, "LeaveGroup", 2, 4, 4, 4],
  [14, "SyncGroup", 2, 4, 5, 5],
  [15, "DescribeGroups", 2, 5, 5, 5],
  [16, "ListGroups", 2, 3, 4, 4],
  [17, "SaslHandshake", 1, 1, 1, 1],
  [18, "ApiVersions", 2, 3, 3, 3],
  [19, "CreateTopics", 3, 5, 7, 7],
  [20, "DeleteTopics", 3, 4, 6, 6],
  [21, "DeleteRecords", 1, 1, 2, 2],
  [22, "InitProducerId", 1, 2, 4, 4],
  [23, "OffsetForLeaderEpoch", 2, 3, 4, 4],
  [24, "AddPartitionsToTxn", 1, 1, 3, 3],
  [25, "AddOffsetsToTxn", 1, 1, 3, 3],
  [26, "EndTxn", 1, 1, 3, 3],
  [27, "WriteTxnMarkers", 0, 0, 1, 1],
  [28, "TxnOffsetCommit", 2, 2, 3, 3],
  [29, "DescribeAcls", 1, 1, 2, 2],
  [30, "CreateAcls", 1, 1, 2, 2],
  [31, "DeleteAcls", 1, 1, 2, 2],
  [32, "DescribeConfigs", 2, 2, 4, 4],
  [33, "AlterConfigs", 1, 1, 2, 2],
  [34, "AlterReplicaLogDirs", 1, 1, 2, 2],
  [35, "DescribeLogDirs", 1, 1, 2, 2],
  [36, "SaslAuthenticate", 0, 1, 2, 2],
  [37, "CreatePartitions", 1, 1, 3, 3],
  [38, "CreateDelegationToken", 1, 2, 2, 2],
  [39, "RenewDelegationToken", 1, 1, 2, 2],
  [40, "ExpireDelegationToken", 1, 1, 2, 2],
  [41, "DescribeDelegationToken", 1, 1, 2, 2],
  [42, "DeleteGroups", 1, 2, 2, 2],
  [43, "ElectLeaders", none, 2, 2, 2],
  [44, "IncrementalAlterConfigs", none, 1, 1, 1],
  [45, "AlterPartitionReassignments", none, 0, 0, 0],
  [46, "ListPartitionReassignments", none, 0, 0, 0],
  [47, "OffsetDelete", none, 0, 0, 0],
  [48, "DescribeClientQuotas", none, none, 1, 1],
  [49, "AlterClientQuotas", none, none, 1, 1],
  [50, "DescribeUserScramCredentials", none, none, 0, 0],
  [51, "AlterUserScramCredentials", none, none, 0, 0],
  [56, "AlterPartition", none, none, 0, 0],
  [57, "UpdateFeatures", none, none, 0, 0],
  [60, "DescribeCluster", none, none, 0, 0],
  [61, "DescribeProducers", none, none, 0, 0],
  [65, "DescribeTransactions", none, none, none, 0],
  [66, "ListTransactions", none, none, none, 0],
  [67, "AllocateProducerIds", none, none, none, 0],
];

function tableOf(column: number): ApiVersionTable {
  const offered = requests.map(([key, , ...versions]) => [key, versions[column] ?? none] as const);
  return Object.fromEntries(offered.filter(([, version]) => version !== none));
}

/**
 * Redpanda's versions are those of its first years (`src/v/kafka/server/handlers`: Metadata 0 to 7, ListOffsets 0 to 3,
 * CreateTopics 0 to 5; no CreatePartitions, and before its issue 971 no InitProducerId).
 */
const { 37: _createPartitions, ...withoutCreatePartitions } = tableOf(1);
const redpanda: ApiVersionTable = { ...withoutCreatePartitions, 0: 7, 1: 11, 2: 3, 3: 7, 19: 5, 20: 4 };
const { 22: _initProducerId, ...redpandaWithoutProducerIds } = redpanda;

/** API versions of other brokers. A proxy limits a real broker to them. */
export const apiVersionTables = {
  "kafka-2.1": tableOf(0),
  "kafka-2.4": tableOf(1),
  "kafka-2.8": tableOf(2),
  "kafka-3.0": tableOf(3),
  redpanda,
  "redpanda-without-producer-ids": redpandaWithoutProducerIds,
} as const satisfies Readonly<Record<string, ApiVersionTable>>;

export type ApiVersionTableName = keyof typeof apiVersionTables;
