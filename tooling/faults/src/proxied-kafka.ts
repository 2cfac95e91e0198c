import { startKafka } from "@dataqueues/tooling-kafka";
import type { Kafka } from "@dataqueues/tooling-kafka";

import type { KafkaUnderTest } from "./fault.ts";
import { FaultyProxy } from "./network/faulty-proxy.ts";

/** Three nodes, and the proxies before them for those who come that way. */
export interface ProxiedKafka {
  readonly kafka: Kafka;
  /** A proxy for each node, in the order of the nodes. */
  readonly proxies: readonly FaultyProxy[];
}

/** Starts three nodes with a proxy before each. */
export async function startProxiedKafka(under: KafkaUnderTest): Promise<ProxiedKafka> {
  const proxies = await Promise.all([1, 2, 3].map(() => FaultyProxy.listen()));
  const kafka = await startKafka({
    ...under,
    nodes: 3,
    proxy: (id, port) => {
      const proxy = proxies[id - 1];
      if (proxy === undefined) throw new RangeError(`no proxy for node ${id}`);
      proxy.target = port;
      return proxy.address;
    },
  });
  return { kafka, proxies };
}
