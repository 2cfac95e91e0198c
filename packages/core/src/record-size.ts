import type { ProducerRecord } from "./record.ts";

/** The bytes of a record's key, value and headers. */
export function recordSize({ key, value, headers }: ProducerRecord): number {
  let size = (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, bytes] of headers) size += name.length + (bytes?.length ?? 0);
  return size;
}
