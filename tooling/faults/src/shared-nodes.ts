import { startProxiedKafka } from "./proxied-kafka.ts";
import type { ProxiedKafka } from "./proxied-kafka.ts";

/** Three nodes that are started when the first fault wants them, for all faults of a run. */
export class SharedNodes implements AsyncDisposable {
  #started: Promise<ProxiedKafka> | undefined;

  get(): Promise<ProxiedKafka> {
    this.#started ??= startProxiedKafka();
    return this.#started;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const started = await this.#started;
    await started?.kafka.stop();
    for (const proxy of started?.proxies ?? []) await proxy[Symbol.asyncDispose]();
  }
}
