import type { OffsetQuery, OffsetResult } from "@dataqueues/core";

import { askLeaders } from "./leader-requests.ts";
import type { LogClient } from "./log-client.ts";
import type { MetadataCache } from "./metadata-cache.ts";

interface Entry {
  readonly query: OffsetQuery;
  readonly result: Promise<OffsetResult>;
  /** `performance.now()` after which it is asked for again. */
  expiresAt: number;
  /** No answer is before this offset, as a viewer already has records up to it. */
  floor: bigint;
}

/** How many answers may be remembered; above that, those that have expired are forgotten. */
const mostEntries = 1_000;

/** Offsets of partitions: the first and the last ones kept for a moment, those of times asked for once at a time. */
export class OffsetCache {
  readonly #client: LogClient<"read">;
  readonly #metadata: MetadataCache;
  readonly #maxAgeMs: number;
  readonly #entries = new Map<string, Entry>();

  constructor(client: LogClient<"read">, metadata: MetadataCache, maxAgeMs: number) {
    this.#client = client;
    this.#metadata = metadata;
    this.#maxAgeMs = maxAgeMs;
  }

  /** One answer for each query, in the same order. */
  async listOffsets(queries: readonly OffsetQuery[]): Promise<OffsetResult[]> {
    const now = performance.now();
    const missing = new Map<string, OffsetQuery>();
    for (const query of queries) {
      const key = keyOf(query);
      if ((this.#entries.get(key)?.expiresAt ?? 0) <= now) missing.set(key, query);
    }
    if (missing.size > 0) this.#ask([...missing]);
    const entries = queries.map((query) => this.#entries.get(keyOf(query)));
    return Promise.all(entries.flatMap((entry) => (entry === undefined ? [] : resultOf(entry))));
  }

  /** A viewer gets records of a partition up to this offset: `latest` is no earlier from now on. */
  delivered(topic: string, partition: number, nextOffset: bigint): void {
    const entry = this.#entries.get(keyOf({ topic, partition, at: "latest" }));
    if (entry !== undefined && entry.floor < nextOffset) entry.floor = nextOffset;
  }

  /** Forgets a partition's offsets: it has another leader, or it is that of another topic. */
  forget(topic: string, partition: number): void {
    for (const at of ["earliest", "latest"] as const) this.#entries.delete(keyOf({ topic, partition, at }));
  }

  #ask(missing: readonly (readonly [key: string, query: OffsetQuery])[]): void {
    const queries = missing.map(([, { topic, partition, at }]) => ({ topic, partition, at }));
    const asked = askLeaders<OffsetQuery, OffsetResult>(this.#metadata, queries, {
      ask: (leader, items) =>
        this.#client.requestOrReconnect("listOffsets", (connection) => connection.listOffsets(leader, items)),
      failed: ({ topic, partition }, error) => ({ topic, partition, error }),
      errorOf: ({ error }) => error,
      pause: (ms) => this.#client.pause(ms),
    });
    for (const [index, [key, query]] of missing.entries()) {
      const result = asked.then((results) => {
        const found = results[index];
        if (found === undefined) throw new RangeError(`no answer to query ${index} of ${missing.length}`);
        return found;
      });
      const entry: Entry = { query, result, expiresAt: Infinity, floor: -1n };
      this.#entries.set(key, entry);
      const forget = (): void => {
        if (this.#entries.get(key) === entry) this.#entries.delete(key);
      };
      result.then(({ error }) => {
        // Records of any time may come at any time, and errors pass.
        if (error !== undefined || typeof query.at === "object") forget();
        else entry.expiresAt = performance.now() + this.#maxAgeMs;
      }, forget);
    }
    if (this.#entries.size > mostEntries) this.#forgetExpired();
  }

  #forgetExpired(): void {
    const now = performance.now();
    for (const [key, { expiresAt }] of this.#entries) {
      if (expiresAt <= now) this.#entries.delete(key);
    }
  }
}

async function resultOf(entry: Entry): Promise<OffsetResult> {
  const result = await entry.result;
  if (result.error !== undefined || entry.query.at !== "latest" || result.offset >= entry.floor) return result;
  return { ...result, offset: entry.floor };
}

function keyOf({ topic, partition, at }: OffsetQuery): string {
  return `${topic}/${partition}/${typeof at === "object" ? at.timestamp : at}`;
}
