import type { TopicPartition } from "./record.ts";
import type { Role } from "./transport.ts";

/** The requests that core retries. */
export type RetriedRequest =
  | "produce"
  | "fetch"
  | "metadata"
  | "initProducerId"
  | "listOffsets"
  | "joinGroup"
  | "heartbeat"
  | "commitOffsets"
  | "fetchOffsets";

/**
 * What happens inside a producer, consumer or admin that the caller would not see otherwise. Pass a function as `onEvent` to log
 * or count it. `type` tells events apart.
 */
export type DataQueueEvent =
  | { readonly type: "connected"; readonly role: Role; readonly transport: string; readonly attempt: number }
  | {
      /** No connection could be opened. The request that needed it fails or is retried. */
      readonly type: "connectFailed";
      readonly role: Role;
      readonly transport: string;
      readonly attempt: number;
      readonly reason: unknown;
    }
  | {
      /** A connection failed and was closed; the next request opens another. */
      readonly type: "disconnected";
      readonly role: Role;
      readonly transport: string;
      readonly reason: unknown;
    }
  | {
      /** A request, or one partition of it, failed and is retried; `attempt` counts the failures in a row, from 0. */
      readonly type: "retry";
      readonly request: RetriedRequest;
      readonly topic?: string | undefined;
      readonly partition?: number | undefined;
      readonly attempt: number;
      readonly reason: unknown;
    }
  | {
      readonly type: "leaderChanged";
      readonly topic: string;
      readonly partition: number;
      readonly from: number;
      readonly to: number;
    }
  | {
      /** The log no longer has the next offset; records from `lostFrom` to before `lostTo` are gone. */
      readonly type: "offsetOutOfRange";
      readonly topic: string;
      readonly partition: number;
      readonly lostFrom: bigint;
      readonly lostTo: bigint;
      readonly resumedAt: bigint;
    }
  | {
      /**
       * Everything that was there is delivered: each partition was read to its end, or to its bound with `until`. Reported
       * once, and again after a change of topics or a seek.
       */
      readonly type: "caughtUp";
    }
  | {
      /**
       * With `latest`, older records were left out in favour of the one that is delivered now: `count` of them, the first at
       * `from`, all before `to`.
       */
      readonly type: "skipped";
      readonly topic: string;
      readonly partition: number;
      readonly from: bigint;
      readonly to: bigint;
      readonly count: number;
    }
  | { readonly type: "topicMissing"; readonly topic: string }
  | {
      /** The topic does not have this partition; the consumer waits for it. */
      readonly type: "partitionMissing";
      readonly topic: string;
      readonly partition: number;
    }
  | { readonly type: "topicRecreated"; readonly topic: string }
  | {
      readonly type: "badRecord";
      readonly topic: string;
      readonly partition: number;
      readonly offset: bigint;
      readonly reason: unknown;
    }
  | {
      /** The group gave these partitions to this consumer; they are read from now on. */
      readonly type: "assigned";
      readonly group: string;
      readonly partitions: readonly TopicPartition[];
    }
  | {
      /** The group gives these partitions to others. What was in hand is processed and committed, unless that took too long. */
      readonly type: "revoked";
      readonly group: string;
      readonly partitions: readonly TopicPartition[];
    }
  | {
      /** The group has given these partitions to others already: what was processed since the last commit comes again there. */
      readonly type: "lost";
      readonly group: string;
      readonly partitions: readonly TopicPartition[];
      readonly reason: unknown;
    }
  | {
      /** Places were kept: each the offset of the next record to process. */
      readonly type: "committed";
      readonly group: string;
      readonly offsets: readonly (readonly [topic: string, partition: number, offset: bigint])[];
    }
  | {
      /** Places could not be kept, of one partition or, without a topic, of all that were to be committed. */
      readonly type: "commitFailed";
      readonly group: string;
      readonly topic?: string | undefined;
      readonly partition?: number | undefined;
      readonly reason: unknown;
    }
  | {
      /** The group has put this consumer out. It joins again, unless another process has its `groupInstanceId`. */
      readonly type: "fenced";
      readonly group: string;
      readonly reason: unknown;
    }
  | {
      /**
       * A loop has had a message in hand, or has not asked for one, for longer than `maxProcessingMs`. The consumer leaves its group,
       * and joins again when the loop goes on.
       */
      readonly type: "processingTimedOut";
      readonly group: string;
      readonly afterMs: number;
    }
  | {
      /** A producer's sends wait to be acknowledged, or a leader's records wait to be taken from the consumer. */
      readonly type: "bufferFull";
      readonly bufferedBytes: number;
    }
  | {
      /**
       * The log gives no producer ids, so this producer sends without. A batch that is sent again after a lost response may
       * be written twice. Reported once.
       */
      readonly type: "idempotenceUnavailable";
      readonly reason: unknown;
    }
  | {
      /** The log forgot this producer, or a batch may or may not have been written: records sent again may be duplicates. */
      readonly type: "producerIdentityReset";
      readonly topic: string;
      readonly partition: number;
      readonly reason: unknown;
    };

/**
 * Takes the events of a producer, consumer or admin. It is called synchronously and not awaited. Exceptions that it throws
 * are logged and ignored.
 */
export type OnEvent = (event: DataQueueEvent) => void;

/** The caller's `onEvent`, made safe: exceptions are logged and ignored. */
export function safeListener<Event>(onEvent: ((event: Event) => void) | undefined): (event: Event) => void {
  if (onEvent === undefined) return () => undefined;
  // oxlint-disable-next-line no-console -- there is nowhere else to report it
  const report = (error: unknown): void => console.error("dataqueues: onEvent failed:", error);
  return (event) => {
    try {
      const returned: unknown = onEvent(event);
      if (returned instanceof Promise) returned.catch(report);
    } catch (error) {
      report(error);
    }
  };
}
