import { checkChoice, checkNumbers, checkObject, sizeLimit } from "@dataqueues/core";
import type { NumberOption } from "@dataqueues/core";

/** How much viewers may ask of a gateway. `Infinity` means no limit, where that is allowed. */
export interface GatewayLimits {
  /** Viewers at a time: 1,000 by default, or `Infinity`. */
  readonly viewers?: number | undefined;
  /**
   * Viewers of one IP address at a time, of IPv6 those that begin with the same 64 bits: 100 by default, or `Infinity`. Behind a
   * proxy set `trustedProxies`.
   */
  readonly viewersPerAddress?: number | undefined;
  /** Viewers of one user, as `authorize` names them, at a time: 100 by default, or `Infinity`. */
  readonly viewersPerUser?: number | undefined;
  /** Connections to the gateway's own server that are no viewers yet: 256 by default. The oldest gives way to a new one. */
  readonly connectionsBeforeUpgrade?: number | undefined;
  /** Requests of one viewer: 100 by default, or `Infinity`. What is more waits. */
  readonly requestsPerSecond?: number | undefined;
  /** Requests of one viewer that wait for an answer at a time: 8 by default. More end the connection. */
  readonly outstandingRequests?: number | undefined;
  /** The most entries of one request's list: topics, queries, partitions, batches or specs. 256 by default. */
  readonly itemsPerRequest?: number | undefined;
  /** Bytes that one viewer is sent, or sends: 67,108,864 by default, or `Infinity`. What is more waits. */
  readonly bytesPerSecond?: number | undefined;
  /**
   * Bytes that are read from the log for one viewer alone, because they are older than what the gateway keeps: 33,554,432 by
   * default, or `Infinity`. What is more waits.
   */
  readonly oldBytesPerSecond?: number | undefined;
  /** Bytes of records in one answer to a fetch: 4,194,304 by default. A larger record still comes whole. */
  readonly answerBytes?: number | undefined;
  /** Bytes of records, as they are encoded, in one produce request: 16,777,216 by default. */
  readonly produceBytes?: number | undefined;
  /**
   * Bytes that wait for viewers to read them, and bytes of unfinished produce requests, in all: 268,435,456 each by default, or
   * `Infinity`. Beyond that answers are small, and produce requests end the connection.
   */
  readonly bufferedBytes?: number | undefined;
  /** The longest that a fetch waits, in milliseconds: 30,000 by default. */
  readonly maxWaitMs?: number | undefined;
  /** How long a client may take until it is let in, `authorize` included, in milliseconds: 5,000 by default. */
  readonly helloTimeoutMs?: number | undefined;
  /** How often a viewer is asked for a sign of life, in milliseconds: 10,000 by default. Two that are missed end the connection. */
  readonly heartbeatMs?: number | undefined;
}

/** Limits, checked and complete. */
export type CheckedLimits = Readonly<Record<keyof GatewayLimits, number>>;

const table: Readonly<Record<keyof GatewayLimits, NumberOption>> = {
  viewers: [1_000, sizeLimit],
  viewersPerAddress: [100, sizeLimit],
  viewersPerUser: [100, sizeLimit],
  connectionsBeforeUpgrade: [256, { least: 1 }],
  requestsPerSecond: [100, sizeLimit],
  outstandingRequests: [8, { least: 1, most: 1_000 }],
  itemsPerRequest: [256, { least: 1, most: 65_536 }],
  bytesPerSecond: [67_108_864, sizeLimit],
  oldBytesPerSecond: [33_554_432, sizeLimit],
  answerBytes: [4_194_304, { least: 1 }],
  produceBytes: [16_777_216, { least: 1 }],
  bufferedBytes: [268_435_456, sizeLimit],
  maxWaitMs: [30_000, {}],
  helloTimeoutMs: [5_000, { least: 1 }],
  heartbeatMs: [10_000, { least: 1 }],
};

/** Throws a `DataQueueError` `INVALID_ARGUMENT` that names the limit which makes no sense, or does not exist. */
export function checkLimits(limits: GatewayLimits = {}): CheckedLimits {
  checkObject("limits", limits);
  checkNames("limits", limits, Object.keys(table));
  return checkNumbers(limits, table);
}

/** A misspelt option could leave a gateway open: there are no others than `names`. */
export function checkNames(name: string, options: object, names: readonly string[]): void {
  for (const key of Object.keys(options)) checkChoice(`a name in ${name}`, key, names);
}
