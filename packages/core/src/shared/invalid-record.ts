import type { ProducerRecord } from "../contract/record.ts";

/** Why no log can hold a record, in words; undefined for a valid one. Callers without a compiler may give anything. */
export function invalidRecord({ key, value, headers, timestamp }: ProducerRecord): string | undefined {
  if (!Number.isSafeInteger(timestamp)) return `its timestamp is ${timestamp}, not a whole number of milliseconds`;
  if (!isBytes(key)) return "its key is neither bytes nor null";
  if (!isBytes(value)) return "its value is neither bytes nor null";
  const bad = headers.find(([name, bytes]) => typeof name !== "string" || !isBytes(bytes));
  return bad === undefined ? undefined : `its header ${bad[0]} is neither bytes nor null`;
}

function isBytes(bytes: unknown): boolean {
  return bytes === null || bytes instanceof Uint8Array;
}
