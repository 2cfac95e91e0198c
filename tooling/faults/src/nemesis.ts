import type { Kafka } from "@dataqueues/tooling-kafka";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { mersenne } from "pure-rand/generator/mersenne";

import type { KafkaUnderTest } from "./kafka-under-test.ts";
import type { ProxiedKafka, SharedNodes } from "./shared-nodes.ts";

/** One way in which things go wrong while a workload runs. The word is Jepsen's. */
export interface Nemesis {
  /** Its name in the report and for `--only`, in words and hyphens: `leader-killed`. */
  readonly name: string;
  /** How often it acts: in the gate, in an ordinary run and with `--long`. */
  readonly cycles: { readonly gate: number; readonly usual: number; readonly long: number };
  /** Acts, and reports what became of the messages. Throws only when the suite itself cannot go on. */
  run(context: NemesisContext): Promise<NemesisResult>;
}

/** What a nemesis is given. */
export interface NemesisContext {
  readonly form: keyof Nemesis["cycles"];
  readonly cycles: number;
  /** Numbers from 0 up to but not including 1; the same seed gives the same numbers. */
  readonly random: () => number;
  /** The Kafka that a nemesis starts when it needs nodes of its own. */
  readonly kafka: KafkaUnderTest;
  /** Three nodes (replication 3, two in sync), shared by all nemeses of a run. A nemesis leaves them running and in sync. */
  readonly threeNodes: () => Promise<Kafka>;
  /** The same three nodes, with a proxy in front of each. */
  readonly behindProxies: () => Promise<ProxiedKafka>;
  /** Prints how far the nemesis has come. */
  readonly say: (what: string) => void;
}

/** What became of one group, a row of the report on groups. */
export interface GroupOutcome {
  /** How its members shared partitions. */
  readonly protocol: string;
  /** Messages that its members handled; those that they handled again count again. */
  readonly handled: number;
  /** Messages that nobody handled. */
  readonly lost: number;
  /** Messages that were handled again. */
  readonly duplicated: number;
  /** How many duplicates came from members that were killed, frozen and so on. */
  readonly causes: Readonly<Record<string, number>>;
  /** The longest time in which a partition had messages and none was handled, in milliseconds. Left out where it means nothing. */
  readonly pauseMs?: number;
}

/** One row of the report. */
export interface NemesisResult {
  readonly nemesis: string;
  readonly cycles: number;
  readonly acknowledged: number;
  /** Sends that rejected; expected only where the nemesis says so. */
  readonly rejected: number;
  /** Acknowledged, but not in the log. */
  readonly lost: number;
  readonly duplicated: number;
  /** Records that stand in the log after one that was sent later. */
  readonly outOfOrder: number;
  /** The longest time without an acknowledgement, in milliseconds. Left out where it means nothing. */
  readonly longestSendStallMs?: number;
  /** The longest time without a delivered record, in milliseconds. */
  readonly longestReadStallMs?: number;
  /** What became of groups, where there were any. */
  readonly groups?: readonly GroupOutcome[];
  /** Anything else worth reporting: resets, events, what was reduced. */
  readonly notes: readonly string[];
  /** Every promise that did not hold, in words. Empty when the nemesis was survived. */
  readonly broken: readonly string[];
}

/** In which form, and on which nodes, a nemesis runs. */
export interface RunOptions {
  readonly form: keyof Nemesis["cycles"];
  readonly seed: number;
  readonly nodes: SharedNodes;
}

/**
 * Runs one nemesis. Its random numbers depend on the seed alone, not on which others run. An unhandled rejection counts
 * as a broken promise.
 */
export async function runNemesis(nemesis: Nemesis, { form, seed, nodes }: RunOptions): Promise<NemesisResult> {
  const started = performance.now();
  const generator = mersenne(seed);
  const unhandled: string[] = [];
  const note = (reason: unknown): number => unhandled.push(`unhandled rejection: ${String(reason)}`);
  process.on("unhandledRejection", note);
  try {
    const result = await nemesis.run({
      form,
      cycles: nemesis.cycles[form],
      kafka: nodes.kafka,
      random: () => uniformFloat64(generator),
      threeNodes: async () => (await nodes.get()).kafka,
      behindProxies: () => nodes.get(),
      say: (what) => console.log(`  ${nemesis.name} ${((performance.now() - started) / 1_000).toFixed(0)} s: ${what}`),
    });
    return { ...result, broken: [...result.broken, ...unhandled] };
  } finally {
    process.off("unhandledRejection", note);
  }
}
