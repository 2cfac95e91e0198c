import type { Headers, HeadersInput } from "./record.ts";

const encoder: TextEncoder = new TextEncoder();

/** Text as UTF-8; bytes and null as they are. */
export function toBytes<T extends Uint8Array | null>(value: string | T): Uint8Array | T {
  return typeof value === "string" ? encoder.encode(value) : value;
}

/** Headers as they go on the wire. */
export function toHeaders(input: HeadersInput | undefined): Headers {
  if (input === undefined) return [];
  const pairs = Symbol.iterator in input ? [...input] : Object.entries(input);
  return pairs.map(([name, value]) => [name, toBytes(value)] as const);
}
