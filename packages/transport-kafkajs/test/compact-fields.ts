import { joined } from "./fields.ts";
import type { Fields } from "./fields.ts";

/**
 * The fields of Kafka's protocol as flexible versions have them, written and read plainly. Numbers of a fixed size are as in
 * `fields.ts`; lengths are below 127 here and take one byte.
 *
 * https://kafka.apache.org/protocol#protocol_types
 */
const length = (value: number): Buffer => Buffer.of(value + 1);

export const compactText = (value: string | null): Buffer =>
  value === null ? Buffer.of(0) : joined(length(Buffer.byteLength(value)), Buffer.from(value));

export const compactBlob = (value: Uint8Array): Buffer => joined(length(value.length), value);

export const compactList = (...items: readonly Uint8Array[]): Buffer => joined(length(items.length), ...items);

/** No tagged fields. */
export const tags: Buffer = Buffer.of(0);

export const uuid = (digits: string): Buffer => Buffer.from(digits, "hex");

/** Reads the text that comes next. */
export function readText(fields: Fields): string | null {
  const size = fields.int8() - 1;
  return size < 0 ? null : fields.raw(size).toString("utf8");
}

/** Reads the list that comes next. */
export function readList<Item>(fields: Fields, item: () => Item): Item[] | null {
  const size = fields.int8() - 1;
  return size < 0 ? null : Array.from({ length: size }, item);
}

export const readUuid = (fields: Fields): string => fields.raw(16).toString("hex");
