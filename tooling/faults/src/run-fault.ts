import { startKafka } from "@dataqueues/tooling-kafka";
import type { Kafka } from "@dataqueues/tooling-kafka";

import type { Fault, FaultRow } from "./fault.ts";
import { seededRandom } from "./seeded-random.ts";

/** Three nodes that are started when the first fault wants them, for all faults of a run. */
export class SharedNodes implements AsyncDisposable {
  #kafka: Promise<Kafka> | undefined;

  get(): Promise<Kafka> {
    this.#kafka ??= startKafka({ nodes: 3 });
    return this.#kafka;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#kafka)?.stop();
  }
}

/** Which form of a fault is run. */
export interface RunOptions {
  readonly form: keyof Fault["cycles"];
  readonly seed: number;
  readonly nodes: SharedNodes;
}

/** Runs a fault with a seed of its own, so that it does the same whichever others run. */
export function runFault(fault: Fault, { form, seed, nodes }: RunOptions): Promise<FaultRow> {
  return fault.run({
    cycles: fault.cycles[form],
    random: seededRandom(seed),
    threeNodes: () => nodes.get(),
    say: (what) => console.log(`  ${fault.name}: ${what}`),
  });
}
