import { TransportError } from "@dataqueues/core";
import type { Broker } from "./broker.ts";
import { kafkaError, kafkaErrorName } from "./kafka-errors.ts";
import { describeConfigsRequest } from "./protocol/describe-configs.ts";

/** How many partitions and replicas the log gives a topic that says nothing about it. */
export interface DefaultCounts {
  readonly partitions: number;
  readonly replicationFactor: number;
}

/** Asks a node for its defaults, which before Kafka 2.4 it does not fill in by itself; or gives why it does not tell. */
export async function defaultCounts(
  broker: Broker,
  nodeId: number,
  timeoutMs: number,
): Promise<DefaultCounts | TransportError> {
  const names = ["num.partitions", "default.replication.factor"] as const;
  try {
    const { errorCode, message, configs } = await broker.request(describeConfigsRequest(nodeId, names), timeoutMs);
    if (errorCode !== 0) throw kafkaError(kafkaErrorName(errorCode), "Settings of the broker", { why: message });
    const [partitions = 1, replicationFactor = 1] = names.map((name) => Number(configs.get(name) ?? 1));
    return { partitions, replicationFactor };
  } catch (error) {
    if (error instanceof TransportError) return error;
    throw error;
  }
}
