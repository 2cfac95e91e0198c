/** What the length of a text can tell in the older form; Kafka takes no longer one in the compact form either. */
export const longestString = 32_767;

const mostInt16 = 2 ** 15 - 1;
/** The largest number of a field of 32 bits. */
export const mostInt32: number = 2 ** 31 - 1;
const mostInt64 = 2n ** 63n - 1n;

/** Why a text cannot be carried; undefined for one that can. `what` names it. */
export function uncarriedText(what: string, text: unknown): string | undefined {
  if (typeof text !== "string") return `${what} is no text but ${String(text)}`;
  const bytes = Buffer.byteLength(text);
  if (bytes > longestString) return `${what} has ${bytes} bytes in UTF-8, the protocol carries ${longestString}`;
  // Written as U+FFFD it would be another text.
  return text.isWellFormed() ? undefined : `${what} has half a surrogate pair, which UTF-8 has no bytes for`;
}

/** Why a name of a topic cannot be carried. What else is no name the log itself says. */
export function uncarriedTopic(topic: unknown): string | undefined {
  return uncarriedText("its name", topic);
}

/** Why a number cannot be carried by a field of 16 or 32 bits; only from `least` on it means something. */
export function uncarriedNumber(what: string, value: unknown, least = 0, bits: 16 | 32 = 32): string | undefined {
  const most = bits === 16 ? mostInt16 : mostInt32;
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return undefined;
  return `${what} must be a whole number from ${least} to ${most}, not ${String(value)}`;
}

/** Why a number cannot be carried by a field of 64 bits. */
export function uncarriedInt64(what: string, value: unknown): string | undefined {
  if (typeof value === "bigint" && value >= -mostInt64 - 1n && value <= mostInt64) return undefined;
  return `${what} must be a bigint of 64 bits, not ${String(value)}`;
}
