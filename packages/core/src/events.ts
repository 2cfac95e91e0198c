import type { Role } from "./transport.ts";

/**
 * What happens inside a producer or consumer that a caller does not otherwise see: hand a function as `onEvent` to log
 * or count it. The function must not throw; it is called in passing and its answer is not waited for.
 */
export type DataQueueEvent =
  | { readonly type: "connected"; readonly role: Role; readonly transport: string; readonly attempt: number }
  | { readonly type: "disconnected"; readonly role: Role; readonly transport: string; readonly reason: unknown }
  | {
      /** A request, or one partition of it, failed and is made again. */
      readonly type: "retry";
      readonly request: "produce" | "fetch" | "metadata" | "initProducerId" | "listOffsets";
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
  | { readonly type: "topicRecreated"; readonly topic: string }
  | {
      readonly type: "badRecord";
      readonly topic: string;
      readonly partition: number;
      readonly offset: bigint;
      readonly reason: unknown;
    }
  | { readonly type: "bufferFull"; readonly bufferedBytes: number }
  | {
      /** The log forgot this producer, or a batch's fate is unknown: records sent again from here on may be there twice. */
      readonly type: "producerIdentityReset";
      readonly topic: string;
      readonly partition: number;
      readonly reason: unknown;
    };

/** Takes the events of a producer or consumer. */
export type OnEvent = (event: DataQueueEvent) => void;
