import type { SchemaOption } from "../contract/by-topic.ts";
import type { Codec } from "../contract/codec.ts";
import type { DecodeError } from "../contract/errors.ts";
import type { OnEvent } from "../contract/events.ts";
import type { StandardSchemaV1 } from "../contract/schema.ts";
import type { TopicsSpec } from "./assignment.ts";
import type { GroupOptions } from "./group/group-options.ts";
import type { OffsetSpec, UntilSpec } from "./offset-spec.ts";

/**
 * How a consumer works. Times are whole milliseconds, sizes whole bytes; `Infinity` is "never" or "no limit", except for
 * `maxWaitMs` and `minBytes`.
 */
export interface ConsumerOptions<Value> extends GroupOptions {
  /**
   * One topic or several to read from the first use on, or all topics whose name a RegExp matches, internal ones left out;
   * topics that appear later join. `updateTopics` and `assignTopics` replace them.
   */
  readonly topics?: TopicsSpec | undefined;
  /** How bytes become a value; without one, messages carry the bytes. */
  readonly encoding?: Codec<never, Value> | undefined;
  /**
   * Where to start in partitions that exist already: "earliest" by default. A topic or partition that appears later starts
   * at its first record. In a group it is where partitions start of which no place was committed.
   */
  readonly from?: OffsetSpec | undefined;
  /**
   * Where to stop; without it the consumer reads for ever. Loops end by themselves when every partition got to its bound:
   * "end" is the end that it has at `connect()`, a Date the first record from that time on. Partitions and topics that appear
   * later, or are gone for longer than `connectTimeoutMs`, are not waited for.
   */
  readonly until?: UntilSpec | undefined;
  /**
   * Gives only the newest record of each partition, or of each key in it, to a reader that is slower than what arrives. What
   * was left out is counted: `message.skipped`, event `skipped`. Records without a key have one in common.
   */
  readonly latest?: "partition" | "key" | undefined;
  /** What a value must look like, or an object with a schema for each topic. Other values are bad records. */
  readonly schema?: SchemaOption | undefined;
  /** Whether to check the schema; true when one is given. */
  readonly validate?: boolean | undefined;
  /**
   * What happens with a record that cannot be decoded or is not valid. Without this, it rejects one `next()` and iteration
   * can go on; "skip" leaves it out; a function is called with the error, and the record is left out unless it throws.
   */
  readonly onBadRecord?: "skip" | ((error: DecodeError) => void | Promise<void>) | undefined;
  /** How many bytes are fetched ahead: 64 MiB by default. Memory stays under this plus one fetch. */
  readonly maxBufferedBytes?: number | undefined;
  /** How many bytes one fetch takes of one partition: 1 MiB by default. A larger record still comes whole. */
  readonly maxBytesPerPartition?: number | undefined;
  /** How long the log may hold a fetch that finds nothing: by default what the transport suggests, or 500. */
  readonly maxWaitMs?: number | undefined;
  /** How many bytes the log should gather before it answers a fetch: 1 by default. */
  readonly minBytes?: number | undefined;
  /** How long one request may take: 30,000 by default; a connection that misses it is replaced. */
  readonly requestTimeoutMs?: number | undefined;
  /**
   * How long a connection may take: 15,000 by default. When no leader could be reached for that long, one `next()` rejects
   * with the reason; reading goes on as soon as one can be reached.
   */
  readonly connectTimeoutMs?: number | undefined;
  /** How often to ask for new partitions and leaders while all is well: 10,000 by default. */
  readonly metadataMaxAgeMs?: number | undefined;
  /** The pause after a failed attempt to connect: 50 by default. It doubles with each failure and varies by a fifth. */
  readonly reconnectBackoffMs?: number | undefined;
  /** The longest of these pauses: 1,000 by default. */
  readonly reconnectBackoffMaxMs?: number | undefined;
  /** Ends the consumer: every `next()` rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called with retries, lost connections, lost offsets and the like. */
  readonly onEvent?: OnEvent | undefined;
}

/** With a schema, a message's value is of the schema's type, whatever the encoding's is. */
export interface CheckedConsumerOptions<Value> extends Omit<ConsumerOptions<unknown>, "schema" | "validate"> {
  /** What a value must look like; others are bad records. */
  readonly schema: StandardSchemaV1<Value, unknown>;
  readonly validate?: true | undefined;
}

/** How `batches` gathers messages. */
export interface BatchOptions {
  /** The most messages of one batch: 1,000 by default. */
  readonly maxMessages?: number | undefined;
  /** How long to wait until there are so many: 0 by default, which gives what there is. */
  readonly maxWaitMs?: number | undefined;
}
