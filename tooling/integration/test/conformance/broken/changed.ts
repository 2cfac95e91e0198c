import type {
  AdminConnection,
  BaseConnection,
  Connection,
  Connections,
  GroupConnection,
  OffsetsConnection,
  OpenOptions,
  Role,
  TopicResult,
  Transport,
} from "@dataqueues/core";

/** All that a log can be asked. */
type AllRequests = Connection & GroupConnection;

/** Makes a transport that breaks a promise of one that keeps all. */
export type Break = (log: Transport) => Transport;

/**
 * Changes some requests of every connection. `change` may use all requests, whatever the role. What it keeps between
 * calls is kept for one connection.
 */
export function changed(change: (connection: AllRequests) => Partial<AllRequests>): Break {
  return (log) => ({
    name: log.name,
    capabilities: log.capabilities,
    async open(role, options) {
      const connection = await openAll(log, options);
      return ofRole(role, { ...connection, ...change(connection) });
    },
  });
}

/** The requests of one role alone. */
function ofRole<R extends Role>(role: R, connection: AllRequests): Connections[R] {
  const base: BaseConnection = {
    metadata: (...request) => connection.metadata(...request),
    close: () => connection.close(),
  };
  const offsets: OffsetsConnection = { ...base, listOffsets: (...request) => connection.listOffsets(...request) };
  const connections: { readonly [Each in Role]: Connections[Each] } = {
    read: { ...offsets, fetch: (...request) => connection.fetch(...request) },
    write: {
      ...base,
      produce: (...request) => connection.produce(...request),
      initProducerId: () => connection.initProducerId(),
    },
    admin: {
      ...offsets,
      createTopics: (...request) => connection.createTopics(...request),
      createPartitions: (...request) => connection.createPartitions(...request),
      deleteTopics: (...request) => connection.deleteTopics(...request),
      ...optionalRequests(connection),
    },
    group: {
      ...base,
      joinGroup: (member) => connection.joinGroup(member),
      heartbeat: (member) => connection.heartbeat(member),
      leaveGroup: (member) => connection.leaveGroup(member),
      commitOffsets: (...request) => connection.commitOffsets(...request),
      fetchOffsets: (...request) => connection.fetchOffsets(...request),
    },
  };
  return connections[role];
}

/** A connection of each role, as one. */
async function openAll(log: Transport, options?: OpenOptions): Promise<AllRequests> {
  const reader = await log.open("read", options);
  const writer = await log.open("write", options);
  const admin = await log.open("admin", options);
  const group = await log.open("group", options);
  return {
    metadata: (...request) => writer.metadata(...request),
    listOffsets: (...request) => reader.listOffsets(...request),
    fetch: (...request) => reader.fetch(...request),
    produce: (...request) => writer.produce(...request),
    initProducerId: () => writer.initProducerId(),
    createTopics: (...request) => admin.createTopics(...request),
    createPartitions: (...request) => admin.createPartitions(...request),
    deleteTopics: (...request) => admin.deleteTopics(...request),
    ...optionalRequests(admin),
    joinGroup: (member) => group.joinGroup(member),
    heartbeat: (member) => group.heartbeat(member),
    leaveGroup: (member) => group.leaveGroup(member),
    commitOffsets: (...request) => group.commitOffsets(...request),
    fetchOffsets: (...request) => group.fetchOffsets(...request),
    close() {
      for (const connection of [reader, writer, admin, group]) connection.close();
    },
  };
}

/** The requests that a log may lack. */
type OptionalRequests = Omit<
  AdminConnection,
  keyof OffsetsConnection | "createTopics" | "createPartitions" | "deleteTopics"
>;

/** Those of the requests that a log may lack which this one has. */
function optionalRequests(connection: AdminConnection): OptionalRequests {
  return {
    ...(connection.deleteRecords && { deleteRecords: connection.deleteRecords.bind(connection) }),
    ...(connection.describeConfigs && { describeConfigs: connection.describeConfigs.bind(connection) }),
    ...(connection.alterConfigs && { alterConfigs: connection.alterConfigs.bind(connection) }),
    ...(connection.describeLogDirs && { describeLogDirs: connection.describeLogDirs.bind(connection) }),
    ...(connection.listGroups && { listGroups: connection.listGroups.bind(connection) }),
    ...(connection.describeGroups && { describeGroups: connection.describeGroups.bind(connection) }),
    ...(connection.deleteGroups && { deleteGroups: connection.deleteGroups.bind(connection) }),
    ...(connection.fetchGroupOffsets && { fetchGroupOffsets: connection.fetchGroupOffsets.bind(connection) }),
    ...(connection.alterGroupOffsets && { alterGroupOffsets: connection.alterGroupOffsets.bind(connection) }),
  };
}

/** Results that leave out an error. */
export function without(code: string, results: readonly TopicResult[]): TopicResult[] {
  return results.map((result) => (result.error?.code === code ? { topic: result.topic } : result));
}
