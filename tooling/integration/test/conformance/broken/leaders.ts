import type { Connection, OffsetQuery, TopicMetadata } from "@dataqueues/core";

import { changed } from "./changed.ts";
import type { Break } from "./changed.ts";

/** For each promise of `leader-cases.ts` a transport that breaks it alone. */
export const brokenLeaders: Readonly<Record<string, Break>> = {
  "listOffsets and produce at a node that does not lead are NOT_LEADER_OR_FOLLOWER, where several do": changed(
    (connection) => ({
      // Each query is sent to the partition's leader, whoever was asked.
      async listOffsets(_leader, queries) {
        const results = [];
        for (const query of queries) {
          const [found] = await connection.metadata([query.topic]);
          const leader = found?.partitions?.find(({ partition }) => partition === query.partition)?.leader ?? 1;
          results.push(...(await connection.listOffsets(leader, [query])));
        }
        return results;
      },
    }),
  ),

  // Transports that take epoch 0 for none.
  "fetch accepts the leader epoch that metadata tells, where it tells one": withEpochs("fetch", (epoch) =>
    epoch === 0 ? -1 : epoch,
  ),
  "listOffsets accepts the leader epoch that metadata tells, where it tells one": withEpochs("listOffsets", (epoch) =>
    epoch === 0 ? -1 : epoch,
  ),

  "fetch with a newer leader epoch is UNKNOWN_LEADER_EPOCH, where metadata tells epochs": withEpochs(
    "fetch",
    (epoch, newest) => Math.min(epoch, newest),
  ),
  "listOffsets with a newer leader epoch is UNKNOWN_LEADER_EPOCH, where metadata tells epochs": withEpochs(
    "listOffsets",
    (epoch, newest) => Math.min(epoch, newest),
  ),

  "fetch with an older leader epoch is FENCED_LEADER_EPOCH, once the leader has moved": withEpochs(
    "fetch",
    (epoch, newest) => Math.max(epoch, newest),
  ),
  "listOffsets with an older leader epoch is FENCED_LEADER_EPOCH, once the leader has moved": withEpochs(
    "listOffsets",
    (epoch, newest) => Math.max(epoch, newest),
  ),
};

/** Changes the epochs that one request sends; `change` knows the newest that metadata told. */
function withEpochs(request: "fetch" | "listOffsets", change: (epoch: number, newest: number) => number): Break {
  return changed((connection) => {
    const newest = new Map<string, number>();
    const sent = <Query extends Pick<OffsetQuery, "topic" | "leaderEpoch">>(query: Query): Query =>
      query.leaderEpoch === undefined
        ? query
        : { ...query, leaderEpoch: change(query.leaderEpoch, newest.get(query.topic) ?? 0) };
    const metadata: Connection["metadata"] = async (...asked) => {
      const found = await connection.metadata(...asked);
      for (const [topic, epoch] of found.flatMap(firstEpoch)) newest.set(topic, epoch);
      return found;
    };
    return request === "fetch"
      ? { metadata, fetch: (leader, wanted, ...rest) => connection.fetch(leader, wanted.map(sent), ...rest) }
      : { metadata, listOffsets: (leader, queries) => connection.listOffsets(leader, queries.map(sent)) };
  });
}

function firstEpoch({ topic, partitions = [] }: TopicMetadata): [topic: string, epoch: number][] {
  const epoch = partitions[0]?.leaderEpoch;
  return epoch === undefined ? [] : [[topic, epoch]];
}
