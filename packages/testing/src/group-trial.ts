import { TransportError } from "@dataqueues/core";
import type { CommittedOffset, GroupConnection, GroupMember, GroupProtocol, TopicPartition } from "@dataqueues/core";

import { check, within } from "./conformance-case.ts";
import { memberOf } from "./trial.ts";
import type { Trial } from "./trial.ts";
import { TrialMember } from "./trial-member.ts";

const leaveMs = 1_000;
/** Between two heartbeats. */
const beatMs = 5;

/** Protocols by which members of a group can get their partitions. */
export const groupProtocols: readonly GroupProtocol[] = ["consumer", "classic"];

/** One case's use of a group: its members, and what holds of them all. */
export class GroupTrial {
  readonly trial: Trial;
  readonly protocol: GroupProtocol;
  /** The group's name, which was never used before. */
  readonly group: string;
  readonly #members: TrialMember[] = [];

  constructor(trial: Trial, protocol: GroupProtocol) {
    this.trial = trial;
    this.protocol = protocol;
    this.group = trial.freshName();
  }

  /** A connection that members share. */
  connection(): Promise<GroupConnection> {
    return this.trial.group();
  }

  /** A member that has not joined yet. */
  async newMember(topics: readonly string[], rest: Partial<GroupMember> = {}): Promise<TrialMember> {
    const ofProtocol = this.protocol === "classic" ? { memberId: "" } : {};
    const state = { ...memberOf(this.group, topics), protocol: this.protocol, ...ofProtocol, ...rest };
    const pause = (what: string): Promise<void> => this.trial.pause(what, beatMs);
    const member = new TrialMember(state, { connection: await this.connection(), pause });
    this.#members.push(member);
    return member;
  }

  /** A member that joins and beats by itself. */
  async member(topics: readonly string[], rest: Partial<GroupMember> = {}): Promise<TrialMember> {
    const member = await this.newMember(topics, rest);
    member.start();
    return member;
  }

  /** A member, once it owns so many partitions. */
  async owner(topic: string, partitions: number, rest: Partial<GroupMember> = {}): Promise<TrialMember> {
    const member = await this.member([topic], rest);
    await this.until(`a member to own ${partitions} partitions`, () => member.owned.length === partitions);
    return member;
  }

  /** Waits until something is so. Fails if a partition has two owners meanwhile, or a member cannot go on. */
  async until(what: string, isSo: () => boolean): Promise<void> {
    for (;;) {
      for (const { error } of this.#members) if (error !== undefined) throw error;
      const all = this.#members.flatMap(({ state, owned }) => owned.map((one) => `${one} in group ${state.group}`));
      const twice = all.find((one, index) => all.indexOf(one) !== index);
      check(twice === undefined, `two members own ${twice} at the same time`);
      if (isSo()) return;
      const owned = this.#members.map((one) => `[${one.owned.join(" ")}]`).join(" and ");
      await this.trial.pause(`${what}; they own ${owned}`, beatMs);
    }
  }

  /** Commits one offset, which has to succeed. */
  async commit({ state }: TrialMember, topic: string, offset: bigint, partition = 0): Promise<void> {
    const connection = await this.connection();
    const answers = await this.trial.retried("a commit", () =>
      connection.commitOffsets(state, [{ topic, partition, offset }]),
    );
    check(answers.length === 1, `commitOffsets of one offset has ${answers.length} answers`);
    check(answers[0]?.error === undefined, `commitOffsets returned ${String(answers[0]?.error)}`, answers[0]?.error);
  }

  /** The committed offset of each partition. One that is not certain yet is asked for again. */
  async committed({ state }: TrialMember, partitions: readonly TopicPartition[]): Promise<(bigint | undefined)[]> {
    const connection = await this.connection();
    const fetched = await this.trial.retried("committed offsets", async () => {
      const answers = await connection.fetchOffsets(state, partitions);
      for (const { error } of answers) if (error !== undefined) throw error;
      return answers;
    });
    const isSame = (one: CommittedOffset, index: number): boolean =>
      one.topic === partitions[index]?.[0] && one.partition === partitions[index][1];
    check(
      fetched.length === partitions.length && fetched.every(isSame),
      `fetchOffsets of ${partitions.join(" and ")} answered those of ${fetched.map((one) => `${one.topic},${one.partition}`).join(" and ")}`,
    );
    return fetched.map((one) => (one.error === undefined ? one.offset : undefined));
  }

  /** Whether no member could join because the log does not have this protocol. */
  isMissing(error: unknown): boolean {
    const nobody = this.#members.every(({ answers }) => answers === 0);
    return nobody && error instanceof TransportError && error.code === "UNSUPPORTED_VERSION";
  }

  /** Stops all members; those that are still in the group leave it. What fails here has failed in the cases about it. */
  async end(): Promise<void> {
    const leave = (): Promise<unknown> => Promise.allSettled(this.#members.map((member) => member.leave()));
    await Promise.allSettled([within(leaveMs, "leaving", leave)]);
  }
}
