import type { Connection, OffsetQuery, TopicMetadata } from "@dataqueues/core";

import { changed } from "./changed.ts";
import type { Break } from "./changed.ts";

/** For each promise of `leader-cases.ts` a transport that breaks it alone. */
export const brokenLeaders: Readonly<Record<string, Break>> = {
  "where several nodes lead, one that does not lead a partition is NOT_LEADER_OR_FOLLOWER": changed((connection) => ({
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
  })),

  // A transport that takes epoch 0 for none.
  "fetch and listOffsets accept the leader epoch that metadata tells, where it tells one": withEpochs((leaderEpoch) =>
    leaderEpoch === 0 ? -1 : leaderEpoch,
  ),

  "a newer leader epoch is UNKNOWN_LEADER_EPOCH, where metadata tells epochs": withEpochs((leaderEpoch, newest) =>
    Math.min(leaderEpoch, newest),
  ),

  "once a leader has been elected anew, the epoch before is FENCED_LEADER_EPOCH": withEpochs((leaderEpoch, newest) =>
    Math.max(leaderEpoch, newest),
  ),
};

/** Changes the epochs that are sent; `change` knows the newest that metadata told. */
function withEpochs(change: (leaderEpoch: number, newest: number) => number): Break {
  return changed((connection) => {
    const newest = new Map<string, number>();
    const sent = <Query extends Pick<OffsetQuery, "topic" | "leaderEpoch">>(query: Query): Query =>
      query.leaderEpoch === undefined
        ? query
        : { ...query, leaderEpoch: change(query.leaderEpoch, newest.get(query.topic) ?? 0) };
    return {
      async metadata(...request) {
        const found = await connection.metadata(...request);
        for (const [topic, epoch] of found.flatMap(firstEpoch)) newest.set(topic, epoch);
        return found;
      },
      listOffsets: (leader, queries) => connection.listOffsets(leader, queries.map(sent)),
      fetch: (leader, wanted, ...rest) => connection.fetch(leader, wanted.map(sent), ...rest),
    } satisfies Partial<Connection>;
  });
}

function firstEpoch({ topic, partitions = [] }: TopicMetadata): [topic: string, epoch: number][] {
  const epoch = partitions[0]?.leaderEpoch;
  return epoch === undefined ? [] : [[topic, epoch]];
}
