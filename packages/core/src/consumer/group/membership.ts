import type { DataQueueError, TransportError } from "../../contract/errors.ts";
import type { GroupAnswer, GroupMember } from "../../contract/groups.ts";
import type { TopicPartition } from "../../contract/record.ts";
import type { NetworkClient } from "../../shared/network-client.ts";
import { Pause, repeat } from "../../shared/pause.ts";
import { backoff, retryPolicy } from "../../shared/retry-policy.ts";
import { Turns } from "../../shared/turns.ts";
import { hasCode, isFenced, passesByItself } from "./group-errors.ts";
import type { GroupPartitions } from "./group-partitions.ts";
import type { GroupSettings } from "./group-settings.ts";
import { MemberState } from "./member-state.ts";
import type { OffsetCommits } from "./offset-commits.ts";
import type { SubscribedTopics } from "./subscribed-topics.ts";

/** What a member does: it takes part in the group's assignments, and gives signs of life. */
export type MemberWork = "joinGroup" | "heartbeat";

/** What a membership needs. */
export interface MembershipOptions extends GroupSettings {
  readonly client: NetworkClient<"group">;
  readonly topics: SubscribedTopics;
  readonly partitions: GroupPartitions;
  readonly commits: OffsetCommits;
  /** How long a request may take that does not wait for other members. */
  readonly requestTimeoutMs: number;
  readonly commitTimeoutMs: number;
  /** Ends all that it does; the group is not told. */
  readonly signal: AbortSignal;
  /** There may be something to deliver again. */
  readonly onProgress: () => void;
  /** All that was given is taken over: partitions are read from their places. */
  readonly onSettled: () => void;
  /** A part of its work, asked for at `since`, failed; it is tried again. */
  readonly onFailed: (work: MemberWork, error: unknown, since: number) => void;
  /** It works again. */
  readonly onWorks: (work: MemberWork) => void;
  /** Another process has this member's name: it is over. */
  readonly onReplaced: (error: TransportError) => void;
}

/** A crashed process of this name is waited for: the group gives the name back when its session is over. */
const unreleased = "UNRELEASED_INSTANCE_ID";

/** How much longer than the group waits a join may take. */
const joinMarginMs = 5_000;

/**
 * A member of a group, in either protocol. One loop joins, gives up what the group wants back, says so, and takes over what it is
 * given; beside it signs of life go on, whatever that loop waits for.
 */
export class Membership {
  readonly #options: MembershipOptions;
  readonly #state: MemberState;
  readonly #pause: Pause = new Pause();
  /** What the group wants it to own; undefined until it said so. */
  #target: readonly TopicPartition[] | undefined;
  #mustJoin = true;
  #isJoining = false;
  /** The last join failed: a classic group may be in a generation of which this member does not know. */
  #hasFailedToJoin = false;
  /** It left by itself, and joins again when it is told that the loops go on. */
  #isOut = false;
  /** When it last had nothing left to do (`performance.now()`). */
  #settledAt = performance.now();
  /** How many signs of life in a row failed. */
  #missedBeats = 0;
  /** One exchange of join or heartbeat at a time. */
  readonly #exchanges = new Turns();

  constructor(options: MembershipOptions) {
    this.#options = options;
    this.#state = new MemberState(options);
  }

  /** The member as it is now. */
  get member(): GroupMember {
    const { topics, partitions } = this.#options;
    return this.#state.toRequest(topics.names, partitions.claimed);
  }

  /** Counts how often the group has put it out. */
  get incarnation(): number {
    return this.#state.incarnation;
  }

  /** Whether it is sure enough to own its partitions: the group answered within the session. */
  get isCurrent(): boolean {
    return this.#state.isAlive;
  }

