/** The longest string: an INT16 has its length. Kafka has the same limit for the compact form. */
export const maxStringBytes = 32_767;

const maxInt16 = 2 ** 15 - 1;
export const maxInt32: number = 2 ** 31 - 1;
const maxInt64 = 2n ** 63n - 1n;

/** Why a text cannot be written as a STRING, undefined if it can. `what` names it. */
export function textProblem(what: string, text: unknown): string | undefined {
  if (typeof text !== "string") return `${what} must be a string, not ${String(text)}`;
  const bytes = Buffer.byteLength(text);
  if (bytes > maxStringBytes) return `${what} has ${bytes} bytes in UTF-8, the protocol allows ${maxStringBytes}`;
  // Encoders replace a lone surrogate by U+FFFD, which would make it another text.
  return text.isWellFormed() ? undefined : `${what} has a lone surrogate, which UTF-8 cannot encode`;
}

/** Why a topic's name cannot be written. Whether Kafka allows the name is left to the broker. */
export function topicProblem(topic: unknown): string | undefined {
  return textProblem("its name", topic);
}

/** Why a number cannot be written as an INT16 or INT32, or is less than `min`. */
export function numberProblem(what: string, value: unknown, min = 0, bits: 16 | 32 = 32): string | undefined {
  const max = bits === 16 ? maxInt16 : maxInt32;
  if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return undefined;
  return `${what} must be a whole number from ${min} to ${max}, not ${String(value)}`;
}

/** Why a number cannot be written as an INT64. */
export function int64Problem(what: string, value: unknown): string | undefined {
  if (typeof value === "bigint" && value >= -maxInt64 - 1n && value <= maxInt64) return undefined;
  return `${what} must be a bigint of 64 bits, not ${String(value)}`;
}

/** Why a text cannot be written as a UUID. */
export function uuidProblem(what: string, value: unknown): string | undefined {
  if (typeof value === "string" && /^[0-9a-f]{32}$/.test(value)) return undefined;
  return `${what} must have 32 hexadecimal digits, not ${String(value)}`;
}
