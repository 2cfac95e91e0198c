import type { Fault, FaultRow } from "./fault.ts";
import { seededRandom } from "./seeded-random.ts";
import type { SharedNodes } from "./shared-nodes.ts";

/** Which form of a fault is run. */
export interface RunOptions {
  readonly form: keyof Fault["cycles"];
  readonly seed: number;
  readonly nodes: SharedNodes;
}

/** Runs a fault with a seed of its own, so that it does the same whichever others run. */
export async function runFault(fault: Fault, { form, seed, nodes }: RunOptions): Promise<FaultRow> {
  const started = performance.now();
  const unhandled: string[] = [];
  const note = (reason: unknown): number => unhandled.push(`unhandled rejection: ${String(reason)}`);
  process.on("unhandledRejection", note);
  try {
    const row = await fault.run({
      form,
      cycles: fault.cycles[form],
      kafka: nodes.kafka,
      random: seededRandom(seed),
      threeNodes: async () => (await nodes.get()).kafka,
      behindProxies: () => nodes.get(),
      say: (what) => console.log(`  ${fault.name} ${((performance.now() - started) / 1_000).toFixed(0)} s: ${what}`),
    });
    return { ...row, broken: [...row.broken, ...unhandled] };
  } finally {
    process.off("unhandledRejection", note);
  }
}
