import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A flow entry with room for changes. */
export interface Entry {
  [field: string]: unknown;
  sink: Record<string, unknown>;
  sources: Record<string, unknown>[];
}

/** An entry of `fixtures`, parsed anew on each call, with changes. */
export function flowFixture(name: string, change: (entry: Entry) => void = () => undefined): Entry {
  const entry: Entry = JSON.parse(readFileSync(join(import.meta.dirname, "fixtures", `${name}.json`), "utf8"));
  change(entry);
  return entry;
}
