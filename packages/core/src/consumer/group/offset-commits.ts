import { DataQueueError, kafkaError } from "../../contract/errors.ts";
import type { TransportError } from "../../contract/errors.ts";
import type { GroupMember, OffsetToCommit } from "../../contract/groups.ts";
import { partitionKey } from "../../contract/record.ts";
import type { NetworkClient } from "../../shared/network-client.ts";
import { repeat } from "../../shared/pause.ts";
import { backoff, retryPolicy } from "../../shared/retry-policy.ts";
import { Turns } from "../../shared/turns.ts";
import { delay, settleWithin } from "../../shared/wait.ts";
import type { Fetcher } from "../fetcher.ts";
import type { InHand } from "../in-hand.ts";
import type { PartitionState } from "../partition-state.ts";
import { hasCode, passesByItself } from "./group-errors.ts";

/** What commits are made of. */
export interface OffsetCommitsOptions {
  readonly client: NetworkClient<"group">;
  readonly group: string;
  readonly fetcher: Fetcher;
  readonly inHand: InHand;
  /** The member as it is now; its partitions are those that the fetcher reads. */
  readonly member: () => GroupMember;
  /** Whether places are committed without being asked for. */
  readonly autoCommit: boolean;
  /** How long one request may take. */
  readonly requestTimeoutMs: number;
}

/** Which places are committed, and for how long it is tried. */
export interface CommitLimits {
  /** Of these partitions alone. */
  readonly only?: ReadonlySet<PartitionState> | undefined;
  /** Whether places that are committed already are committed again, so that the log keeps them on. */
  readonly renew?: boolean | undefined;
  readonly withinMs: number;
  /** The error if the partitions went to other members meanwhile. */
  readonly lost?: (() => TransportError | undefined) | undefined;
}

/** The place of a partition: the offset of the next record to process. */
interface Place {
  readonly state: PartitionState;
  readonly place: OffsetToCommit;
}

/** A log forgets places after a week or so; in a consumer group it counts from the commit. */
const renewAfterMs = 24 * 3_600_000;

/**
 * Commits the places of a member's partitions. A place is before everything that is not processed yet, so nothing is passed over;
 * one commit is in flight at a time, so that no place goes back.
 */
export class OffsetCommits {
  readonly #options: OffsetCommitsOptions;
  readonly #committed = new Map<PartitionState, bigint>();
  /** The code of the failure that was reported last, by partition. */
  readonly #reported = new Map<PartitionState, string>();
  /** The commits that the caller waits for. */
  readonly #underWay = new Set<Promise<void>>();
  readonly #turns = new Turns();
  #renewAt = performance.now() + renewAfterMs;
  /** Until when a commit of which there was no answer may be carried out late, and put places back. */
  #doubtedUntil = -Infinity;

  constructor(options: OffsetCommitsOptions) {
    this.#options = options;
  }

  /** Commits every `intervalMs` what was processed meanwhile, until the signal aborts. */
  commitEvery(intervalMs: number, signal: AbortSignal): void {
    const commit = async (): Promise<void> => {
      const now = performance.now();
      const renew = now >= this.#renewAt || now < this.#doubtedUntil;
      if (renew) this.#renewAt = now + renewAfterMs;
      // Whatever fails was reported, and is tried again the next time.
      await this.commit({ renew, withinMs: 0 }).catch(() => undefined);
    };
    void repeat(() => intervalMs, signal, commit);
  }

  /** A partition is the member's, and this is where the log has its place. */
  begin(state: PartitionState, offset: bigint | undefined): void {
    if (offset !== undefined) this.#committed.set(state, offset);
  }

  /** A partition is not the member's any more. */
  end(state: PartitionState): void {
    this.#committed.delete(state);
    this.#reported.delete(state);
  }

  /**
   * Commits for the caller, who hears when that did not succeed: also when a partition went to another member meanwhile.
   *
   * @throws TransportError as {@link commit} does
   */
  async commitForCaller(limits: CommitLimits, lost: () => TransportError): Promise<void> {
    const wanted = this.#places(limits).map(({ state }) => state);
    const committing = this.commit({
      ...limits,
      lost: () => (wanted.every(({ active }) => active) ? undefined : lost()),
    });
    this.#underWay.add(committing);
    try {
      await committing;
    } finally {
      this.#underWay.delete(committing);
    }
  }

