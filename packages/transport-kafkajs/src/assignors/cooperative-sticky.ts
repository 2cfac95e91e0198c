import type { TopicPartition } from "@dataqueues/core";
import { partitionKey } from "../protocol/by-topic.ts";
import { evenOut, give } from "./even-out.ts";
import type { Share } from "./even-out.ts";
import type { Assignor, Subscription } from "./subscription.ts";

/** Who says that they own a partition: the members' ids, and the one among them that may keep it. */
interface Claim {
  readonly memberIds: Set<string>;
  generation: number;
  /** Undefined if two members say so of the same generation. */
  winner: string | undefined;
}

/**
 * Shares partitions so evenly that nobody has two more than a member that could have one of them, and moves as few as that
 * takes. A partition that another member still owns is given to nobody: its owner sees that it lost it, stops, and joins again,
 * and then it is free. As Java's `CooperativeStickyAssignor` works; members of both can be in a group.
 *
 * Of two members that say that they own the same partition, the one of the higher generation keeps it; of the same generation,
 * neither.
 */
export const cooperativeStickyAssignor: Assignor = (members, partitionCounts) => {
  const sorted = [...members].sort((one, other) => (one.memberId < other.memberId ? -1 : 1));
  const claims = claimsOf(sorted);
  const shares = new Map(
    sorted.map(({ memberId }): [string, Share] => [memberId, { memberId, load: 0, partitions: new Map() }]),
  );
  const subscribers = new Map<string, Share[]>();
  for (const { memberId, topics } of sorted) {
    const share = shares.get(memberId);
    if (share === undefined) continue;
    for (const topic of new Set(topics)) {
      const known = subscribers.get(topic);
      if (known === undefined) subscribers.set(topic, [share]);
      else known.push(share);
    }
  }
  const free: TopicPartition[] = [];
  for (const [topic, count] of [...partitionCounts].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const possible = subscribers.get(topic) ?? [];
    for (let partition = 0; partition < count; partition++) {
      const winner = claims.get(partitionKey(topic, partition))?.winner;
      const owner = possible.find(({ memberId }) => memberId === winner);
      if (owner === undefined) free.push([topic, partition]);
      else give(owner, topic, partition);
    }
  }
  for (const [topic, partition] of free) {
    const least = leastLoaded(subscribers.get(topic) ?? []);
    if (least !== undefined) give(least, topic, partition);
  }
  evenOut([...shares.values()], subscribers);
  return new Map(
    [...shares.values()].map(({ memberId, partitions }) => [
      memberId,
      [...partitions].flatMap(([topic, own]) =>
        [...own]
          .sort((one, other) => one - other)
          .filter((partition) => isFreeFor(memberId, claims.get(partitionKey(topic, partition))))
          .map((partition): TopicPartition => [topic, partition]),
      ),
    ]),
  );
};

function isFreeFor(memberId: string, claim: Claim | undefined): boolean {
  return claim === undefined || claim.winner === memberId;
}

/** What the members say that they own, by {@link partitionKey}. They may be wrong, and may say it twice. */
function claimsOf(members: readonly Subscription[]): Map<string, Claim> {
  const claims = new Map<string, Claim>();
  for (const { memberId, owned, generation } of members) {
    for (const [topic, partition] of owned) {
      const key = partitionKey(topic, partition);
      const claim = claims.get(key);
      if (claim === undefined) claims.set(key, { memberIds: new Set([memberId]), generation, winner: memberId });
      else if (!claim.memberIds.has(memberId)) {
        claim.memberIds.add(memberId);
        if (generation === claim.generation) claim.winner = undefined;
        if (generation > claim.generation) Object.assign(claim, { generation, winner: memberId });
      }
    }
  }
  return claims;
}

function leastLoaded(shares: readonly Share[]): Share | undefined {
  let [least] = shares;
  for (const share of shares) if (least !== undefined && share.load < least.load) least = share;
  return least;
}
