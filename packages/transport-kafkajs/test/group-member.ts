import type { GroupMember } from "@dataqueues/core";

/** A member of a group that a test may change: `{ ...groupMember, epoch: 1 }`. */
export const groupMember: GroupMember = {
  group: "g",
  protocol: "consumer",
  memberId: "m",
  epoch: 3,
  topics: ["a"],
  owned: [],
  assignor: "cooperative-sticky",
  sessionTimeoutMs: 45_000,
  rebalanceTimeoutMs: 60_000,
};
