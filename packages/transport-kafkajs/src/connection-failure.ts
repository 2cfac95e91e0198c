import { DataQueueError, kafkaError, kafkaErrorName, TransportError, UnsupportedError } from "@dataqueues/core";
import type { TransportErrorCode } from "@dataqueues/core";
import { ResponseTooLargeError } from "./response-framer.ts";

/** Codes of Node and OpenSSL for a refused certificate, and for a host that does not speak TLS. */
const tlsCode = /CERT|^ERR_TLS|^ERR_SSL|^EPROTO$|^UNABLE_TO/;

/** What was tried when a connection failed. */
export interface Attempt {
  /** What was tried, and with which host. */
  readonly where: string;
  /** The SASL mechanism, if there was a login. */
  readonly mechanism?: string | undefined;
  /** Whether the host has responded to a request before. */
  readonly responded: boolean;
  /** Whether the host has closed the connection. */
  readonly closed: boolean;
}

/** The error for what kafkajs or a socket rejected with. */
export function connectionFailure(
  cause: unknown,
  { where, mechanism, responded, closed }: Attempt,
): TransportError | UnsupportedError {
  if (cause instanceof TransportError || cause instanceof UnsupportedError) return cause;
  if (cause instanceof DataQueueError || !(cause instanceof Error)) {
    return kafkaError("NETWORK_EXCEPTION", where, { why: String(cause), cause });
  }
  const kafkaName = protocolErrorName(cause);
  if (cause.name === "KafkaJSSASLAuthenticationError" || kafkaName?.includes("SASL") === true) {
    // A login that was accepted before could not be renewed. A new connection tells whether it is still accepted.
    if (responded) return kafkaError("NETWORK_EXCEPTION", where, { why: cause.message, cause });
    // kafkajs calls every failed login refused, also when the broker went down meanwhile.
    if (closed && kafkaName === undefined)
      return kafkaError("NETWORK_EXCEPTION", where, { why: closedBy(false), cause });
    const used = mechanism === undefined ? "" : ` by ${mechanism.toUpperCase()}`;
    const code = kafkaName ?? "SASL_AUTHENTICATION_FAILED";
    return kafkaError(code, `${where} refused the login${used}`, { why: cause.message, cause });
  }
  if ("code" in cause && typeof cause.code === "string" && tlsCode.test(cause.code)) {
    const why = `${cause.message} (${cause.code})`;
    return kafkaError("SSL_AUTHENTICATION_FAILED", `${where} has no TLS that can be trusted`, { why, cause });
  }
  if (kafkaName !== undefined) return kafkaError(kafkaName, where, { why: cause.message, cause });
  if (cause.name === "KafkaJSConnectionClosedError") {
    return kafkaError("NETWORK_EXCEPTION", where, { why: closedBy(responded), cause });
  }
  if (cause instanceof RangeError) {
    const hint = responded ? "" : "; either the host wants TLS, or it is no Kafka";
    return new TransportError(`${where} gave a response that cannot be read: ${cause.message}${hint}`, {
      code: "CORRUPT_MESSAGE",
      // A garbled response may be whole the next time, but not from a host that never gave a readable one, nor one too large.
      retriable: responded && !(cause instanceof ResponseTooLargeError),
      cause,
    });
  }
  return kafkaError("NETWORK_EXCEPTION", where, { why: cause.message, cause });
}

/** What to say of a host that closed the connection. */
export function closedBy(responded: boolean): string {
  return `the host closed the connection${responded ? "" : ", as it does when it wants TLS or a login and gets none"}`;
}

/** The name of Kafka's error; kafkajs's errors have its number in `code` beside their own name in `type`. */
function protocolErrorName(error: Error): TransportErrorCode | undefined {
  if (!("type" in error && typeof error.type === "string")) return undefined;
  return "code" in error && typeof error.code === "number" ? kafkaErrorName(error.code) : undefined;
}
