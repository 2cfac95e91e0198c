import { checkNumber, invalidArgument, sizeLimit, TransportError } from "@dataqueues/core";
import type { Transport } from "@dataqueues/core";
import { Faults } from "./faults.ts";
import { logError } from "./log-error.ts";
import { MemoryConnection } from "./memory-connection.ts";
import type { LogSettings } from "./memory-connection.ts";
import { MemoryLog } from "./memory-log.ts";
import type { PartitionLog } from "./partition-log.ts";

/** What a log in this process is like. */
export interface MemoryOptions {
  /** How many nodes lead the partitions, one after the other: 1 by default. Their ids count from 1. */
  readonly nodes?: number | undefined;
  /** How many partitions a topic gets when nobody says: 1 by default. */
  readonly defaultPartitions?: number | undefined;
  /** The most that a record's value may take, in bytes: 10,485,760 by default. */
  readonly maxMessageBytes?: number | undefined;
  /** The offset of the first record of a partition: 0 by default. */
  readonly firstOffset?: bigint | undefined;
  /**
   * Whether the log creates a topic that a producer sends to and that does not exist, as Kafka's broker does by the same
   * setting: true by default.
   */
  readonly autoCreateTopicsEnable?: boolean | undefined;
}

/** A transport over a log in this process, with what tests need to make things go wrong. */
export interface MemoryTransport extends Transport {
  readonly faults: Faults;
  /** Makes another node lead a partition; -1 for none. */
  moveLeader(topic: string, partition: number, node: number): void;
  /** Drops the records before an offset, as retention does, or those from an offset on. */
  truncate(topic: string, partition: number, cut: { readonly before?: bigint; readonly from?: bigint }): void;
  /** Makes a partition forget its producers, as Kafka does after a week. */
  forgetProducers(topic: string, partition: number): void;
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
 * A partitioned log in this process: topics, partitions, offsets, long polls and idempotent producers as in Kafka, gone
 * with the object. All producers, consumers and admins that are given the same object share it.
 *
 * @example
 * ```ts
 * const log = memory();
 * const admin = new DataQueueAdmin(log);
 * await admin.createTopics(["weather"]);
 * ```
 */
export function memory(options: MemoryOptions = {}): MemoryTransport {
  const settings = logSettings(options);
  const log = new MemoryLog();
  const connections = new Set<MemoryConnection>();
  const faults = new Faults(() => {
    for (const connection of connections) connection.close();
    connections.clear();
  });
  const change = (topic: string, partition: number, make: (found: PartitionLog) => void): void => {
    const found = log.partition(topic, partition);
    if (found === undefined) throw logError("UNKNOWN_TOPIC_OR_PARTITION", topic, partition);
    make(found);
    log.changed();
  };
  return {
    name: "memory",
    faults,
    async open(_role, { signal } = {}) {
      if (signal?.aborted === true) {
        const details = { code: "ABORTED", retriable: false, cause: signal.reason };
        throw new TransportError("Opening the log in this process was aborted", details);
      }
      if (faults.strikes("refuse")) throw logError("NETWORK_EXCEPTION");
      const connection = new MemoryConnection(log, faults, settings);
      connections.add(connection);
      return connection;
    },
    moveLeader: (topic, partition, node) => change(topic, partition, (found) => (found.leader = node)),
    truncate: (topic, partition, { before, from }) =>
      change(topic, partition, (found) => {
        if (before !== undefined) found.dropBefore(before);
        if (from !== undefined) found.dropFrom(from);
      }),
    forgetProducers: (topic, partition) => change(topic, partition, (found) => found.forgetProducers()),
  };
}
