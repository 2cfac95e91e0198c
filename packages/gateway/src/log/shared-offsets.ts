import { groupBy, partitionKey } from "@dataqueues/core";
import type { OffsetQuery, OffsetResult } from "@dataqueues/core";

import { askLeaders } from "./leader-requests.ts";
import type { LogClient } from "./log-client.ts";
import type { MetadataCache } from "./metadata-cache.ts";
import { RequestBatcher } from "./request-batcher.ts";

/** Offsets of partitions, asked for once for all viewers who want the same. A slow leader holds up only its own partitions. */
export class SharedOffsets {
  readonly #client: LogClient<"read">;
  readonly #metadata: MetadataCache;
  readonly #batcher: RequestBatcher<OffsetQuery, OffsetResult>;

  constructor(client: LogClient<"read">, metadata: MetadataCache, intervalMs: number) {
    this.#client = client;
    this.#metadata = metadata;
    this.#batcher = new RequestBatcher({
      intervalMs,
      keyOf: ({ topic, partition, at }) =>
        `${partitionKey(topic, partition)}/${typeof at === "object" ? at.timestamp : at}`,
      ask: (queries) => this.#ask(queries),
    });
  }

  /** One answer for each query, in the same order. */
  listOffsets(queries: readonly OffsetQuery[]): Promise<OffsetResult[]> {
    return this.#batcher.ask(queries);
  }

  #ask(queries: readonly OffsetQuery[]): Promise<OffsetResult>[] {
    const byLeader = groupBy(queries, ({ topic, partition }) => this.#metadata.known(topic, partition)?.leader);
    const answers = new Map<OffsetQuery, Promise<OffsetResult>>();
    for (const group of byLeader.values()) {
      const asked = this.#askTogether(group);
      for (const [index, query] of group.entries()) answers.set(query, nthOf(asked, index));
    }
    return queries.map((query) => answers.get(query) ?? nthOf(Promise.resolve([]), 0));
  }

  #askTogether(queries: readonly OffsetQuery[]): Promise<OffsetResult[]> {
    return askLeaders<OffsetQuery, OffsetResult>(this.#metadata, queries, {
      ask: (leader, items) =>
        this.#client.requestOrReconnect("listOffsets", (connection) => connection.listOffsets(leader, items)),
      failed: ({ topic, partition }, error) => ({ topic, partition, error }),
      errorOf: ({ error }) => error,
      pause: (ms) => this.#client.pause(ms),
    });
  }
}

async function nthOf(results: Promise<readonly OffsetResult[]>, index: number): Promise<OffsetResult> {
  const found = (await results)[index];
  if (found === undefined) throw new RangeError(`no answer to query ${index}`);
  return found;
}
