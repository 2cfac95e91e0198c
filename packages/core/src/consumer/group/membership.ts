import type { DataQueueError, TransportError } from "../../contract/errors.ts";
import type { GroupAnswer, GroupMember, GroupProtocol } from "../../contract/groups.ts";
import type { TopicPartition } from "../../contract/record.ts";
import type { NetworkClient } from "../../shared/network-client.ts";
import { Pause } from "../../shared/pause.ts";
import { backoff, retryPolicy } from "../../shared/retry-policy.ts";
import { hasCode, isFenced, isOtherProtocol, passesByItself } from "./group-errors.ts";
import type { GroupPartitions } from "./group-partitions.ts";
import type { GroupSettings } from "./group-settings.ts";
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

const unreleased = "UNRELEASED_INSTANCE_ID";

/** How much longer than the group waits a join may take. */
const joinMarginMs = 5_000;

/**
 * A member of a group, in either protocol. One loop joins, gives up what the group wants back, says so, and takes over what it is
 * given; beside it heartbeats go on, whatever that loop waits for.
 */
export class Membership {
  readonly #options: MembershipOptions;
  readonly #pause: Pause = new Pause();
  readonly #beatPause: Pause = new Pause();
  #protocol: GroupProtocol;
  #memberId: string;
  #epoch = 0;
  /** What the group wants it to own; undefined until it said so. */
  #target: readonly TopicPartition[] | undefined;
  #mustJoin = true;
  #isJoining = false;
  /** It left by itself, and joins again when it is told that the loops go on. */
  #isOut = false;
  /** When the group last knew that it lives (`performance.now()`). */
  #answeredAt = -Infinity;
  /** How often the log wants a heartbeat, if it says so. */
  #intervalMs = Infinity;
  /** What was under way before it was put out is void. */
  #incarnation = 0;
  /** One exchange of join or heartbeat at a time. */
  #lastExchange: Promise<unknown> = Promise.resolve();

  constructor(options: MembershipOptions) {
    this.#options = options;
    this.#protocol = options.groupProtocol === "classic" ? "classic" : "consumer";
    this.#memberId = this.#protocol === "consumer" ? crypto.randomUUID() : "";
  }

  /** The member as it is now. */
  get member(): GroupMember {
    const { group, groupInstanceId: instanceId, assignor, sessionTimeoutMs, rebalanceTimeoutMs } = this.#options;
    const { topics, partitions } = this.#options;
    const { names } = topics;
    return {
      group,
      protocol: this.#protocol,
      memberId: this.#memberId,
      epoch: this.#epoch,
      topics: names,
      owned: partitions.owned,
      instanceId,
      assignor,
      sessionTimeoutMs,
      rebalanceTimeoutMs,
    };
  }

  /** Whether it is sure enough to own its partitions: the group answered within the session. */
  get isCurrent(): boolean {
    const { sessionTimeoutMs, rebalanceTimeoutMs } = this.#options;
    // While it waits in a join, the group knows that it lives.
    const limitMs = this.#isJoining ? sessionTimeoutMs + rebalanceTimeoutMs : sessionTimeoutMs;
    return this.#epoch > 0 && performance.now() - this.#answeredAt < limitMs;
  }

  /** Counts how often the group has put it out. */
  get incarnation(): number {
    return this.#incarnation;
  }

  /** Joins and stays a member until the signal aborts. */
  start(): void {
    void this.#run();
    void this.#beat();
  }

  /** The topics, or how many partitions they have, are others now. */
  subscribe(change: { readonly names: boolean }): void {
    if (this.#isOut || (!change.names && this.#protocol === "consumer")) return;
    this.#rejoin();
  }

  /** The loops go on: joins again if it left because they did not. */
  comeBack(): void {
    if (!this.#isOut) return;
    this.#isOut = false;
    this.#rejoin();
  }

  /** Leaves because a loop is stuck; the others get its partitions. */
  async leaveStuck(reason: DataQueueError): Promise<void> {
    const member = this.member;
    this.#isOut = true;
    this.#putOut(reason);
    // A static member that says so would keep its partitions. Without signs of life its session ends by itself.
    if (member.instanceId !== undefined) return;
    await this.leave(member).catch(() => undefined);
  }

  /** Tells the group that it ends. */
  async leave(member: GroupMember = this.member): Promise<void> {
    const { client, requestTimeoutMs } = this.#options;
    if (member.memberId === "" || member.epoch === 0) return;
    this.#epoch = 0;
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
        if (isSettled) {
          onWorks("joinGroup");
          if (this.#target !== undefined) onSettled();
          if (!this.#hasWork()) await this.#pause.wait(Infinity, signal);
        }
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
    const { partitions, topics, signal } = this.#options;
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
    const incarnation = this.#incarnation;
    await partitions.assign(
      added,
      () => this.member,
      () => this.#incarnation === incarnation && !signal.aborted,
    );
    this.#options.onProgress();
    return false;
  }

  async #join(): Promise<void> {
    const { client, partitions, topics, commits, assignor, rebalanceTimeoutMs } = this.#options;
    const { requestTimeoutMs, commitTimeoutMs } = this.#options;
    const isClassic = this.#protocol === "classic";
    // With "range" a member owns nothing while the group shares anew; others may get its partitions at once.
    const isEager = isClassic && assignor === "range";
    const gone = partitions.owned.filter(([topic]) => isEager || !topics.has(topic));
    if (gone.length > 0) await partitions.revoke(gone);
    // The last commits that the group takes from this generation.
    else if (isClassic) await commits.commitByItself({ withinMs: commitTimeoutMs }).catch(() => undefined);
    await this.#exchange(async () => {
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
        throw error;
      } finally {
        this.#isJoining = false;
      }
    });
  }

