import type { Codec } from "../contract/codec.ts";
import { EncodeError } from "../contract/errors.ts";

/**
 * Encodes a value with its codec. Without one the value must be bytes, or null for a tombstone.
 *
 * @throws EncodeError naming topic and encoding, with the codec's own error as `cause`
 */
export function encodeValue(
  value: unknown,
  encoding: Codec<never, unknown> | undefined,
  topic: string,
): Uint8Array | null | Promise<Uint8Array> {
  if (encoding === undefined) {
    if (value === null || value instanceof Uint8Array) return value;
    const message = `topic ${topic} was sent ${describe(value)} without an encoding; give one, or bytes`;
    throw new EncodeError(message, { code: "NO_ENCODING", topic });
  }
  try {
    const bytes: unknown = encoding.encode(value as never);
    if (!(bytes instanceof Promise)) return assertBytes(bytes, encoding.name, topic);
    return bytes.then(
      (settled) => assertBytes(settled, encoding.name, topic),
      (error: unknown) => {
        throw encodeError(error, encoding.name, topic);
      },
    );
  } catch (error) {
    throw encodeError(error, encoding.name, topic);
  }
}

function assertBytes(bytes: unknown, encoding: string, topic: string): Uint8Array {
  if (bytes instanceof Uint8Array) return bytes;
  const message = `the codec ${encoding} gave ${describe(bytes)} for topic ${topic}, not a Uint8Array`;
  throw new EncodeError(message, { code: "NOT_BYTES", topic });
}

function encodeError(cause: unknown, encoding: string, topic: string): EncodeError {
  if (cause instanceof EncodeError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `a value for topic ${topic} cannot be encoded as ${encoding}: ${reason}`;
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
