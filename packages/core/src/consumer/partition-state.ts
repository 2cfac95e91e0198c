import type { TransportError } from "../contract/errors.ts";
import { partitionKey } from "../contract/record.ts";
import type { PartitionMetadata } from "../contract/transport.ts";
import { backoff, retryPolicy } from "../shared/retry-policy.ts";
import type { Backoff } from "../shared/retry-policy.ts";
import type { PartitionOffset } from "./offset-spec.ts";
import { SkipAhead } from "./skip-ahead.ts";

/**
 * How one partition is being read. Its fields change only through its methods; each method is one thing that can happen to
 * a partition.
 */
export class PartitionState {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  /** The broker to ask, -1 while the partition has no leader. */
  leader = -1;
  /** The newest epoch of its leaders, where the log counts them. */
  leaderEpoch: number | undefined;
  /** Why it has no leader, where the log says so. */
  leaderError: TransportError | undefined;
  /** Its leader before the partition lost it; -1 if it never had one. */
  lastLeader = -1;
  /** A leader did not know this epoch: it was cut off from the others, or the topic was created again. */
  epochDoubted = false;
  /** Where to fetch next; unknown until the log has answered for `start`. */
  position: bigint | undefined;
  start: PartitionOffset;
  /** The end of what can be read, as the last fetch told it. */
  highWatermark: bigint | undefined;
  /** Whether the last fetch found the end: there was nothing more to read. */
  atEnd = false;
  /** The offset to stop before, if there is one. */
  until: bigint | undefined;
  /** Used where only the newest record is wanted. */
  readonly skipAhead: SkipAhead = new SkipAhead();
  /** Whether the caller holds it back. */
  paused = false;
  /** How often it started again: what was requested before then is of another offset, or of another log. */
  restarts = 0;
  /** The position that the log said it does not have, until the new one is known. */
  outOfRange: bigint | undefined;
  /** False once the partition is no longer wanted: what still arrives for it is discarded. */
  active = true;
  /** Failures in a row, and until when (`performance.now()`) to wait after the last. */
  failures = 0;
  retryAt = 0;
  /** The failure that the caller was told last, so that it is told once. */
  reportedError: string | undefined;

  constructor(topic: string, partition: number, start: PartitionOffset) {
    this.topic = topic;
    this.partition = partition;
    this.key = partitionKey(topic, partition);
    this.start = start;
  }

  /** Metadata told its leader, -1 for none. A new leader is asked at once. */
  setLeader({ leader, leaderEpoch, error }: Pick<PartitionMetadata, "leader" | "leaderEpoch" | "error">): void {
    this.leaderError = error;
    if (leaderEpoch !== undefined) {
      // A broker that was cut off knows older leaders only.
      this.leaderEpoch = Math.max(this.leaderEpoch ?? leaderEpoch, leaderEpoch);
      this.epochDoubted = false;
    }
    if (leader === this.leader) return;
    this.leader = leader;
    if (leader < 0) return;
    this.lastLeader = leader;
    this.retryAt = 0;
  }

  /** It has no leader any more, and the log does not say why. */
  loseLeader(): void {
    this.setLeader({ leader: -1 });
  }

  /** Forgets the epoch: the topic was created again, or the known epoch is in doubt. */
  forgetEpoch(): void {
    this.leaderEpoch = undefined;
  }

  /** Whether all that is wanted of it was fetched. */
  get done(): boolean {
    const { position, until } = this;
    return until !== undefined && (until <= 0n || (position !== undefined && position >= until));
  }

  /** Whether it can be fetched now, failures aside. */
  get fetchable(): boolean {
    return this.leader >= 0 && this.position !== undefined && !this.paused && !this.done;
  }

  /** The log told the offset of `start`. */
  resumeAt(offset: bigint): void {
    this.position = offset;
  }

  /** Starts again elsewhere; what was fetched so far is still delivered. */
  restart(start: PartitionOffset): void {
    this.position = typeof start === "bigint" ? start : undefined;
    this.start = start;
    this.restarts += 1;
    this.outOfRange = undefined;
    this.atEnd = false;
    this.skipAhead.reset();
  }

  /** The caller goes on at another offset, at once. */
  seek(offset: bigint): void {
    this.restart(offset);
    this.failures = 0;
    this.retryAt = 0;
    this.reportedError = undefined;
  }

  /** The caller holds it back. It goes on at `next`, the lowest offset of what was fetched and is forgotten, if anything is. */
  pause(next: bigint | undefined): void {
    this.paused = true;
    this.atEnd = false;
    const reached = this.position ?? this.outOfRange;
    // Of a topic that was created again, what was fetched of the old one may be further on.
    if (next !== undefined && reached !== undefined && next < reached) this.restart(next);
    // A fetch in flight would bring what is not to be delivered.
    else if (this.position !== undefined) this.restarts += 1;
  }

  /** The caller wants it again. */
  resume(): void {
    this.paused = false;
  }

  /** From now on it stops before an offset, or not at all. */
  readUntil(until: bigint | undefined): void {
    this.until = until;
  }

  /** A fetch succeeded and reached `nextOffset`; `foundNothing` if there was nothing more to read. */
  advance(nextOffset: bigint, highWatermark: bigint, foundNothing = false): void {
    this.position = nextOffset;
    this.highWatermark = highWatermark;
    this.atEnd = foundNothing || nextOffset >= highWatermark;
    this.failures = 0;
    this.reportedError = undefined;
  }

  /** The log does not have the position: where to go on is looked up. */
  loseOffset(): void {
    this.failures += 1;
    this.outOfRange = this.position;
    this.position = undefined;
    this.atEnd = false;
  }

  /** A request for it failed: it is left alone for a while. */
  fail({ code, retriable }: TransportError): void {
    this.failures += 1;
    if (code === "UNKNOWN_LEADER_EPOCH") this.epochDoubted = true;
    this.backOff(retriable ? retryPolicy.partition : retryPolicy.refusedPartition);
  }

  /** The caller is told of a failure; false if it was told of the same one last, at the same position. */
  markReported({ code }: TransportError): boolean {
    const error = `${code} ${this.position}`;
    if (this.reportedError === error) return false;
    this.reportedError = error;
    return true;
  }

  /** Waits with the next fetch, longer after each failure in a row. */
  backOff(policy: Backoff = retryPolicy.partition): void {
    this.retryAt = performance.now() + backoff(this.failures - 1, policy);
  }

  /** It is not wanted any more. */
  retire(): void {
    this.active = false;
  }
}
