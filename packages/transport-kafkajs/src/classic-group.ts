import { kafkaError } from "@dataqueues/core";
import type { GroupAnswer, GroupMember, TopicPartition } from "@dataqueues/core";
import { cooperativeStickyAssignor } from "./assignors/cooperative-sticky.ts";
import { rangeAssignor } from "./assignors/range.ts";
import { readAssignment, readSubscription, writeAssignment, writeSubscription } from "./assignors/subscription.ts";
import type { Cluster } from "./cluster.ts";
import type { Membership } from "./consumer-group.ts";
import type { Coordinators } from "./coordinators.ts";
import { topicProblem } from "./protocol/field-limits.ts";
import { heartbeatRequest } from "./protocol/heartbeat.ts";
import { joinGroupRequest } from "./protocol/join-group.ts";
import type { JoinedGroup } from "./protocol/join-group.ts";
import { leaveGroupRequest } from "./protocol/leave-group.ts";
import { syncGroupRequest } from "./protocol/sync-group.ts";
import type { MemberAssignment } from "./protocol/sync-group.ts";
import type { ToldPartitions } from "./told-partitions.ts";

const rebalanceInProgress = 27;
const memberIdRequired = 79;

/** How long after a member's rebalance timeout its join is given up; core, which waits for 5 s, then need not reconnect. */
const graceMs = 4_000;

const assignors = { "cooperative-sticky": cooperativeStickyAssignor, range: rangeAssignor };

/** Members of groups in which one of them, the leader, assigns partitions. */
export function classicGroup(cluster: Cluster, coordinators: Coordinators, told: ToldPartitions): Membership {
  return {
    joinGroup: (member) => join(coordinators, member, (joined) => assign(cluster, told, member.assignor, joined)),
    heartbeat: async (member) => {
      const { group, memberId, epoch } = member;
      const { errorCode } = await coordinators.request(group, heartbeatRequest(member));
      if (errorCode === rebalanceInProgress) return { memberId, epoch, rejoin: true };
      coordinators.check(group, errorCode, "Heartbeat in");
      return { memberId, epoch };
    },
    leaveGroup: async ({ group, memberId, instanceId }) => {
      // A member with a lasting name is expected back, until its session is over.
      if (instanceId !== undefined) return;
      const { errorCode } = await coordinators.request(group, leaveGroupRequest(group, memberId));
      coordinators.check(group, errorCode, "Leaving");
    },
  };
}

/**
 * Joins, assigns if the member leads, and waits for the assignment. All of it goes over a connection of its own, because the
 * broker may let it wait for the other members. Another rebalance may begin before the assignment is there. Who knows the
 * member's id then joins again; a new member does so here, as only the answer tells its id.
 */
async function join(
  coordinators: Coordinators,
  member: GroupMember,
  lead: (joined: JoinedGroup) => Promise<MemberAssignment[]>,
): Promise<GroupAnswer> {
  const { group, instanceId } = member;
  const subscription = writeSubscription(member);
  const deadline = performance.now() + member.rebalanceTimeoutMs + graceMs;
  const timeLeftMs = (): number => Math.max(1, Math.ceil(deadline - performance.now()));
  let { memberId } = member;
  try {
    return await coordinators.send(group, (broker) =>
      broker.separately(async (connection) => {
        for (;;) {
          const joined = await connection.request(
            joinGroupRequest({ ...member, memberId }, subscription),
            timeLeftMs(),
          );
          const hadId = memberId !== "";
          if (joined.memberId !== "") memberId = joined.memberId;
          if (joined.errorCode === memberIdRequired && !hadId) continue;
          coordinators.check(group, joined.errorCode, "Joining");
          const leads = joined.leader === memberId && !joined.skipAssignment;
          const given = leads ? await lead(joined) : [];
          const request = syncGroupRequest({ ...member, memberId, epoch: joined.generation }, given);
          const synced = await connection.request(request, timeLeftMs());
          const isNew = memberId !== member.memberId;
          if (synced.errorCode === rebalanceInProgress && isNew && timeLeftMs() > 1) continue;
          coordinators.check(group, synced.errorCode, "The assignment of");
          return { memberId, epoch: joined.generation, assignment: partitionsOf(group, synced.assignment) };
        }
      }),
    );
  } catch (error) {
    // The caller does not know a new id. Without this the others would wait for that member until its session is over.
    if (memberId !== member.memberId && instanceId === undefined) {
      void coordinators.request(group, leaveGroupRequest(group, memberId)).catch(() => {});
    }
    throw error;
  }
}

/** The assignments of all members. How many partitions there are is asked now: the leader may have other topics. */
async function assign(
  cluster: Cluster,
  told: ToldPartitions,
  assignor: GroupMember["assignor"],
  { members }: JoinedGroup,
): Promise<MemberAssignment[]> {
  const subscriptions = members.map(({ memberId, instanceId, subscription }) => ({
    memberId,
    instanceId,
    ...readSubscription(subscription),
  }));
  const topics = [...new Set(subscriptions.flatMap((one) => one.topics))];
  const asked = topics.filter((topic) => topicProblem(topic) === undefined);
  const described = asked.length === 0 ? [] : await cluster.metadata(asked);
  const counts = new Map(described.map(({ topic, partitions }) => [topic, partitions.length]));
  const partitionCounts = new Map(
    asked.map((topic) => [topic, Math.max(counts.get(topic) ?? 0, told.count(topic))] as const),
  );
  const assigned = assignors[assignor](subscriptions, partitionCounts);
  return [...assigned].map(([memberId, partitions]) => ({ memberId, assignment: writeAssignment(partitions) }));
}

function partitionsOf(group: string, assignment: Uint8Array): TopicPartition[] {
  try {
    return readAssignment(assignment);
  } catch (cause) {
    const why = "its leader sent bytes that are no assignment";
    throw kafkaError("CORRUPT_MESSAGE", `The assignment of group ${group}`, { why, cause });
  }
}
