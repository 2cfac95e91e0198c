import { readFileSync } from "node:fs";
import { join } from "node:path";

type Entry = Record<string, unknown>;

/** A real payload, as JSON: entries in `data` where it has them. */
export interface Payload {
  [field: string]: unknown;
  data: Entry[];
  spectral_window: Record<string, unknown>;
}

/** A real payload of `fixtures/payloads`, parsed anew on each call. */
export function payloadOf(name: string): Payload {
  return JSON.parse(readFileSync(join(import.meta.dirname, "fixtures/payloads", `${name}.json`), "utf8"));
}

/** A real payload with one thing changed. */
export function changed(name: string, change: (payload: Payload, entry: Entry) => void): Payload {
  const payload = payloadOf(name);
  change(payload, Array.isArray(payload.data) ? (payload.data[0] ?? {}) : {});
  return payload;
}
