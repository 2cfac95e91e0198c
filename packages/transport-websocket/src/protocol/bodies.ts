import type { Acks, Compression, Role, TransportErrorCode } from "@dataqueues/core";

/** An error as it is told: its code, and nothing of brokers. `UNSUPPORTED` is what the gateway does not do at all. */
export interface ErrorBody {
  readonly error: TransportErrorCode | "UNSUPPORTED";
}

/** The first frame of a client. */
export interface HelloRequest {
  readonly role: Exclude<Role, "group">;
  readonly token?: string | undefined;
}

/** What a gateway answers to it. Times in ms. */
export interface HelloAnswer {
  /** How often the gateway sends a heartbeat. Two that did not come mean that the connection is lost. */
  readonly heartbeatMs: number;
  /** How many requests may wait for an answer at a time. */
  readonly outstandingRequests: number;
  /** The most bytes of a frame that the client sends; at least 1,024. */
  readonly maxFrameBytes: number;
  /** The most entries of a request's list: topics, queries, partitions, batches or specs. */
  readonly maxItems: number;
  /** The most bytes of records, as they are encoded, of one produce request. */
  readonly maxProduceBytes: number;
}

/** Topics by name; all that this client may see without names. */
export interface MetadataRequest {
  readonly topics?: readonly string[] | undefined;
  readonly allowAutoTopicCreation?: boolean | undefined;
}

/** One answer for each topic. `leader` is 0 where there is one, else -1. */
export interface MetadataAnswer {
  readonly topics: readonly (
    | ({ readonly topic: string } & ErrorBody)
    | {
        readonly topic: string;
        readonly topicId?: string | undefined;
        readonly isInternal?: boolean | undefined;
        readonly partitions: readonly ({ readonly partition: number; readonly leader: number } & Partial<ErrorBody>)[];
      }
  )[];
}

/** Offsets are decimal text, as numbers of JSON are exact only up to 2 ** 53. */
export interface ListOffsetsRequest {
  readonly leader: number;
  readonly queries: readonly {
    readonly topic: string;
    readonly partition: number;
    readonly at: "earliest" | "latest" | { readonly timestamp: number };
  }[];
}

/** One answer for each query, in the same order. */
export interface ListOffsetsAnswer {
  readonly offsets: readonly ({ readonly offset: string } | ErrorBody)[];
}

/** Partitions to read, all led by `leader`, each from an offset on. Limits as those of the contract. */
export interface FetchRequest {
  readonly leader: number;
  readonly wanted: readonly { readonly topic: string; readonly partition: number; readonly offset: string }[];
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly maxBytesPerPartition: number;
  readonly latest?: "partition" | "key" | undefined;
}

/**
 * Partitions by their place in the request; those without news may be left out. The records follow the JSON in the order of
 * `fetched`: of each partition `count` records in `bytes` bytes.
 */
export interface FetchAnswer {
  readonly fetched: readonly (
    | ({ readonly index: number } & ErrorBody)
    | {
        readonly index: number;
        readonly count: number;
        readonly bytes: number;
        readonly nextOffset: string;
        readonly highWatermark: string;
        readonly skipped?: number | undefined;
      }
  )[];
}

/** The records follow the JSON, or went ahead of it in `produceMore` frames: of each batch `count` records in `bytes` bytes. */
export interface ProduceRequest {
  readonly leader: number;
  readonly acks: Acks;
  readonly timeoutMs: number;
  readonly compression: Compression;
  readonly batches: readonly {
    readonly topic: string;
    readonly partition: number;
    readonly producerId?: string | undefined;
    readonly producerEpoch?: number | undefined;
    readonly baseSequence: number;
    readonly count: number;
    readonly bytes: number;
  }[];
}

/** One answer for each batch, in the same order. */
export interface ProduceAnswer {
  readonly results: readonly ({ readonly baseOffset: string; readonly timestamp?: number | undefined } | ErrorBody)[];
}

/** A new producer identity; the id is decimal text. */
export interface InitProducerIdAnswer {
  readonly producerId: string;
  readonly producerEpoch: number;
}

/**
 * The requests of an admin. Specs are the contract's, with offsets as decimal text; those of `deleteTopics` and `describeConfigs` are
 * names. `deleteRecords` and `describeLogDirs` are sent to `leader`.
 */
export interface AdminRequest {
  readonly request:
    | "createTopics"
    | "createPartitions"
    | "deleteTopics"
    | "deleteRecords"
    | "describeConfigs"
    | "alterConfigs"
    | "describeLogDirs";
  readonly specs: readonly unknown[];
  readonly leader?: number | undefined;
  readonly validateOnly?: boolean | undefined;
}

/** One result for each of `specs`, in the same order: those of the contract, with `error` as its code and offsets as decimal text. */
export interface AdminAnswer {
  readonly results: readonly unknown[];
}
