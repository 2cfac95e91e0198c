import { kafkaError, kafkaErrorName } from "@dataqueues/core";
import type { GroupListing } from "@dataqueues/core";
import type { Broker } from "./broker.ts";
import { addressText } from "./broker-addresses.ts";
import type { Cluster } from "./cluster.ts";
import { listGroupsRequest } from "./protocol/list-groups.ts";
import type { ListedGroup } from "./protocol/list-groups.ts";

/** All groups of the cluster. Each broker knows those that it keeps, so a list without one of them would not be complete. */
export async function listGroups(cluster: Cluster): Promise<GroupListing[]> {
  const brokers = await cluster.allBrokers();
  const lists = await Promise.all(brokers.map((broker) => groupsOf(broker, cluster.requestTimeout)));
  // A group that moves from one broker to another may be at both.
  return [...new Map(lists.flat().map((listed) => [listed.group, listed])).values()];
}

async function groupsOf(broker: Broker, timeoutMs: number): Promise<readonly ListedGroup[]> {
  const { errorCode, groups } = await broker.request(listGroupsRequest(), timeoutMs);
  if (errorCode !== 0) throw kafkaError(kafkaErrorName(errorCode), `Groups at ${addressText(broker.address)}`);
  return groups;
}
