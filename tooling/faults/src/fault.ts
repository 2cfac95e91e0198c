import type { Kafka, StartOptions } from "@dataqueues/tooling-kafka";

import type { ProxiedKafka } from "./proxied-kafka.ts";

/** One way in which things go wrong, and what is measured while they do. */
export interface Fault {
  /** As the table and `--only` call it, in words and hyphens: `leader-killed`. */
  readonly name: string;
  /** How often it happens: in the gate, in an ordinary run and with `--long`. */
  readonly cycles: { readonly gate: number; readonly usual: number; readonly long: number };
  /** Makes it happen, and tells what became of the messages; throws only when the suite itself cannot go on. */
  run(context: FaultContext): Promise<FaultRow>;
}

/** Which Kafka: its version, and the API versions that it offers. */
export type KafkaUnderTest = Pick<StartOptions, "version" | "apiVersions">;

/** What a fault is run with. */
export interface FaultContext {
  readonly form: keyof Fault["cycles"];
  readonly cycles: number;
  /** Numbers from 0 up to, without, 1: the same ones for the same seed. */
  readonly random: () => number;
  /** Which Kafka the faults start that want nodes of their own. */
  readonly kafka: KafkaUnderTest;
  /** Three nodes (replication 3, two in sync), shared by the faults of a run; a fault leaves them whole. */
  readonly threeNodes: () => Promise<Kafka>;
  /** The same three nodes, with a proxy before each for those who come that way. */
  readonly behindProxies: () => Promise<ProxiedKafka>;
  /** Shows how far the fault is. */
  readonly say: (what: string) => void;
}

/** A line of the report. */
export interface FaultRow {
  readonly fault: string;
  readonly cycles: number;
  readonly acknowledged: number;
  /** Sends that rejected; expected only where the fault says so. */
  readonly rejected: number;
  /** Acknowledged and not in the log. */
  readonly lost: number;
  readonly duplicated: number;
  /** Places of the log where a record stands before one that was sent earlier. */
  readonly outOfOrder: number;
  /** The longest time without an acknowledgement, in milliseconds; where it says something. */
  readonly longestSendStallMs?: number;
  /** The longest time without a delivered record, in milliseconds. */
  readonly longestReadStallMs?: number;
  /** What else is worth a line: resets, events, what was reduced. */
  readonly notes: readonly string[];
  /** Every promise that did not hold, in words; the fault was survived when there is none. */
  readonly broken: readonly string[];
}
