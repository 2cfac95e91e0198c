import { startKafka } from "@dataqueues/tooling-kafka";
import type { Kafka } from "@dataqueues/tooling-kafka";

import type { KafkaUnderTest } from "./kafka-under-test.ts";
import { FaultyProxy } from "./network/faulty-proxy.ts";

/** Three nodes, and a proxy in front of each. Clients choose which of the two they connect to. */
export interface ProxiedKafka {
  readonly kafka: Kafka;
  /** One proxy per node, in the order of the nodes. */
  readonly proxies: readonly FaultyProxy[];
}

/** After how long without a heartbeat a member of a group counts as dead. Kafka's 45 s would make each nemesis as long. */
export const sessionTimeoutMs = 5_000;

/** Three nodes that all nemeses of a run share. They start when the first nemesis asks for them. */
export class SharedNodes implements AsyncDisposable {
  readonly kafka: KafkaUnderTest;
  #started: Promise<ProxiedKafka> | undefined;

  constructor(kafka: KafkaUnderTest = {}) {
    this.kafka = kafka;
  }

  get(): Promise<ProxiedKafka> {
    this.#started ??= startProxiedKafka(this.kafka);
    return this.#started;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const started = await this.#started;
    await started?.kafka.stop();
    for (const proxy of started?.proxies ?? []) await proxy[Symbol.asyncDispose]();
  }
}

async function startProxiedKafka(options: KafkaUnderTest): Promise<ProxiedKafka> {
  const proxies = await Promise.all([1, 2, 3].map(() => FaultyProxy.listen()));
  const kafka = await startKafka({
    ...options,
    nodes: 3,
    properties: {
      "group.consumer.session.timeout.ms": `${sessionTimeoutMs}`,
      "group.consumer.heartbeat.interval.ms": "500",
    },
    proxy: (id, port) => {
      const proxy = proxies[id - 1];
      if (proxy === undefined) throw new RangeError(`no proxy for node ${id}`);
      proxy.target = port;
      return proxy.address;
    },
  });
  return { kafka, proxies };
}
