import { kafkaErrors, TransportError, UnsupportedError } from "@dataqueues/core";
import type { ErrorBody } from "@dataqueues/transport-websocket";

import type { ViewerRole } from "../access/authorize.ts";
import type { ViewerTopics } from "../access/viewer-topics.ts";
import type { GatewayLimits } from "../gateway-limits.ts";
import type { GatewayLog } from "../gateway-log.ts";
import type { GatewayMetrics } from "../gateway-metrics.ts";
import type { FrameSender } from "./frame-sender.ts";
import type { RateLimit } from "./rate-limit.ts";
import type { RequestBodies } from "./request-bodies.ts";

/** What the requests of one viewer share. */
export interface RequestContext {
  readonly log: GatewayLog;
  readonly metrics: GatewayMetrics;
  readonly limits: Readonly<Record<keyof GatewayLimits, number>>;
  readonly bodies: RequestBodies;
  readonly role: ViewerRole;
  readonly topics: ViewerTopics;
  readonly sender: FrameSender;
  readonly bytes: RateLimit;
  readonly requests: RateLimit;
  readonly oldBytes: RateLimit;
}

/** One request. */
export interface ViewerRequest {
  readonly id: number;
  readonly body: unknown;
  readonly records: Uint8Array;
  /** Aborts when the client cancels the request, or has left. */
  readonly signal: AbortSignal;
  /** Sends the answer at once, if nothing else is being sent. Resolves when it has left. */
  readonly answer: (body: object, records?: readonly Uint8Array[]) => Promise<void>;
}

/** The only leader that viewers are told of. The gateway finds the real ones by itself. */
export const gatewayLeader = 0;

/** What is answered for a topic that a viewer may not name, whether or not it exists. */
export const forbidden: ErrorBody = { error: "TOPIC_AUTHORIZATION_FAILED" };

/** Why a viewer does not get what it asks of a topic's leader; undefined if it does. */
export function refusal(topics: ViewerTopics, topic: string, leader: number = gatewayLeader): ErrorBody | undefined {
  if (leader !== gatewayLeader) return { error: "NOT_LEADER_OR_FOLLOWER" };
  return topics.allows(topic) ? undefined : forbidden;
}

/**
 * Asks the log about those items that are not refused, so that no other topic's name leaves the gateway.
 *
 * @returns one result for each item, in the same order
 */
export async function askAllowed<Item, Result>(
  items: readonly Item[],
  refusalOf: (item: Item) => Result | undefined,
  ask: (allowed: readonly Item[]) => Promise<readonly Result[]>,
): Promise<Result[]> {
  const refusals = items.map(refusalOf);
  const allowed = items.filter((_, index) => refusals[index] === undefined);
  const found = allowed.length === 0 ? [] : await ask(allowed);
  const results = found.values();
  return refusals.map((refused) => {
    const result = refused ?? results.next().value;
    if (result === undefined) throw new Error(`the log gave ${found.length} results for ${allowed.length} items`);
    return result;
  });
}

/** What a viewer is told of an error: a code of Kafka's. Messages, causes and other codes may tell of brokers. */
export function errorBody(error: unknown): ErrorBody {
  if (error instanceof UnsupportedError) return { error: "UNSUPPORTED" };
  const isKnown = error instanceof TransportError && (knownCodes.has(error.code) || numberedCode.test(error.code));
  return { error: isKnown ? error.code : "UNKNOWN_SERVER_ERROR" };
}

const knownCodes: ReadonlySet<string> = new Set(kafkaErrors.map(({ name }) => name));

/** Kafka's codes that have no name here. */
const numberedCode = /^KAFKA_ERROR_-?\d{1,5}$/;
