import type { Role } from "./transport.ts";

/** The requests that core makes again when they fail. */
export type RetriedRequest = "produce" | "fetch" | "metadata" | "initProducerId" | "listOffsets";

/**
 * What happens inside a producer, consumer or admin that a caller does not otherwise see: hand a function as `onEvent` to
 * log or count it. `type` tells the kinds apart.
 */
export type DataQueueEvent =
  | { readonly type: "connected"; readonly role: Role; readonly transport: string; readonly attempt: number }
  | {
      /** No connection could be opened; what needed it fails, or tries again. */
      readonly type: "connectFailed";
      readonly role: Role;
      readonly transport: string;
      readonly attempt: number;
      readonly reason: unknown;
    }
  | {
      /** A connection was given up, because it failed or on purpose; the next request opens another. */
      readonly type: "disconnected";
      readonly role: Role;
      readonly transport: string;
      readonly reason: unknown;
    }
  | {
      /** A request, or one partition of it, failed and is made again; `attempt` counts the failures in a row, from 0. */
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
      /** The log no longer has what was to be read next; offsets from `lostFrom` up to, without, `lostTo` are gone. */
      readonly type: "offsetOutOfRange";
      readonly topic: string;
      readonly partition: number;
      readonly lostFrom: bigint;
      readonly lostTo: bigint;
      readonly resumedAt: bigint;
    }
  | { readonly type: "topicMissing"; readonly topic: string }
  | {
      /** A partition that is to be read is not among those of its topic; it is waited for. */
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
      /** A producer's sends wait for answers, or a consumer's leader waits for its records to be taken. */
      readonly type: "bufferFull";
      readonly bufferedBytes: number;
    }
  | {
      /**
       * The log gives no producer ids, so this producer sends without: a batch that is sent again, because no answer came,
       * may be there twice. Told once.
       */
      readonly type: "idempotenceUnavailable";
      readonly reason: unknown;
    }
  | {
      /** The log forgot this producer, or a batch's fate is unknown: records sent again from here on may be there twice. */
      readonly type: "producerIdentityReset";
      readonly topic: string;
      readonly partition: number;
      readonly reason: unknown;
    };

/**
 * Takes the events of a producer, consumer or admin. It is called in passing and its answer is not waited for; what it
 * throws is written to the console and breaks nothing.
 */
export type OnEvent = (event: DataQueueEvent) => void;

/** The caller's `onEvent`, which cannot break what it listens to. */
export function listener(onEvent: OnEvent | undefined): OnEvent {
  if (onEvent === undefined) return () => undefined;
  // oxlint-disable-next-line no-console -- there is nobody else to tell
  const report = (error: unknown): void => console.error("dataqueues: onEvent failed:", error);
  return (event) => {
    try {
      const told: unknown = onEvent(event);
      if (told instanceof Promise) told.catch(report);
    } catch (error) {
      report(error);
    }
  };
}
