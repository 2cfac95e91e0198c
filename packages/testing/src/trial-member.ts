import { TransportError } from "@dataqueues/core";
import type { GroupAnswer, GroupConnection, GroupMember, TopicPartition } from "@dataqueues/core";

/** What a member needs of the case that it is in. */
export interface TrialMemberOptions {
  readonly connection: GroupConnection;
  /** Waits a little; fails once the case's time is up. */
  readonly pause: (what: string) => Promise<void>;
}

/**
 * A member of a group as core is one: it says what it owns, gives up at once what the log takes away, and joins again when it is
 * asked to.
 */
export class TrialMember {
  /** The member as it sees itself now. */
  state: GroupMember;
  /** Whether it goes on to own what the log takes away. */
  keepsAll = false;
  /** What the log said last that it shall own. */
  assignment: readonly TopicPartition[] = [];
  /** How often the log has answered. */
  answers = 0;
  /** Why it does not beat any more. */
  error: unknown;
  readonly #connection: GroupConnection;
  readonly #pause: (what: string) => Promise<void>;
  #beating: Promise<void> | undefined;
  #isStopped = false;

  constructor(state: GroupMember, { connection, pause }: TrialMemberOptions) {
    this.state = state;
    this.#connection = connection;
    this.#pause = pause;
  }

  /** The partitions that it owns, as texts in order. */
  get owned(): string[] {
    return this.state.owned.map(([topic, partition]) => `${topic}/${partition}`).toSorted();
  }

  /** Joins, and beats until it is stopped. */
  start(): void {
    this.#isStopped = false;
    this.#beating = this.#beat().catch((error: unknown) => {
      this.error = error;
    });
  }

  /** Ends the beating; the log is not told. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#beating;
  }

  /** Stops, and leaves the group. */
  async leave(): Promise<void> {
    await this.stop();
    await this.#connection.leaveGroup(this.state);
    this.state = { ...this.state, owned: [] };
  }

  /** Joins, as often as it takes; again when it has given up what the log took away. */
  async join(): Promise<void> {
    for (;;) {
      if (this.state.protocol === "classic" && this.state.assignor === "range")
        this.state = { ...this.state, owned: [] };
      const before = this.state.owned.length;
      const answer = await this.#joined();
      if (answer === undefined) continue;
      this.#accept(answer);
      // In a consumer group the next heartbeat says it.
      if (this.state.protocol === "consumer" || this.state.owned.length >= before) return;
    }
  }

  async #joined(): Promise<GroupAnswer | undefined> {
    try {
      return await this.#connection.joinGroup(this.state);
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      const isLate = error.code === "REBALANCE_IN_PROGRESS" || error.code === "ILLEGAL_GENERATION";
      if (!error.retriable && !isLate) throw error;
      await this.#pause(`a member to join; ${error.message}`);
      return undefined;
    }
  }

  async #beat(): Promise<void> {
    await this.join();
    for (;;) {
      await this.#pause("members to own what they should");
      if (this.#isStopped) return;
      try {
        const before = this.state.owned.length;
        const answer = await this.#connection.heartbeat(this.state);
        this.#accept(answer);
        const hasGivenUp = this.state.protocol === "classic" && this.state.owned.length < before;
        if (answer.rejoin === true || hasGivenUp) await this.join();
      } catch (error) {
        if (!(error instanceof TransportError && error.retriable)) throw error;
      }
    }
  }

  #accept({ memberId, epoch, assignment }: GroupAnswer): void {
    this.answers += 1;
    this.assignment = assignment ?? this.assignment;
    const has = ([topic, partition]: TopicPartition): boolean =>
      this.assignment.some((one) => one[0] === topic && one[1] === partition);
    const kept = this.keepsAll ? this.state.owned.filter((one) => !has(one)) : [];
    this.state = { ...this.state, memberId, epoch, owned: [...this.assignment, ...kept] };
  }
}
