import type {
  FetchLimits,
  FetchQuery,
  MetadataOptions,
  OffsetQuery,
  OffsetResult,
  ProduceBatch,
  ProduceOptions,
  ProducerIdAndEpoch,
  ProduceResult,
  TopicMetadata,
  TransportError,
} from "@dataqueues/core";
import type { AdminAnswer, AdminRequest } from "@dataqueues/transport-websocket";

/** Records as they go over the WebSocket, encoded once for all viewers. Each chunk is a multiple of 8 long. */
export interface EncodedRecords {
  readonly count: number;
  readonly bytes: number;
  readonly chunks: readonly Uint8Array[];
}

/** What was found for one partition of a fetch, by its place in the request. */
export type SharedFetch =
  | { readonly index: number; readonly error: TransportError }
  | {
      readonly index: number;
      readonly records: EncodedRecords;
      readonly nextOffset: bigint;
      readonly highWatermark: bigint;
      /** Records that were left out because only the newest are wanted. */
      readonly skipped: number;
      readonly error?: undefined;
    };

/** How a viewer's fetch ends early, and what it waits for. */
export interface SharedFetchOptions {
  readonly signal: AbortSignal;
  /** Waited for before records are read from the log because no cache has them; told how many bytes that were, after. */
  readonly oldReads: { readonly allow: () => Promise<void>; readonly read: (bytes: number) => void };
}

/**
 * The log as all viewers of a gateway share it: one long poll for the tails that anybody watches, a bounded cache of what it
 * brought, one request at a time for the same question. It finds leaders by itself, opens connections again, gives each request
 * a deadline, and answers per item. Whether a viewer may ask is decided before.
 */
export interface GatewayLog {
  /** Topics as the log tells them; of all topics when none is named. */
  metadata(topics: readonly string[] | undefined, options?: MetadataOptions): Promise<TopicMetadata[]>;
  /** One answer for each query, in the same order. */
  listOffsets(queries: readonly OffsetQuery[]): Promise<OffsetResult[]>;
  /** As a connection's fetch, for partitions of any leader. */
  fetch(wanted: readonly FetchQuery[], limits: FetchLimits, options: SharedFetchOptions): Promise<SharedFetch[]>;
  produce(batches: readonly ProduceBatch[], options: ProduceOptions): Promise<ProduceResult[]>;
  initProducerId(): Promise<ProducerIdAndEpoch>;
  /** Carries out a request of an admin; its specs were checked. */
  admin(request: AdminRequest): Promise<AdminAnswer["results"]>;
  /** What `/metrics` tells of it. */
  readonly counters: LogCounters;
  /** Whether the log answered last time. */
  readonly isReachable: boolean;
  close(): void;
}

/** Counts since the start, and sizes now. */
export interface LogCounters {
  /** Bytes of records that the log sent to this gateway, for all viewers together. */
  readonly upstreamBytes: number;
  readonly upstreamFetches: number;
  /** Records that viewers got without another request to the log. */
  readonly cachedRecords: number;
  readonly oldReads: number;
  readonly cachedBytes: number;
  readonly feeds: number;
  readonly skippedRecords: number;
}
