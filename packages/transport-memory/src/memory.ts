import { checkChoice, checkNumber, invalidArgument, sizeLimit, TransportError } from "@dataqueues/core";
import type { Connections, Role, Transport } from "@dataqueues/core";
import { MemoryAdminConnection } from "./admin-connection.ts";
import { Faults } from "./faults.ts";
import { MemoryGroupConnection } from "./group-connection.ts";
import { errorAt, MemoryLog, unknownGroup } from "./memory-log.ts";
import type { Group } from "./group.ts";
import type { LogSettings } from "./memory-log.ts";
import type { PartitionLog } from "./partition-log.ts";
import { MemoryReadConnection } from "./read-connection.ts";
import { MemoryWriteConnection } from "./write-connection.ts";

/** What a log in this process is like. */
export interface MemoryOptions {
  /** How many nodes there are: 1 by default. Their ids count from 1, and they lead a topic's partitions in turn. */
  readonly nodes?: number | undefined;
  /** How many partitions a topic has when its creator does not say: 1 by default. */
  readonly defaultPartitions?: number | undefined;
  /** The most that a record's value may take, in bytes: 10,485,760 by default. */
  readonly maxMessageBytes?: number | undefined;
  /** The offset of the first record of a partition: 0 by default. */
  readonly firstOffset?: bigint | undefined;
  /** Whether a topic that a producer sends to is created if it does not exist, as by Kafka's setting: true by default. */
  readonly autoCreateTopicsEnable?: boolean | undefined;
}

/** A transport to a log in this process, with what tests need to make things go wrong. */
export interface MemoryTransport extends Transport {
  readonly faults: Faults;
  /** Makes a node lead a partition, in a new leader epoch; -1 for none. */
  moveLeader(topic: string, partition: number, node: number): void;
  /** Drops the records before an offset, as retention does, or the records from an offset on. */
  truncate(topic: string, partition: number, cut: { readonly before?: bigint; readonly from?: bigint }): void;
  /** Makes a partition forget its producers, as Kafka does after a week. */
  forgetProducers(topic: string, partition: number): void;
  /** Puts a member out of its group, or all members, as Kafka does when no heartbeat came for the session timeout. */
  fenceMember(group: string, memberId?: string): void;
  /** Makes a group forget its committed offsets, as Kafka does a week after the last commit. */
  forgetOffsets(group: string): void;
}

function logSettings(options: MemoryOptions): LogSettings {
  const { firstOffset = 0n, autoCreateTopicsEnable = true } = options;
  if (typeof firstOffset !== "bigint" || firstOffset < 0n) {
    throw invalidArgument("firstOffset", "a bigint from 0n on", firstOffset);
  }
  if (typeof autoCreateTopicsEnable !== "boolean") {
    throw invalidArgument("autoCreateTopicsEnable", "true or false", autoCreateTopicsEnable);
  }
  return {
    nodes: checkNumber("nodes", options.nodes ?? 1, { least: 1 }),
    defaultPartitions: checkNumber("defaultPartitions", options.defaultPartitions ?? 1, { least: 1 }),
    maxMessageBytes: checkNumber("maxMessageBytes", options.maxMessageBytes ?? 10_485_760, sizeLimit),
    firstOffset,
    autoCreateTopicsEnable,
  };
}

/**
 * A partitioned log in this process: topics, partitions, offsets, leader epochs, long polls and idempotent producers as
 * in Kafka. Producers, consumers and admins that are given the same object share its records, which are gone with it.
 *
 * @example
 * ```ts
 * const log = memory();
 * const admin = new DataQueueAdmin(log);
 * await admin.createTopics(["weather"]);
 * ```
 */
export function memory(options: MemoryOptions = {}): MemoryTransport {
  const log = new MemoryLog(logSettings(options));
  const faults = new Faults(() => {
    for (const connection of log.connections) connection.close();
  });
  const change = (topic: string, partition: number, make: (found: PartitionLog) => void): void => {
    const found = log.partition(topic, partition);
    if (found === undefined) throw errorAt("UNKNOWN_TOPIC_OR_PARTITION", topic, partition);
    make(found);
    log.changed();
  };
  const known = (group: string): Group => {
    const found = log.groups.get(group);
    if (found === undefined) throw unknownGroup(group);
    return found;
  };
  return {
    name: "memory",
    capabilities: { write: true, admin: true, idempotence: true, groups: true },
    faults,
    async open(role, { signal } = {}) {
      checkChoice("role", role, Object.keys(connectionClasses));
      if (signal?.aborted === true) {
        const details = { code: "ABORTED", retriable: false, cause: signal.reason } as const;
        throw new TransportError("Opening the log in this process was aborted", details);
      }
      if (faults.matches("refuse")) throw errorAt("NETWORK_EXCEPTION");
      return new connectionClasses[role](log, faults);
    },
    moveLeader: (topic, partition, node) => change(topic, partition, (found) => found.setLeader(node)),
    truncate: (topic, partition, { before, from }) =>
      change(topic, partition, (found) => {
        if (before !== undefined) found.dropBefore(before);
        if (from !== undefined) found.dropFrom(from);
      }),
    forgetProducers: (topic, partition) => change(topic, partition, (found) => found.forgetProducers()),
    fenceMember: (group, memberId) => known(group).fence(memberId),
    forgetOffsets: (group) => known(group).offsets.clear(),
  };
}

const connectionClasses: { readonly [R in Role]: new (log: MemoryLog, faults: Faults) => Connections[R] } = {
  read: MemoryReadConnection,
  write: MemoryWriteConnection,
  admin: MemoryAdminConnection,
  group: MemoryGroupConnection,
};
