import { DataQueueError, TransportError, UnsupportedError } from "@dataqueues/core";
import { kafkaError } from "./kafka-errors.ts";

/** The error for what kafkajs or a socket rejected with; `where` says what was tried and with which host. */
export function connectionFailure(
  cause: unknown,
  where: string,
  mechanism: string | undefined,
): TransportError | UnsupportedError {
  if (cause instanceof TransportError || cause instanceof UnsupportedError) return cause;
  if (cause instanceof DataQueueError || !(cause instanceof Error)) {
    return kafkaError("NETWORK_EXCEPTION", where, { why: String(cause), cause });
  }
  if (cause.name === "KafkaJSSASLAuthenticationError" || protocolType(cause) === "SASL_AUTHENTICATION_FAILED") {
    const used = mechanism === undefined ? "" : ` by ${mechanism.toUpperCase()}`;
    return kafkaError("SASL_AUTHENTICATION_FAILED", `${where} refused the login${used}`, { why: cause.message, cause });
  }
  const type = protocolType(cause);
  if (type !== undefined) return kafkaError(type, where, { why: cause.message, cause });
  if (cause instanceof RangeError) {
    return new TransportError(`${where} gave an answer that cannot be read: ${cause.message}`, {
      code: "CORRUPT_MESSAGE",
      retriable: false,
      cause,
    });
  }
  return kafkaError("NETWORK_EXCEPTION", where, { why: cause.message, cause });
}

/** Kafka's name of the error, which kafkajs's errors have in `type`. */
function protocolType(error: Error): string | undefined {
  return "type" in error && typeof error.type === "string" ? error.type : undefined;
}
