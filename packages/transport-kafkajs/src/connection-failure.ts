import { DataQueueError, TransportError, UnsupportedError } from "@dataqueues/core";
import { AnswerTooLarge } from "./answer-too-large.ts";
import { kafkaError } from "./kafka-errors.ts";

/** Codes of Node and OpenSSL for certificates that are refused and for what is no TLS at all. */
const tlsCode = /CERT|^ERR_TLS|^ERR_SSL|^EPROTO$|^UNABLE_TO/;

/** What was tried when a connection failed. */
export interface Attempt {
  /** What, and with which host. */
  readonly where: string;
  /** By which SASL mechanism, where there was a login. */
  readonly mechanism?: string | undefined;
  /** Whether the host has answered a request before. */
  readonly answered: boolean;
  /** Whether the host has closed the connection. */
  readonly closed: boolean;
}

/** The error for what kafkajs or a socket rejected with. */
export function connectionFailure(
  cause: unknown,
  { where, mechanism, answered, closed }: Attempt,
): TransportError | UnsupportedError {
  if (cause instanceof TransportError || cause instanceof UnsupportedError) return cause;
  if (cause instanceof DataQueueError || !(cause instanceof Error)) {
    return kafkaError("NETWORK_EXCEPTION", where, { why: String(cause), cause });
  }
  const type = protocolType(cause);
  if (cause.name === "KafkaJSSASLAuthenticationError" || type?.includes("SASL") === true) {
    // A login that was good before, when it is to be renewed: a new connection tells whether it still is.
    if (answered) return kafkaError("NETWORK_EXCEPTION", where, { why: cause.message, cause });
    // kafkajs calls every end of a login a refusal, also that of a node which just then went down.
    if (closed && type === undefined) return kafkaError("NETWORK_EXCEPTION", where, { why: closedBy(false), cause });
    const used = mechanism === undefined ? "" : ` by ${mechanism.toUpperCase()}`;
    const code = type ?? "SASL_AUTHENTICATION_FAILED";
    return kafkaError(code, `${where} refused the login${used}`, { why: cause.message, cause });
  }
  if ("code" in cause && typeof cause.code === "string" && tlsCode.test(cause.code)) {
    const why = `${cause.message} (${cause.code})`;
    return kafkaError("SSL_AUTHENTICATION_FAILED", `${where} has no TLS that can be trusted`, { why, cause });
  }
  if (type !== undefined) return kafkaError(type, where, { why: cause.message, cause });
  if (cause.name === "KafkaJSConnectionClosedError") {
    return kafkaError("NETWORK_EXCEPTION", where, { why: closedBy(answered), cause });
  }
  if (cause instanceof RangeError) {
    const hint = answered ? "" : "; either the host wants TLS, or it is no Kafka";
    return new TransportError(`${where} gave an answer that cannot be read: ${cause.message}${hint}`, {
      code: "CORRUPT_MESSAGE",
      // What is garbled once may be whole the next time. Not so who never said anything that can be read, or says too much.
      retriable: answered && !(cause instanceof AnswerTooLarge),
      cause,
    });
  }
  return kafkaError("NETWORK_EXCEPTION", where, { why: cause.message, cause });
}

/** What to say of a host that closed the connection. */
export function closedBy(answered: boolean): string {
  return `the host closed the connection${answered ? "" : ", as it does when it wants TLS or a login and gets none"}`;
}

/** Kafka's name of the error, which kafkajs's errors have in `type`. */
function protocolType(error: Error): string | undefined {
  return "type" in error && typeof error.type === "string" ? error.type : undefined;
}
