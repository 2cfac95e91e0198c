import type { GroupAnswer, GroupConnection, GroupMember, TopicPartition } from "@dataqueues/core";
import type { Cluster } from "./cluster.ts";
import type { Coordinators } from "./coordinators.ts";
import { byTopic } from "./protocol/by-topic.ts";
import { consumerGroupHeartbeatRequest } from "./protocol/consumer-group-heartbeat.ts";
import type { ConsumerHeartbeatResponse, PartitionsOfId } from "./protocol/consumer-group-heartbeat.ts";
import { topicProblem } from "./protocol/field-limits.ts";
import { TopicIds } from "./topic-ids.ts";

/** What a member does beside keeping its place. */
export type Membership = Pick<GroupConnection, "joinGroup" | "heartbeat" | "leaveGroup">;

const leaving = -1;
const leavingForAWhile = -2;

/** Members of groups in which the broker assigns partitions (KIP-848). To join is to send a heartbeat. */
export function consumerGroup(cluster: Cluster, coordinators: Coordinators): Membership {
  const topicIds = new TopicIds(cluster);
  const heartbeat = async (member: GroupMember): Promise<GroupAnswer> => {
    const { group } = member;
    const topics = member.topics.filter((topic) => topicProblem(topic) === undefined);
    const owned = await withIds(topicIds, member.owned);
    const response = await coordinators.request(group, consumerGroupHeartbeatRequest({ ...member, topics, owned }));
    const { errorCode, message: why, memberId, epoch, heartbeatIntervalMs } = response;
    coordinators.check(group, errorCode, "Heartbeat in", { why });
    const assignment = await withNames(topicIds, topics, response.assignment);
    return { memberId, epoch, heartbeatIntervalMs, assignment };
  };
  return {
    joinGroup: heartbeat,
    heartbeat,
    leaveGroup: async (member) => {
      const epoch = member.instanceId === undefined ? leaving : leavingForAWhile;
      const request = consumerGroupHeartbeatRequest({ ...member, epoch, topics: [], owned: [] });
      const { errorCode, message: why } = await coordinators.request(member.group, request);
      coordinators.check(member.group, errorCode, "Leaving", { why });
    },
  };
}

/** Partitions by topic ids. Those of a topic that does not exist any more are left out: nobody can own them. */
async function withIds(topicIds: TopicIds, partitions: readonly TopicPartition[]): Promise<PartitionsOfId[]> {
  const topics = byTopic(partitions.map(([topic, partition]) => ({ topic, partition })));
  const unknown = topics.map(({ topic }) => topic).filter((topic) => topicIds.id(topic) === undefined);
  await topicIds.refresh(unknown);
  return topics.flatMap(({ topic, items }) => {
    const topicId = topicIds.id(topic);
    return topicId === undefined ? [] : [{ topicId, partitions: items.map(({ partition }) => partition) }];
  });
}

/**
 * An assignment by topics' names. Undefined if there is an id in it that the broker which was asked does not know yet: the next
 * response has the whole assignment again.
 */
async function withNames(
  topicIds: TopicIds,
  topics: readonly string[],
  assignment: ConsumerHeartbeatResponse["assignment"],
): Promise<TopicPartition[] | undefined> {
  if (assignment === undefined) return undefined;
  const hasUnknown = (): boolean => assignment.some(({ topicId }) => topicIds.name(topicId) === undefined);
  if (hasUnknown()) await topicIds.refresh(topics);
  if (hasUnknown()) return undefined;
  return assignment.flatMap(({ topicId, partitions }) =>
    partitions.map((partition): TopicPartition => [topicIds.name(topicId) ?? "", partition]),
  );
}
