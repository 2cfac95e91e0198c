import { kafkaError, kafkaErrorName, TransportError } from "@dataqueues/core";
import type { NewTopic } from "@dataqueues/core";
import type { Broker } from "./broker.ts";
import type { Cluster } from "./cluster.ts";
import { brokerResource, describeConfigsRequest } from "./protocol/describe-configs.ts";
import { kafkaApis } from "./protocol/kafka-request.ts";

/** The first version of CreateTopics in which Kafka itself fills in what is left out (Kafka 2.4). */
const firstWithDefaults = 4;

/** How many partitions and replicas the log gives a topic that does not say how many it wants. */
export interface TopicDefaults {
  readonly partitions: number;
  readonly replicationFactor: number;
}

/** The defaults that the specs need and this Kafka does not fill in, or the error if they are not known. */
export async function missingDefaults(
  cluster: Cluster,
  specs: readonly NewTopic[],
): Promise<TopicDefaults | TransportError | undefined> {
  if (specs.every(isComplete)) return undefined;
  const controller = await cluster.controller();
  const version = controller.versionOf(kafkaApis.createTopics);
  if (version === undefined || version >= firstWithDefaults) return undefined;
  return topicDefaults(controller, cluster.idOf(controller.address) ?? -1, cluster.requestTimeout);
}

export function isComplete({ partitions, replicationFactor }: NewTopic): boolean {
  return partitions !== undefined && replicationFactor !== undefined;
}

/** Asks a broker for its defaults; returns the error if they are not known. */
export async function topicDefaults(
  broker: Broker,
  brokerId: number,
  timeoutMs: number,
): Promise<TopicDefaults | TransportError> {
  const names = ["num.partitions", "default.replication.factor"] as const;
  try {
    const results = await broker.request(describeConfigsRequest(brokerResource, [String(brokerId)], names), timeoutMs);
    const [described] = results.values();
    const what = "Settings of the broker";
    if (described === undefined) throw kafkaError("NETWORK_EXCEPTION", what, { why: "the response leaves them out" });
    const { errorCode, message, configs } = described;
    if (errorCode !== 0) throw kafkaError(kafkaErrorName(errorCode), what, { why: message });
    const [partitions = 1, replicationFactor = 1] = names.map((name) => Number(configs.get(name)?.value ?? 1));
    return { partitions, replicationFactor };
  } catch (error) {
    if (error instanceof TransportError) return error;
    throw error;
  }
}
