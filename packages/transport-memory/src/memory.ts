import { TransportError } from "@dataqueues/core";
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
  const settings: LogSettings = {
    nodes: options.nodes ?? 1,
    defaultPartitions: options.defaultPartitions ?? 1,
    maxMessageBytes: options.maxMessageBytes ?? 10_485_760,
    firstOffset: options.firstOffset ?? 0n,
  };
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