  /** Joins and stays a member until the signal aborts. */
  start(): void {
    const beat = (): Promise<void> => this.#beat();
    void this.#run();
    void repeat(() => this.#beatPauseMs(), this.#options.signal, beat);
  }

  /** The topics, or how many partitions they have, are others now. */
  subscribe(change: { readonly names: boolean }): void {
    // A log that assigns partitions sees by itself how many there are.
    if (this.#isOut || (!change.names && this.#state.protocol === "consumer")) return;
    this.#mustJoin = true;
    this.#pause.end();
  }

  /** The loops go on: joins again if it left because they did not. */
  comeBack(): void {
    if (!this.#isOut) return;
    this.#isOut = false;
    this.#pause.end();
  }

  /** Leaves because a loop is stuck; the others get its partitions. */
  async leaveStuck(reason: DataQueueError): Promise<void> {
    const { member } = this;
    this.#isOut = true;
    this.#putOut(reason);
    // A static member that says so would keep its partitions. Without signs of life its session ends by itself.
    if (member.instanceId === undefined) await this.leave(member).catch(() => undefined);
  }

  /** Tells the group that it ends. A first join that is under way would make a member that nobody is: that is waited for. */
  async leave(asMember?: GroupMember): Promise<void> {
    const { client, requestTimeoutMs } = this.#options;
    if (asMember === undefined && this.#state.epoch === 0) await this.#exchanges.settled();
    const member = asMember ?? this.member;
    if (member.epoch === 0) return;
    this.#state.end();
    await client.request("leaveGroup", (connection) => connection.leaveGroup(member), requestTimeoutMs);
  }

  /** Joins, and takes over what the group gives, until nothing is left to do; then waits for news. */
  async #run(): Promise<void> {
    const { signal, onSettled, onWorks } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      const since = performance.now();
      try {
        const isSettled = await this.#step();
        failures = 0;
        if (!isSettled) continue;
        onWorks("joinGroup");
        this.#settledAt = performance.now();
        if (this.#target !== undefined) onSettled();
        if (!this.#hasWork()) await this.#pause.wait(Infinity, signal);
      } catch (error) {
        if (signal.aborted) return;
        const pauseMs = this.#failed(error, failures, since);
        failures += 1;
        await this.#pause.wait(pauseMs, signal);
      }
    }
  }

  #hasWork(): boolean {
    if (this.#isOut) return false;
    if (this.#mustJoin) return true;
    if (this.#target === undefined) return false;
    const { added, gone } = this.#options.partitions.differenceTo(this.#target);
    return added.length + gone.length > 0;
  }

  /** Does what comes next; answers whether there is nothing more to do. */
  async #step(): Promise<boolean> {
    const { partitions, topics, signal, onProgress } = this.#options;
    if (this.#isOut) return true;
    if (this.#mustJoin) {
      await topics.start();
      await this.#join();
      return false;
    }
    if (this.#target === undefined) return true;
    const { added, gone } = partitions.differenceTo(this.#target);
    if (gone.length > 0) {
      await partitions.revoke(gone);
      this.#mustJoin = true;
      return false;
    }
    if (added.length === 0) return true;
    const { incarnation } = this;
    const isCurrent = (): boolean => this.incarnation === incarnation && !signal.aborted;
    await partitions.assign(added, this.member, isCurrent);
    onProgress();
    return false;
  }

  async #join(): Promise<void> {
    const { client, partitions, topics, commits, rebalanceTimeoutMs } = this.#options;
    const { requestTimeoutMs, commitTimeoutMs } = this.#options;
    const isClassic = this.#state.protocol === "classic";
    const gone = partitions.claimed.filter(([topic]) => this.#state.isEager || !topics.has(topic));
    if (gone.length > 0) await partitions.revoke(gone);
    // The last commits that the group takes from this generation.
    else if (isClassic && !this.#hasFailedToJoin) await commits.commitByItself({ withinMs: commitTimeoutMs });
    await this.#exchanges.take(async () => {
      this.#mustJoin = false;
      this.#isJoining = true;
      try {
        const { incarnation } = this;
        const answer = await client.request(
          "joinGroup",
          (connection) => connection.joinGroup(this.member),
          isClassic ? rebalanceTimeoutMs + joinMarginMs : requestTimeoutMs,
        );
        if (this.incarnation === incarnation) this.#answered(answer, performance.now());
      } catch (error) {
        this.#mustJoin = true;
        this.#hasFailedToJoin = isClassic;
        throw error;
      } finally {
        this.#isJoining = false;
      }
    });
  }

  /** Gives a sign of life, if one is due. */
  async #beat(): Promise<void> {
    const { client, requestTimeoutMs, signal, onWorks } = this.#options;
    if (this.#state.epoch === 0) return;
    if (this.#isJoining || this.#hasFailedToJoin) return this.#beatWhileJoining();
    const startedAt = performance.now();
    try {
      await this.#exchanges.take(async () => {
        if (this.#state.epoch === 0) return;
        const { incarnation } = this;
        const sentAt = performance.now();
        const answer = await client.request(
          "heartbeat",
          (connection) => connection.heartbeat(this.member),
          requestTimeoutMs,
        );
        if (this.incarnation === incarnation) this.#answered(answer, sentAt);
      });
      this.#missedBeats = 0;
      onWorks("heartbeat");
    } catch (error) {
      if (signal.aborted) return;
      client.onEvent({ type: "retry", request: "heartbeat", attempt: this.#missedBeats, reason: error });
      this.#missedBeats += 1;
      if (this.#refused("heartbeat", error, startedAt)) this.#pause.end();
    }
  }

  /**
   * A join may wait for others. The group answers meanwhile that it is sharing partitions anew, which is a sign of its life too. That
   * it knows only the next generation already is no news.
   */
  async #beatWhileJoining(): Promise<void> {
    const { client, requestTimeoutMs } = this.#options;
    const { incarnation } = this;
    const sentAt = performance.now();
    try {
      await client.request("heartbeat", (connection) => connection.heartbeat(this.member), requestTimeoutMs);
      if (this.incarnation === incarnation) this.#state.aliveAt(sentAt);
    } catch {
      // The join tells what is to be done.
    }
  }

  /** How long to wait with the next sign of life; after one that failed, not so long. */
  #beatPauseMs(): number {
    const { heartbeatIntervalMs } = this.#state;
    if (this.#missedBeats === 0) return heartbeatIntervalMs;
    return Math.min(heartbeatIntervalMs, backoff(this.#missedBeats - 1, retryPolicy.request));
  }

  /** The group answered: it knew at `aliveAt` that this member lives. */
  #answered(answer: GroupAnswer, aliveAt: number): void {
    const { assignment, rejoin = false } = answer;
    this.#state.answered(answer, aliveAt);
    this.#hasFailedToJoin = false;
    if (assignment !== undefined) {
      this.#target = assignment;
      this.#options.partitions.claim(assignment);
    }
    if (rejoin) this.#mustJoin = true;
    if (this.#hasWork()) this.#pause.end();
    this.#options.onProgress();
  }

  /** The loop failed; gives how long to wait before the next try. */
  #failed(error: unknown, failures: number, since: number): number {
    const request = this.#mustJoin ? "joinGroup" : "fetchOffsets";
    this.#options.client.onEvent({ type: "retry", request, attempt: failures, reason: error });
    const goesOn = this.#refused("joinGroup", error, since);
    if (goesOn && failures === 0) return 0;
    if (goesOn || passesByItself(error)) return backoff(failures, retryPolicy.request);
    return backoff(failures, hasCode(error, unreleased) ? retryPolicy.partition : retryPolicy.refusedPartition);
  }

  /** What follows from a request that failed; whether another one is the answer to it. */
  #refused(work: MemberWork, error: unknown, since: number): boolean {
    const { client, group, topics, sessionTimeoutMs, onFailed, onReplaced } = this.#options;
    const { epoch } = this.#state;
    const isReplaced = hasCode(error, "FENCED_INSTANCE_ID");
    if (isReplaced || isFenced(error, epoch)) {
      if (isReplaced || epoch > 0) client.onEvent({ type: "fenced", group, reason: error });
      this.#putOut(error);
      this.#isOut = isReplaced;
      if (isReplaced) onReplaced(error);
      return !isReplaced;
    }
    if (hasCode(error, "REBALANCE_IN_PROGRESS")) {
      this.#mustJoin = true;
      return true;
    }
    if (this.#state.takesOtherProtocol(error)) return true;
    if (hasCode(error, unreleased) && performance.now() - this.#settledAt < sessionTimeoutMs) return false;
    // The connection may be dead altogether: a request that any broker answers tells, and replaces it.
    if (hasCode(error, "NETWORK_EXCEPTION", "REQUEST_TIMED_OUT")) topics.refreshNow();
    onFailed(work, error, since);
    return false;
  }

  /** The group has given its partitions to others, or will. It joins as a new member. */
  #putOut(reason: unknown): void {
    this.#state.end(reason);
    this.#target = undefined;
    this.#mustJoin = true;
    this.#hasFailedToJoin = false;
    this.#options.partitions.lose(reason);
  }
}
