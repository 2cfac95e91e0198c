import type { TransportErrorCode } from "./kafka-errors.ts";
import { isRetriable } from "./retriable-errors.ts";
import type { StandardSchemaIssue } from "./schema.ts";

/** The property with the names of an error's class and its base class; the same symbol in every copy of this package. */
const brand: unique symbol = Symbol.for("dataqueues.error");

/** Where something went wrong. `offset` is the record's offset in its partition. */
export interface ErrorPlace {
  readonly topic?: string | undefined;
  readonly partition?: number | undefined;
  readonly offset?: bigint | undefined;
}

/** Details that every error of the library has. */
export interface ErrorDetails extends ErrorPlace {
  readonly code?: string | undefined;
  readonly cause?: unknown;
}

/**
 * The base of all errors. `code` is a stable name of what happened; `topic`, `partition` and `offset` say where, if that is
 * known. `instanceof` also recognises errors of another copy of this package.
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
    // Unknown places would only clutter printed errors.
    for (const name of ["topic", "partition", "offset"] as const) {
      if (this[name] === undefined) Object.defineProperty(this, name, { enumerable: false });
    }
    this.name = new.target.kind;
    Object.defineProperty(this, brand, { value: [new.target.kind, DataQueueError.kind] });
  }

  /** Recognises errors by their brand, also those of another copy of this package. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (!Object.hasOwn(this, "kind")) return Function.prototype[Symbol.hasInstance].call(this, value);
    if (typeof value !== "object" || value === null || !(brand in value)) return false;
    return Array.isArray(value[brand]) && value[brand].includes(this.kind);
  }
}

/**
 * A value could not be encoded: the codec refused it, or it is over the size limit (`RECORD_TOO_LARGE`). Nothing was sent.
 * `code` is the codec's own if it has one, else `ENCODE_FAILED`.
 */
export class EncodeError extends DataQueueError {
  static override readonly kind: string = "EncodeError";
}

/**
 * A record could not be decoded. `bytes` are the record's own, so nothing is lost: store them, or decode them otherwise.
 * `byteOffset` is the position in `bytes`, if the codec gives it. Iteration can go on with the next record.
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

/** What a {@link CodecError} is made of. */
export interface CodecErrorDetails {
  readonly code: string;
  /** Position in the bytes; for text that cannot be encoded, the index in the text. */
  readonly offset?: number | undefined;
  /** Place in the value, such as `$.gains[3]`. */
  readonly path?: string | undefined;
  readonly cause?: unknown;
}

/**
 * The error that a codec may throw for a value or bytes it refuses. The producer wraps it in an {@link EncodeError},
 * the consumer in a {@link DecodeError}; both take over its `code`, and the consumer its `offset`.
 */
export class CodecError extends Error {
  override readonly name = "CodecError";
  readonly code: string;
  readonly offset: number | undefined;
  readonly path: string | undefined;

  constructor(message: string, { code, offset, path, cause }: CodecErrorDetails) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.offset = offset;
    this.path = path;
  }
}

/** One thing that is wrong with a value. Schemas of `@dataqueues/schemas` also set `code`, `found` and `expected`. */
export interface SchemaIssue extends StandardSchemaIssue {
  readonly code?: string | undefined;
  readonly found?: unknown;
  readonly expected?: unknown;
}

/** A value does not match its schema; `issues` lists everything that is wrong with it. Nothing was sent. */
export class SchemaError extends DataQueueError {
  static override readonly kind: string = "SchemaError";
  readonly issues: readonly SchemaIssue[];

  constructor(message: string, details: ErrorDetails & { readonly issues: readonly SchemaIssue[] }) {
    super(message, { code: "SCHEMA_MISMATCH", ...details });
    this.issues = details.issues;
  }
}

/** Details of a {@link TransportError}. */
export interface TransportErrorDetails extends ErrorDetails {
  readonly code: TransportErrorCode;
  readonly retriable: boolean;
}

/** The log, or the connection to it, failed. `code` is Kafka's name; `retriable` says whether trying again can help. */
export class TransportError extends DataQueueError {
  static override readonly kind: string = "TransportError";
  declare readonly code: TransportErrorCode;
  readonly retriable: boolean;

  constructor(message: string, details: TransportErrorDetails) {
    super(message, details);
    this.retriable = details.retriable;
  }
}

/**
 * A {@link TransportError} with a name of Kafka's, `retriable` as that name says.
 *
 * @param what - what failed and where: `topic gains`
 * @param details - the place; `why`, what the log said about it
 *
 * @example
 * ```ts
 * kafkaError("NOT_LEADER_OR_FOLLOWER", "gains[3]", { topic: "gains", partition: 3 }).message; // "gains[3]: NOT_LEADER_OR_FOLLOWER"
 * ```
 */
export function kafkaError(
  code: TransportErrorCode,
  what: string,
  details: Omit<ErrorDetails, "code"> & { readonly why?: string | null | undefined } = {},
): TransportError {
  const { why, ...place } = details;
  const reason = why === undefined || why === null || why === "" ? code : `${code}: ${why}`;
  return new TransportError(`${what}: ${reason}`, { ...place, code, retriable: isRetriable(code) });
}

/** The producer, consumer, admin or connection was closed. */
export class ClosedError extends DataQueueError {
  static override readonly kind: string = "ClosedError";

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, { code: "CLOSED", ...details });
  }
}

/** A feature, data type or compression that is not supported here. */
export class UnsupportedError extends DataQueueError {
  static override readonly kind: string = "UnsupportedError";

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, { code: "UNSUPPORTED", ...details });
  }
}
