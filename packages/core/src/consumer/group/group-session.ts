import { DataQueueError, TransportError } from "../../contract/errors.ts";
import type { NetworkClient } from "../../shared/network-client.ts";
import { settleWithin } from "../../shared/wait.ts";
import { repeat } from "../../shared/pause.ts";
import type { Assignment } from "../assignment.ts";
import type { Fetcher } from "../fetcher.ts";
import type { InHand } from "../in-hand.ts";
import type { OffsetSpec } from "../offset-spec.ts";
import { Outages } from "../outages.ts";
import { passesByItself } from "./group-errors.ts";
import { GroupPartitions } from "./group-partitions.ts";
import type { GroupSettings } from "./group-settings.ts";
import { Membership } from "./membership.ts";
import type { MemberWork } from "./membership.ts";
import type { MessagePlace } from "./message-place.ts";
import { OffsetCommits } from "./offset-commits.ts";
import { SubscribedTopics } from "./subscribed-topics.ts";

/** What a member of a group works with. */
export interface GroupSessionOptions extends GroupSettings {
  readonly client: NetworkClient<"group">;
  readonly fetcher: Fetcher;
  readonly inHand: InHand;
  readonly from: OffsetSpec;
  readonly requestTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly metadataMaxAgeMs: number;
  /** Whether a loop waits for a message. */
  readonly isWaiting: () => boolean;
  /** There may be something to deliver again. */
  readonly onProgress: () => void;
  /** Called with a failure that retrying cannot fix, or that has lasted `connectTimeoutMs`; the member goes on trying. */
  readonly onError: (error: DataQueueError) => void;
  /** It is over: another process has this member's name. */
  readonly onReplaced: (error: TransportError) => void;
}

/** The longest that a last commit may take, before partitions go to others or the member leaves. */
const commitTimeoutMs = 3_000;

/** The longest that closing waits for what is in hand. */
const closeWaitMs = 3_000;

/** The longest that leaving may take. */
const leaveTimeoutMs = 3_000;

/** How often to look whether a loop is stuck. */
const watchIntervalMs = 1_000;

/** A member of a group from its first join on: its topics, its partitions, their places, and its membership. */
export class GroupSession {
  readonly topics: SubscribedTopics;
  readonly partitions: GroupPartitions;
  readonly commits: OffsetCommits;
  readonly membership: Membership;
  /** Resolves when what the group gave first is read from its places; rejects when the first join failed. */
  readonly joined: Promise<void>;
  readonly #options: GroupSessionOptions;
  readonly #stop = new AbortController();
  readonly #outages: Outages;
  #isJoined = false;
  #settle: () => void = () => undefined;
  #fail: (reason: unknown) => void = () => undefined;

