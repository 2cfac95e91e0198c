import type { KafkaUnderTest } from "./fault.ts";
import { startProxiedKafka } from "./proxied-kafka.ts";
import type { ProxiedKafka } from "./proxied-kafka.ts";

/** Three nodes that are started when the first fault wants them, for all faults of a run. */
export class SharedNodes implements AsyncDisposable {
  /** Which Kafka they are; the newest by default. */
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
