import { kafkaError } from "@dataqueues/core";
import type { ErrorPlace, TransportError, TransportErrorCode } from "@dataqueues/core";

/** An object of JSON. */
export type Fields = Readonly<Record<string, unknown>>;

/** The error for an answer that the protocol does not have. */
export function badAnswer(why: string): TransportError {
  return kafkaError("CORRUPT_MESSAGE", "an answer of the gateway", { why });
}

/** An object; throws a `TransportError` `CORRUPT_MESSAGE` for anything else, as the functions below do. */
export function fields(value: unknown, what: string): Fields {
  if (isFields(value)) return value;
  throw badAnswer(`${what} is no object`);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A list of objects, of a given length if that is known. */
export function list(value: unknown, what: string, length?: number): Fields[] {
  if (!Array.isArray(value)) throw badAnswer(`${what} is no list`);
  if (length !== undefined && value.length !== length) {
    throw badAnswer(`${what} has ${value.length} entries and not ${length}`);
  }
  return value.map((each: unknown) => fields(each, `an entry of ${what}`));
}

export function text(value: unknown, what: string): string {
  if (typeof value === "string") return value;
  throw badAnswer(`${what} is no text`);
}

/** A whole number from `least` on. */
export function count(value: unknown, what: string, least = 0): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= least) return value;
  throw badAnswer(`${what} is no whole number from ${least} on`);
}

/** A number of 64 bits, which is decimal text. */
export function int64(value: unknown, what: string): bigint {
  if (typeof value === "string" && /^-?\d{1,19}$/.test(value)) {
    const number = BigInt(value);
    if (BigInt.asIntN(64, number) === number) return number;
  }
  throw badAnswer(`${what} is no number of 64 bits as decimal text`);
}

/** The error that an item has instead of a result; undefined if it has none. */
export function itemError(item: Fields, what: string, place: ErrorPlace = {}): TransportError | undefined {
  return item["error"] === undefined ? undefined : kafkaError(errorCode(item["error"]), what, place);
}

/** A code of Kafka's. One that this version does not know is taken as it is. */
export function errorCode(value: unknown): TransportErrorCode {
  if (isErrorCode(value)) return value;
  throw badAnswer("error is no code");
}

function isErrorCode(value: unknown): value is TransportErrorCode {
  return typeof value === "string" && /^[A-Z][A-Z0-9_]{0,63}$/.test(value);
}