  constructor(subscribed: Assignment, options: GroupSessionOptions) {
    const { client, fetcher, group, metadataMaxAgeMs, connectTimeoutMs, sessionTimeoutMs, rebalanceTimeoutMs } =
      options;
    const { signal } = this.#stop;
    // A connection that gives no sign is replaced while there is time for two more tries.
    const requestTimeoutMs = Math.min(options.requestTimeoutMs, Math.ceil(sessionTimeoutMs / 3));
    this.#options = options;
    this.joined = new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#fail = reject;
    });
    this.joined.catch(() => undefined);
    this.#outages = new Outages({
      reportAfterMs: connectTimeoutMs,
      report: (error) => this.#report(error),
      signal,
    });
    this.topics = new SubscribedTopics(subscribed, {
      client,
      maxAgeMs: metadataMaxAgeMs,
      signal,
      isRead: (topic) => this.partitions.owned.some(([owned]) => owned === topic),
      onChange: (change) => this.membership.subscribe(change),
      onRefresh: (failure) => this.#noteMetadata(failure),
    });
    this.commits = new OffsetCommits({ ...options, requestTimeoutMs, member: () => this.membership.member });
    this.partitions = new GroupPartitions({
      client,
      group,
      fetcher,
      inHand: options.inHand,
      commits: this.commits,
      topics: this.topics,
      from: options.from,
      requestTimeoutMs,
      // The commit and the word to the group have to be there in time.
      revokeTimeoutMs: Math.max(rebalanceTimeoutMs / 2, rebalanceTimeoutMs - 2 * commitTimeoutMs),
      commitTimeoutMs,
      signal,
    });
    this.membership = new Membership({
      ...options,
      topics: this.topics,
      partitions: this.partitions,
      commits: this.commits,
      requestTimeoutMs,
      commitTimeoutMs,
      signal,
      onSettled: () => {
        this.#isJoined = true;
        this.#settle();
      },
      onFailed: (work, error, since) => this.#failed(work, error, since),
      onWorks: (work) => this.#outages.ended(work),
    });
    const end = (): void => {
      this.#stop.abort();
      this.#fail(client.signal.reason);
    };
    client.signal.addEventListener("abort", end, { signal });
    this.membership.start();
    if (options.autoCommit) this.commits.commitEvery(options.autoCommitIntervalMs, signal);
    const { maxProcessingMs } = options;
    void repeat(
      () => Math.min(watchIntervalMs, maxProcessingMs),
      signal,
      () => this.#leaveIfStuck(),
    );
  }

  /**
   * Subscribes to other topics: from now on nothing of those left out is delivered. When it rejects, nothing has changed.
   *
   * @throws TransportError when the log refuses a topic
   */
  async updateTopics(assignment: Assignment): Promise<void> {
    const { partitions, membership } = this;
    await this.topics.change(assignment);
    partitions.holdBut((topic) => assignment.hasTopic(topic));
    membership.subscribe({ names: true });
  }

  /** Commits what counts as processed; with a message's place, its partition, and the message counts as well. */
  async commit(place: MessagePlace | undefined): Promise<void> {
    const { fetcher, inHand, requestTimeoutMs } = this.#options;
    const state = place && fetcher.subscription.get(place.topic, place.partition);
    if (place !== undefined && (state === undefined || !inHand.processed(state, place.offset))) {
      throw this.#notOwned(place);
    }
    const { incarnation } = this.membership;
    const limits = { only: state && new Set([state]), withinMs: requestTimeoutMs };
    await this.commits.commitForCaller(limits, () => this.#notOwned(place));
    if (this.membership.incarnation !== incarnation) throw this.#notOwned(place);
  }

  /**
   * Waits for what is in hand, commits what is processed, unless that is left to the caller, and leaves: within seconds.
   */
  async close(reason: Error): Promise<void> {
    this.#stop.abort();
    this.#fail(reason);
    await this.partitions.end(closeWaitMs);
    await this.#leave();
  }

  async #leave(): Promise<void> {
    const tooLate = (): Error => new Error(`no answer within ${leaveTimeoutMs} ms`);
    try {
      await settleWithin(this.membership.leave(), leaveTimeoutMs, tooLate, this.#options.client.signal);
    } catch {
      // The group notices by itself, when the session is over: nothing is lost.
    }
  }

  #notOwned(place: MessagePlace | undefined): TransportError {
    const { group } = this.#options;
    const message =
      place === undefined
        ? `cannot commit: group ${group} has put this consumer out; what was not committed comes again`
        : `cannot commit ${place.topic}[${place.partition}] up to ${place.offset}: group ${group} gave the partition to another member, or gave it back since; the message comes again`;
    return new TransportError(message, { code: "ILLEGAL_GENERATION", retriable: false, ...place });
  }

  #failed(work: MemberWork | "metadata", error: unknown, since: number): void {
    const known = error instanceof DataQueueError ? error : unexpected(work, error);
    // Before a log was ever reached, a caller waits no longer than for one connection.
    if (!this.#isJoined && !this.#options.client.reached) return this.#report(known);
    this.#outages.failed(work, known, passesByItself(error), since);
  }

  #noteMetadata(failure: { readonly error: unknown; readonly since: number } | undefined): void {
    if (failure === undefined) this.#outages.ended("metadata");
    else this.#failed("metadata", failure.error, failure.since);
  }

  #report(error: DataQueueError): void {
    if (this.#isJoined) return this.#options.onError(error);
    this.#stop.abort();
    this.#fail(error);
    this.partitions.lose(error);
    // The group would keep what it gave for a whole session.
    void this.#leave();
  }

  /** Leaves the group when a loop works too long on a message, or does not ask for any. */
  #leaveIfStuck(): void {
    const { maxProcessingMs, inHand, isWaiting, client, group } = this.#options;
    const since = inHand.oldestSince ?? (isWaiting() ? undefined : inHand.askedAt);
    const afterMs = since === undefined ? 0 : performance.now() - since;
    if (afterMs <= maxProcessingMs || this.partitions.owned.length === 0) return;
    client.onEvent({ type: "processingTimedOut", group, afterMs: Math.round(afterMs) });
    const message = `a loop took longer than maxProcessingMs (${maxProcessingMs}) for one message: the consumer left group ${group}`;
    void this.membership.leaveStuck(new DataQueueError(message, { code: "PROCESSING_TIMED_OUT" }));
  }
}

function unexpected(work: string, cause: unknown): TransportError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new TransportError(`${work} failed: ${reason}`, { code: "UNKNOWN_SERVER_ERROR", retriable: true, cause });
}
