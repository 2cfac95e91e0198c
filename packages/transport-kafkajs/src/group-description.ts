import { kafkaError, kafkaErrorName, TransportError } from "@dataqueues/core";
import type { GroupDescription, MemberDescription, TopicPartition } from "@dataqueues/core";
import { readAssignment } from "./assignors/subscription.ts";
import type { Broker } from "./broker.ts";
import type { Cluster } from "./cluster.ts";
import type { Coordinators } from "./coordinators.ts";
import { forEachGroup } from "./each-group.ts";
import { consumerGroupDescribeRequest } from "./protocol/consumer-group-describe.ts";
import type { DescribedConsumerGroup } from "./protocol/consumer-group-describe.ts";
import { describeGroupsRequest } from "./protocol/describe-groups.ts";
import type { DescribedGroup, DescribedMember } from "./protocol/describe-groups.ts";
import { kafkaApis } from "./protocol/kafka-request.ts";

const what = "Describing";

/** How brokers say that a group is no consumer group: there is none of this name, or they have no consumer groups. */
const noConsumerGroup: ReadonlySet<string> = new Set(["GROUP_ID_NOT_FOUND", "UNSUPPORTED_VERSION"]);

/** Describes groups; one result for each, in the same order. */
export function describeGroups(
  cluster: Cluster,
  coordinators: Coordinators,
  groups: readonly string[],
): Promise<GroupDescription[]> {
  return forEachGroup(groups, (group) =>
    coordinators.send(group, (broker) => describeGroup(cluster, coordinators, broker, group)),
  );
}

/** A name does not tell of which type a group is. Kafka's own tools ask in this order as well. */
async function describeGroup(
  cluster: Cluster,
  coordinators: Coordinators,
  broker: Broker,
  group: string,
): Promise<GroupDescription> {
  const coordinator = cluster.idOf(broker.address) ?? -1;
  const consumers = await describedConsumers(cluster, broker, group);
  if (consumers === undefined) {
    const classic = await broker.request(describeGroupsRequest(group), cluster.requestTimeout);
    return classicGroup(coordinators, group, coordinator, classic);
  }
  const { errorCode, message, state, assignor, members } = consumers;
  const error = coordinators.error(group, errorCode, what, { why: message });
  if (error !== undefined) return { group, error };
  const described = members.map((one) => memberDescription(one, one.assignment));
  // The coordinator names its assignor also for a group without members.
  const used = members.length === 0 ? "" : assignor;
  return { group, type: "consumer", state, assignor: used, coordinator, members: described };
}

/** What a broker says of a consumer group; undefined if it knows none of this name. */
async function describedConsumers(
  cluster: Cluster,
  broker: Broker,
  group: string,
): Promise<DescribedConsumerGroup | undefined> {
  if (broker.versionOf(kafkaApis.consumerGroupDescribe) === undefined) return undefined;
  const described = await broker.request(consumerGroupDescribeRequest(group), cluster.requestTimeout);
  return noConsumerGroup.has(kafkaErrorName(described.errorCode)) ? undefined : described;
}

function classicGroup(
  coordinators: Coordinators,
  group: string,
  coordinator: number,
  { errorCode, message, state, protocolType, protocolData, members }: DescribedGroup,
): GroupDescription {
  const error = coordinators.error(group, errorCode, what, { why: message });
  if (error !== undefined) return { group, error };
  // Before version 6 that is how a broker describes a group that does not exist.
  if (state === "Dead") return { group, error: kafkaError("GROUP_ID_NOT_FOUND", `${what} group ${group}`) };
  // What members of other kinds, such as Kafka Connect's workers, are assigned is no list of partitions.
  const ofConsumers = protocolType === "consumer";
  const described: MemberDescription[] = [];
  for (const one of members) {
    const assignment = ofConsumers ? assignmentOf(group, one) : [];
    if (assignment instanceof TransportError) return { group, error: assignment };
    described.push(memberDescription(one, assignment));
  }
  return { group, type: "classic", state, assignor: protocolData, coordinator, members: described };
}

/** The partitions of a member. They are in bytes that the leader of the group wrote, and no broker has checked. */
function assignmentOf(
  group: string,
  { memberId, assignment }: DescribedMember,
): readonly TopicPartition[] | TransportError {
  try {
    return readAssignment(assignment);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const why = `what its leader assigned to member ${memberId} cannot be read: ${reason}`;
    return kafkaError("INCONSISTENT_GROUP_PROTOCOL", `${what} group ${group}`, { why, cause });
  }
}

interface ReadMember {
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
}

function memberDescription(
  { memberId, instanceId, clientId, clientHost }: ReadMember,
  assignment: readonly TopicPartition[],
): MemberDescription {
  const member = { memberId, clientId, host: clientHost, assignment };
  return instanceId === null ? member : { ...member, instanceId };
}
