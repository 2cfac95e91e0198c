import type { Codec, RecordContext } from "../contract/codec.ts";
import { EncodeError } from "../contract/errors.ts";
import { codecName } from "../shared/chosen-codec.ts";

/**
 * Encodes a value with its codec. Without one the value must be bytes, or null for a tombstone.
 *
 * @throws EncodeError naming topic and encoding, with the codec's own error as `cause`
 */
export function encodeValue(
  value: unknown,
  encoding: Codec<never, unknown> | undefined,
  context: RecordContext,
): Uint8Array | null | Promise<Uint8Array> {
  const { topic } = context;
  if (encoding === undefined) {
    if (value === null || value instanceof Uint8Array) return value;
    const message = `topic ${topic} was sent ${describe(value)} without an encoding; give one, or bytes`;
    throw new EncodeError(message, { code: "NO_ENCODING", topic });
  }
  try {
    const bytes: unknown = encoding.encode(value as never, context);
    if (!(bytes instanceof Promise)) return assertBytes(bytes, encoding, context);
    return bytes.then(
      (settled) => assertBytes(settled, encoding, context),
      (error: unknown) => {
        throw encodeError(error, encoding, context);
      },
    );
  } catch (error) {
    throw encodeError(error, encoding, context);
  }
}

function assertBytes(bytes: unknown, encoding: Codec<never, unknown>, context: RecordContext): Uint8Array {
  if (bytes instanceof Uint8Array) return bytes;
  const { topic } = context;
  const message = `the codec ${codecName(encoding, context)} gave ${describe(bytes)} for topic ${topic}, not a Uint8Array`;
  throw new EncodeError(message, { code: "NOT_BYTES", topic });
}

/** The error for a value that its codec refuses, or that no codec is for. */
export function encodeError(cause: unknown, encoding: Codec<never, unknown>, context: RecordContext): EncodeError {
  if (cause instanceof EncodeError) return cause;
  const { topic } = context;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `a value for topic ${topic} cannot be encoded as ${codecName(encoding, context)}: ${reason}`;
  return new EncodeError(message, { code: codeOf(cause) ?? "ENCODE_FAILED", topic, cause });
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

function describe(value: unknown): string {
  if (value === null) return "null";
  return typeof value === "object" ? `a ${value.constructor?.name ?? "object"}` : `a ${typeof value}`;
}
