import type { ProducerOptions, Transport } from "@dataqueues/core";

import type { BenchPlan } from "./bench-plan.ts";
import type { RandomValues } from "./random-values.ts";

/** A topic to measure with, and what was sent to it. */
export interface BenchTopic {
  readonly transport: Transport;
  readonly topic: string;
  readonly plan: BenchPlan;
  readonly values: RandomValues;
  readonly producerOptions: ProducerOptions<Uint8Array | null>;
  readonly signal: AbortSignal;
  /** How many records were acknowledged. */
  sent: number;
}
