import type { TransportErrorCode } from "./kafka-errors.ts";
import type { StandardSchemaIssue } from "./schema.ts";

/** The key under which an error tells its kinds, itself first: the same symbol in every copy of this package. */
const brand: unique symbol = Symbol.for("dataqueues.error");

/** Where something went wrong. `offset` is the record's place in its partition. */
export interface ErrorPlace {
  readonly topic?: string | undefined;
  readonly partition?: number | undefined;
  readonly offset?: bigint | undefined;
}

/** What every error of the library is made of. */
export interface ErrorDetails extends ErrorPlace {
  readonly code?: string | undefined;
  readonly cause?: unknown;
}

/**
 * The base of all errors. `code` says what happened in a word that does not change; `topic`, `partition` and `offset`
 * say where, as far as it is known. `instanceof` also recognises errors of another copy of this package.
 */
export class DataQueueError extends Error {
  static readonly kind: string = "DataQueueError";
  readonly code: string;
  readonly topic: string | undefined;
  readonly partition: number | undefined;
  readonly offset: bigint | undefined;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code ?? "UNKNOWN";
    this.topic = details.topic;
    this.partition = details.partition;
    this.offset = details.offset;
    // A place that is not known would only fill the log in which the error is printed.
    for (const name of ["topic", "partition", "offset"] as const) {
      if (this[name] === undefined) Object.defineProperty(this, name, { enumerable: false });
    }
    this.name = new.target.kind;
    Object.defineProperty(this, brand, { value: [new.target.kind, DataQueueError.kind] });
  }

  /** Knows errors of this kind by their brand, so also those of another copy of this package. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (!Object.hasOwn(this, "kind")) return Function.prototype[Symbol.hasInstance].call(this, value);
    if (typeof value !== "object" || value === null || !(brand in value)) return false;
    return Array.isArray(value[brand]) && value[brand].includes(this.kind);
  }
}

/**
 * A value could not become bytes: the codec refused it, or its bytes are over the size limit (`RECORD_TOO_LARGE`).
 * Nothing was sent. `code` is the codec's own where it has one, else `ENCODE_FAILED`.
 */
export class EncodeError extends DataQueueError {
  static override readonly kind: string = "EncodeError";
}

/**
 * A record's bytes could not become a value. `bytes` are the record's own, so nothing is lost: store them, or decode
 * them otherwise. `byteOffset` is the place in them, where the codec tells it. Iteration can go on with the next record.
 */
export class DecodeError extends DataQueueError {
  static override readonly kind: string = "DecodeError";
  readonly bytes: Uint8Array;
  readonly byteOffset: number | undefined;

  constructor(
    message: string,
    details: ErrorDetails & { readonly bytes: Uint8Array; readonly byteOffset?: number | undefined },
  ) {
    super(message, details);
    this.bytes = details.bytes;
    this.byteOffset = details.byteOffset;
  }
}

/** One thing that is wrong with a value. Schemas of `@dataqueues/schemas` also fill `code`, `found` and `expected`. */
export interface SchemaIssue extends StandardSchemaIssue {
  readonly code?: string | undefined;
  readonly found?: unknown;
  readonly expected?: unknown;
}

/** A value is not what its schema asks for; `issues` has everything that is wrong with it. Nothing was sent. */
export class SchemaError extends DataQueueError {
  static override readonly kind: string = "SchemaError";
  readonly issues: readonly SchemaIssue[];

  constructor(message: string, details: ErrorDetails & { readonly issues: readonly SchemaIssue[] }) {
    super(message, { code: "SCHEMA_MISMATCH", ...details });
    this.issues = details.issues;
  }
}

/** What a {@link TransportError} is made of. */
export interface TransportErrorDetails extends ErrorDetails {
  readonly code: TransportErrorCode;
  readonly retriable: boolean;
}

/** The log, or the way to it, failed. `code` is Kafka's name; `retriable` says whether trying again can help. */
export class TransportError extends DataQueueError {
  static override readonly kind: string = "TransportError";
  declare readonly code: TransportErrorCode;
  readonly retriable: boolean;

  constructor(message: string, details: TransportErrorDetails) {
    super(message, details);
    this.retriable = details.retriable;
  }
}

/** The producer, consumer, admin or connection was closed. */
export class ClosedError extends DataQueueError {
  static override readonly kind: string = "ClosedError";

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, { code: "CLOSED", ...details });
  }
}

/** What was asked for is not to be had here: a feature, a data type, a compression. */
export class UnsupportedError extends DataQueueError {
  static override readonly kind: string = "UnsupportedError";

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, { code: "UNSUPPORTED", ...details });
  }
}
