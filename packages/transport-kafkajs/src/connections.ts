import { kafkaError, kafkaErrorName, unlessAborted } from "@dataqueues/core";
import type {
  AdminConnection,
  BaseConnection,
  Connections,
  OffsetsConnection,
  ProducerIdAndEpoch,
  Role,
} from "@dataqueues/core";
import { alterGroupOffsets, fetchGroupOffsets } from "./admin-group-offsets.ts";
import { classicGroup } from "./classic-group.ts";
import type { Cluster } from "./cluster.ts";
import { consumerGroup } from "./consumer-group.ts";
import { Coordinators } from "./coordinators.ts";
import { fetchRecords } from "./fetch-records.ts";
import { deleteGroups } from "./group-deletion.ts";
import { describeGroups } from "./group-description.ts";
import { listGroups } from "./group-listing.ts";
import { commitOffsets, fetchOffsets } from "./group-offsets.ts";
import { describeLogDirs } from "./log-dir-sizes.ts";
import { partitionOffsets } from "./partition-offsets.ts";
import { produceBatches } from "./produce-batches.ts";
import { initProducerIdRequest } from "./protocol/init-producer-id.ts";
import { deleteRecords } from "./record-deletion.ts";
import { ToldPartitions } from "./told-partitions.ts";
import { createPartitions, createTopics, deleteTopics } from "./topic-changes.ts";
import { alterConfigs, describeConfigs } from "./topic-configs.ts";
import { topicMetadata } from "./topic-metadata.ts";

/** The connection of each role. It has the methods of that role and no others. */
export const connections: { readonly [R in Role]: (cluster: Cluster) => Connections[R] } = {
  read: (cluster) => ({
    ...offsetsConnection(cluster),
    fetch: async (leader, wanted, limits, options = {}) => {
      const { signal } = options;
      signal?.throwIfAborted();
      const fetched = fetchRecords(cluster, leader, wanted, limits, options);
      return signal === undefined ? fetched : unlessAborted(fetched, signal);
    },
  }),
  write: (cluster) => ({
    ...baseConnection(cluster),
    produce: (leader, batches, options) => produceBatches(cluster, leader, batches, options),
    initProducerId: () => initProducerId(cluster),
  }),
  group: (cluster) => {
    const coordinators = new Coordinators(cluster);
    const told = new ToldPartitions();
    const protocols = {
      consumer: consumerGroup(cluster, coordinators),
      classic: classicGroup(cluster, coordinators, told),
    };
    return {
      ...told.watch(baseConnection(cluster)),
      joinGroup: (member) => protocols[member.protocol].joinGroup(member),
      heartbeat: (member) => protocols[member.protocol].heartbeat(member),
      leaveGroup: (member) => protocols[member.protocol].leaveGroup(member),
      commitOffsets: (member, offsets) => commitOffsets(cluster, coordinators, member, offsets),
      fetchOffsets: (member, partitions) => fetchOffsets(coordinators, member, partitions),
    };
  },
  admin: adminConnection,
};

function baseConnection(cluster: Cluster): BaseConnection {
  return {
    metadata: (topics = [], options = {}) => topicMetadata(cluster, topics, options),
    close: () => cluster.close(kafkaError("NETWORK_EXCEPTION", "The connection to Kafka was closed")),
  };
}

function offsetsConnection(cluster: Cluster): OffsetsConnection {
  return {
    ...baseConnection(cluster),
    listOffsets: (leader, queries) => partitionOffsets(cluster, leader, queries),
  };
}

function adminConnection(cluster: Cluster): AdminConnection {
  const coordinators = new Coordinators(cluster);
  return {
    ...offsetsConnection(cluster),
    createTopics: (specs) => createTopics(cluster, specs),
    createPartitions: (specs) => createPartitions(cluster, specs),
    deleteTopics: (topics) => deleteTopics(cluster, topics),
    deleteRecords: (leader, specs) => deleteRecords(cluster, leader, specs),
    describeConfigs: (topics) => describeConfigs(cluster, topics),
    alterConfigs: (specs, options = {}) => alterConfigs(cluster, specs, options),
    describeLogDirs: (leader, partitions) => describeLogDirs(cluster, leader, partitions),
    listGroups: () => listGroups(cluster),
    describeGroups: (groups) => describeGroups(cluster, coordinators, groups),
    deleteGroups: (groups) => deleteGroups(coordinators, groups),
    fetchGroupOffsets: (group, partitions) => fetchGroupOffsets(coordinators, group, partitions),
    alterGroupOffsets: (group, offsets) => alterGroupOffsets(cluster, coordinators, group, offsets),
  };
}

async function initProducerId(cluster: Cluster): Promise<ProducerIdAndEpoch> {
  const broker = await cluster.anyBroker();
  const response = await broker.request(initProducerIdRequest(), cluster.requestTimeout);
  const { errorCode, producerId, producerEpoch } = response;
  if (errorCode !== 0) throw kafkaError(kafkaErrorName(errorCode), "Asking for a producer id");
  return { producerId, producerEpoch };
}