  /** Waits for the commits that the caller has asked for, `withinMs` at most. */
  async underWay(withinMs: number): Promise<void> {
    const settled = Promise.allSettled(this.#underWay);
    await settleWithin(settled, withinMs, () => new Error("too late")).catch(() => undefined);
  }

  /**
   * Commits the places of all partitions, or of some.
   *
   * @throws TransportError when the log refuses one, or does not answer in time; the others are committed all the same
   */
  async commit(limits: CommitLimits): Promise<void> {
    const { client, group } = this.#options;
    const until = performance.now() + limits.withinMs;
    for (let failures = 0; ; failures += 1) {
      let lost: TransportError | undefined;
      try {
        lost = await this.#inTurn(limits);
        if (lost === undefined) return;
      } catch (error) {
        if (client.signal.aborted) throw error;
        if (!passesByItself(error) || isGone(error)) {
          if (!isOfPartition(error)) client.onEvent({ type: "commitFailed", group, reason: error });
          throw error;
        }
        client.onEvent({ type: "retry", request: "commitOffsets", attempt: failures, reason: error });
        if (performance.now() >= until) throw error;
      }
      if (lost !== undefined) throw lost;
      await delay(backoff(failures, retryPolicy.request), client.signal);
    }
  }

  /**
   * The last commit before partitions go to others, unless the caller wants to do it; takes `withinMs` at most. What cannot be
   * committed is reported; it comes again where the partition goes.
   */
  async commitByItself(limits: CommitLimits): Promise<void> {
    if (!this.#options.autoCommit) return;
    const tooLate = (): Error => kafkaError("REQUEST_TIMED_OUT", `Commit in group ${this.#options.group}`);
    await settleWithin(this.commit(limits), limits.withinMs, tooLate).catch(() => undefined);
  }

  /** One request at a time: each sees what the one before has committed. Gives the reason if there is nothing to commit any more. */
  #inTurn(limits: CommitLimits): Promise<TransportError | undefined> {
    return this.#turns.take(async () => {
      const lost = limits.lost?.();
      if (lost === undefined) await this.#attempt(this.#places(limits));
      return lost;
    });
  }

  /** One request; rejects with the first error of a partition. */
  async #attempt(places: readonly Place[]): Promise<void> {
    if (places.length === 0) return;
    const { client, group, member, requestTimeoutMs } = this.#options;
    const offsets = places.map(({ place }) => place);
    const answers = await client
      .request("commitOffsets", (connection) => connection.commitOffsets(member(), offsets), requestTimeoutMs)
      .catch((error: unknown) => {
        if (hasCode(error, "NETWORK_EXCEPTION", "REQUEST_TIMED_OUT")) {
          this.#doubtedUntil = performance.now() + requestTimeoutMs;
        }
        throw error;
      });
    const errors = new Map(answers.map(({ topic, partition, error }) => [partitionKey(topic, partition), { error }]));
    const committed: [string, number, bigint][] = [];
    let first: TransportError | undefined;
    for (const { state, place } of places) {
      const { topic, partition, offset } = place;
      const answer = errors.get(state.key);
      const error = answer === undefined ? leftOut(topic, partition) : answer.error;
      if (error === undefined) {
        // It may have been given up meanwhile.
        if (state.active) this.#committed.set(state, offset);
        this.#reported.delete(state);
        committed.push([topic, partition, offset]);
        continue;
      }
      // What passes is tried again before what does not is told.
      if (first === undefined || !passesByItself(first) || isGone(first)) first = error;
      if (passesByItself(error) && !isGone(error)) continue;
      if (this.#reported.get(state) === error.code) continue;
      this.#reported.set(state, error.code);
      client.onEvent({ type: "commitFailed", group, topic, partition, reason: error });
    }
    if (committed.length > 0) client.onEvent({ type: "committed", group, offsets: committed });
    if (first !== undefined) throw first;
  }

  /** The places that are to be committed. */
  #places({ only, renew = false }: CommitLimits): Place[] {
    const { fetcher, inHand } = this.#options;
    const { subscription, buffer } = fetcher;
    const places: Place[] = [];
    for (const state of subscription) {
      const { topic, partition } = state;
      if (only !== undefined && !only.has(state)) continue;
      const offset = lowest(state.position, buffer.nextOffsetOf(state), inHand.lowestOf(state));
      if (offset === undefined) continue;
      if (!renew && this.#committed.get(state) === offset) continue;
      places.push({ state, place: { topic, topicId: subscription.topicIdOf(topic), partition, offset } });
    }
    return places;
  }
}

/** The lowest of some offsets; undefined while the first is. */
function lowest(first: bigint | undefined, ...others: readonly (bigint | undefined)[]): bigint | undefined {
  let least = first;
  for (const offset of others) if (least !== undefined && offset !== undefined && offset < least) least = offset;
  return least;
}

/** Whether an error says that a topic does not exist any more; its places went with it. */
function isGone(error: unknown): boolean {
  return hasCode(error, "UNKNOWN_TOPIC_OR_PARTITION", "UNKNOWN_TOPIC_ID");
}

function isOfPartition(error: unknown): boolean {
  return error instanceof DataQueueError && error.partition !== undefined;
}

function leftOut(topic: string, partition: number): TransportError {
  const why = "the answer leaves it out";
  return kafkaError("NETWORK_EXCEPTION", `Commit of ${topic}[${partition}]`, { topic, partition, why });
}
