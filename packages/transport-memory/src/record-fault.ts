import type { ProducerRecord } from "@dataqueues/core";

/** What is wrong with a record that no log can hold, in words; undefined for a good one. */
export function recordFault({ key, value, headers, timestamp }: ProducerRecord): string | undefined {
  if (!Number.isSafeInteger(timestamp)) return `its timestamp is ${timestamp}, not a whole number of milliseconds`;
  if (!isBytes(key)) return "its key is neither bytes nor null";
  if (!isBytes(value)) return "its value is neither bytes nor null";
  const bad = headers.find(([name, bytes]) => typeof name !== "string" || !isBytes(bytes));
  return bad === undefined ? undefined : `its header ${bad[0]} is neither bytes nor null`;
}

function isBytes(bytes: unknown): boolean {
  return bytes === null || bytes instanceof Uint8Array;
}
