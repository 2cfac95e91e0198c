import { keyOf } from "./assignment.ts";
import type { TransportError } from "../contract/errors.ts";
import type { LogRecord } from "../contract/record.ts";
import type { StartOffset } from "./offset-spec.ts";

/** Records that one fetch brought for one partition. */
export interface CompletedFetch {
  readonly reader: PartitionState;
  readonly records: readonly LogRecord[];
  readonly bytes: number;
}

/** How one partition is being read: a place in the log, and what was fetched and is not delivered yet. */
export class PartitionState {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  /** Whom to ask, -1 while nobody leads the partition. */
  leader = -1;
  /** Why nobody leads it, where the log says so. */
  leaderless: TransportError | undefined;
  /** Who led it last; -1 if nobody has yet. */
  lastLeader = -1;
  /** Where to fetch next; unknown until the log has answered for `start`. */
  position: bigint | undefined;
  start: StartOffset;
  /** How often it started again: what was asked before that is of another place, or another log. */
  restarts = 0;
  /** The position that the log said it does not have, while a new one is looked for. */
  outOfRange: bigint | undefined;
  /** False once the partition is no longer wanted: whatever still arrives for it is discarded. */
  active = true;
  /** Failures in a row, and until when (`performance.now()`) to wait after the last. */
  failures = 0;
  retryAt = 0;
  /** The failure that was last shown to the caller, so that it is shown once. */
  shown: string | undefined;
  readonly slices: CompletedFetch[] = [];
  bufferedBytes = 0;

  constructor(topic: string, partition: number, start: StartOffset) {
    this.topic = topic;
    this.partition = partition;
    this.key = keyOf(topic, partition);
    this.start = start;
  }

  /** Follows the partition to a leader, -1 for none; a new one is asked at once. */
  setLeader(leader: number): void {
    this.leaderless = undefined;
    if (leader === this.leader) return;
    this.leader = leader;
    if (leader < 0) return;
    this.lastLeader = leader;
    this.retryAt = 0;
  }

  /** Starts again elsewhere; what was fetched so far is still delivered. */
  restart(start: StartOffset): void {
    this.position = typeof start === "bigint" ? start : undefined;
    this.start = start;
    this.restarts += 1;
    this.outOfRange = undefined;
  }
}
