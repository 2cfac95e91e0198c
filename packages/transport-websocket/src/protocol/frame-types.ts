/** The version of the protocol. It changes when an older client or gateway would misunderstand a newer one. */
export const protocolVersion = 1;

/** The subprotocol that a client asks for when it opens the WebSocket (`Sec-WebSocket-Protocol`). */
export const subprotocol = "dataqueues.v1";

/**
 * What a frame is, by its first byte. Requests come from the client, each with an id of its own; an answer has its request's
 * id and its type plus 0x80. Types that are not listed do not exist, and end the connection.
 */
export const frameTypes = {
  /** The first frame of a client, once. */
  hello: 1,
  metadata: 2,
  listOffsets: 3,
  fetch: 4,
  /** Ends the wait of a fetch, by its id. It has no answer of its own. */
  cancel: 5,
  /** More records of a `produce` that follows with the same id. It has no answer. */
  produceMore: 6,
  produce: 7,
  initProducerId: 8,
  /** A change of topics, or a question about their settings. */
  admin: 9,
  /** From the gateway at regular times; the client sends it back. */
  heartbeat: 0x40,
  /** Answers a request that failed as a whole. */
  error: 0xff,
} as const;

/** The type of the answer to a request. */
export function answerTo(type: number): number {
  return type | 0x80;
}

/** Why a gateway closes a WebSocket, besides the codes of RFC 6455. */
export const closeCodes = {
  /** 1012 of the WebSocket registry: the gateway stops; connect again, after a random pause within what the reason says. */
  restart: 1012,
  /** 1013 of the registry: too many viewers; try again later. */
  tryAgainLater: 1013,
  /** A frame that cannot be read, or that may not come now. */
  badFrame: 4400,
  /** No token, a wrong one, or one that has expired: open again with a new one. */
  unauthorized: 4401,
  /** No HELLO in time, or no sign of life. */
  timedOut: 4408,
  /** More at a time than the gateway allows. */
  tooMany: 4429,
} as const;
