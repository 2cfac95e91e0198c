import { keyOf } from "./assignment.ts";
import type { TransportError } from "./errors.ts";
import type { LogRecord } from "./record.ts";
import type { Start } from "./start.ts";

/** Records that one fetch brought for one partition. */
export interface Slice {
  readonly reader: PartitionReader;
  readonly records: readonly LogRecord[];
  readonly bytes: number;
}

/** How one partition is being read: a place in the log, and what was fetched and is not delivered yet. */
export class PartitionReader {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  /** Whom to ask, -1 while nobody leads the partition. */
  leader = -1;
  /** Why nobody leads it, where the log says so. */
  leaderless: TransportError | undefined;
  /** Who led it last; -1 if nobody has yet. */
  led = -1;
  /** Where to fetch next; unknown until the log has answered for `start`. */
  position: bigint | undefined;
  start: Start;
  /** How often it started again: what was asked before that is of another place, or another log. */
  restarts = 0;
  /** The position that the log said it does not have, while a new one is looked for. */
  outOfRange: bigint | undefined;
  /** False once the partition is no longer wanted: whatever still arrives for it is discarded. */
  active = true;
  /** Failures in a row, and until when (`performance.now()`) to wait after the last. */
  failures = 0;
  notBefore = 0;
  /** The failure that was last shown to the caller, so that it is shown once. */
  shown: string | undefined;
  readonly slices: Slice[] = [];
  bufferedBytes = 0;

  constructor(topic: string, partition: number, start: Start) {
    this.topic = topic;
    this.partition = partition;
    this.key = keyOf(topic, partition);
    this.start = start;
  }

  /** Follows the partition to a leader, -1 for none; a new one is asked at once. */
  moveTo(leader: number): void {
    this.leaderless = undefined;
    if (leader === this.leader) return;
    this.leader = leader;
    if (leader < 0) return;
    this.led = leader;
    this.notBefore = 0;
  }

  /** Starts again elsewhere; what was fetched so far is still delivered. */
  restart(start: Start): void {
    this.position = typeof start === "bigint" ? start : undefined;
    this.start = start;
    this.restarts += 1;
    this.outOfRange = undefined;
  }
}
