import { TransportError } from "@dataqueues/core";

const passing = ["NETWORK_EXCEPTION", "KAFKA_STORAGE_ERROR", "UNKNOWN_TOPIC_OR_PARTITION"];

/** An error with one of Kafka's names, by which core knows what to do; `retriable` where it may pass. */
export function failure(code: string, place: string, cause?: unknown): TransportError {
  return new TransportError(`${place}: ${code}`, { code, retriable: passing.includes(code), cause });
}