  /** Gives signs of life, each as soon as it is due. */
  async #beat(): Promise<void> {
    const { signal, heartbeatIntervalMs, client, requestTimeoutMs } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      const intervalMs = Math.min(heartbeatIntervalMs, this.#intervalMs);
      await this.#beatPause.wait(
        failures === 0 ? intervalMs : Math.min(intervalMs, backoff(failures - 1, retryPolicy.request)),
        signal,
      );
      if (signal.aborted) return;
      if (this.#epoch === 0 || this.#isJoining) continue;
      const since = performance.now();
      try {
        await this.#exchange(async () => {
          if (this.#epoch === 0) return;
          const { incarnation } = this;
          const sentAt = performance.now();
          const answer = await client.request(
            "heartbeat",
            (connection) => connection.heartbeat(this.member),
            requestTimeoutMs,
          );
          if (this.incarnation === incarnation) this.#answered(answer, sentAt);
        });
        failures = 0;
        this.#options.onWorks("heartbeat");
      } catch (error) {
        if (signal.aborted) return;
        client.onEvent({ type: "retry", request: "heartbeat", attempt: failures, reason: error });
        failures += 1;
        if (this.#refused("heartbeat", error, since)) this.#pause.end();
      }
    }
  }

  /** The group answered: it knew at `aliveAt` that this member lives. */
  #answered(answer: GroupAnswer, aliveAt: number): void {
    const { memberId, epoch, assignment, rejoin = false, heartbeatIntervalMs = Infinity } = answer;
    this.#memberId = memberId;
    this.#epoch = epoch;
    this.#answeredAt = aliveAt;
    // With an error some brokers say 0.
    if (heartbeatIntervalMs > 0) this.#intervalMs = heartbeatIntervalMs;
    if (assignment !== undefined) this.#target = assignment;
    if (rejoin) this.#mustJoin = true;
    this.#pause.end();
    this.#options.onProgress();
  }

  /** The loop failed; gives how long to wait before the next try. */
  #failed(error: unknown, failures: number, since: number): number {
    const { client } = this.#options;
    const request = this.#mustJoin ? "joinGroup" : "fetchOffsets";
    client.onEvent({ type: "retry", request, attempt: failures, reason: error });
    const goesOn = this.#refused("joinGroup", error, since);
    if (goesOn && failures === 0) return 0;
    if (goesOn || passesByItself(error)) return backoff(failures, retryPolicy.request);
    return backoff(failures, hasCode(error, unreleased) ? retryPolicy.partition : retryPolicy.refusedPartition);
  }

  /** What follows from a request that failed; whether another one is the answer to it. */
  #refused(work: MemberWork, error: unknown, since: number): boolean {
    const { client, group, groupProtocol, topics, onFailed, onReplaced } = this.#options;
    if (hasCode(error, "FENCED_INSTANCE_ID")) {
      client.onEvent({ type: "fenced", group, reason: error });
      this.#putOut(error);
      this.#isOut = true;
      onReplaced(error);
      return false;
    }
    if (isFenced(error, this.#epoch)) {
      if (this.#epoch > 0) client.onEvent({ type: "fenced", group, reason: error });
      // A classic group gives ids; one that it has forgotten is refused again.
      if (this.#protocol === "classic" && hasCode(error, "UNKNOWN_MEMBER_ID")) this.#memberId = "";
      this.#putOut(error);
      return true;
    }
    if (hasCode(error, "REBALANCE_IN_PROGRESS")) {
      this.#mustJoin = true;
      return true;
    }
    if (this.#epoch === 0 && groupProtocol === "auto" && this.#protocol === "consumer" && isOtherProtocol(error)) {
      this.#protocol = "classic";
      this.#memberId = "";
      return true;
    }
    // A crashed process of this name is waited for: the group gives the name back when its session is over.
    if (hasCode(error, unreleased)) return false;
    // The connection may be dead altogether: a request that any broker answers tells, and replaces it.
    if (hasCode(error, "NETWORK_EXCEPTION", "REQUEST_TIMED_OUT")) topics.refreshNow();
    onFailed(work, error, since);
    return false;
  }

  /** The group has given its partitions to others, or will. It joins as a new member. */
  #putOut(reason: unknown): void {
    this.#incarnation += 1;
    this.#epoch = 0;
    this.#target = undefined;
    this.#mustJoin = true;
    this.#options.partitions.lose(reason);
  }

  #rejoin(): void {
    this.#mustJoin = true;
    this.#pause.end();
  }

  #exchange(make: () => Promise<void>): Promise<void> {
    const turn = this.#lastExchange.then(make);
    this.#lastExchange = turn.catch(() => undefined);
    return turn;
  }
}
