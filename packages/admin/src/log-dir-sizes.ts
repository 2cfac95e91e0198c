import type { NetworkClient } from "@dataqueues/core";

import { askLeaders } from "./leader-requests.ts";
import { connectionWith } from "./optional-requests.ts";
import { eachOnce, partitionsOf } from "./partition-offsets.ts";
import type { OffsetsPlan } from "./partition-offsets.ts";
import type { RetryLimits } from "./retry.ts";

/** How many bytes a partition's log takes on the disk of its leader. */
export interface PartitionSize {
  readonly topic: string;
  readonly partition: number;
  readonly size: number;
}

/**
 * Asks the leaders of partitions how many bytes their logs take, in the order asked for; a partition that is named twice has one
 * result.
 *
 * @throws TransportError naming a topic or partition that does not exist, or that the log refuses
 * @throws UnsupportedError when the log does not tell sizes
 */
export async function describeLogDirs(
  client: NetworkClient<"admin">,
  limits: RetryLimits,
  asked: OffsetsPlan["asked"],
): Promise<PartitionSize[]> {
  const action = "find the size of";
  const places = await partitionsOf(client, limits, action, asked);
  const sizes = await askLeaders(client, limits, {
    action,
    items: eachOnce(places),
    ask: async (leader, led) => {
      const connection = await connectionWith(client, "describeLogDirs");
      const partitions = led.map(({ item }) => item);
      const results = await client.request("describeLogDirs", () => connection.describeLogDirs(leader, partitions));
      return results.map((result) => result.error ?? result.size);
    },
  });
  return sizes.map(([{ topic, partition }, size]) => ({ topic, partition, size }));
}
