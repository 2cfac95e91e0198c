import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { TransportError } from "@dataqueues/core";
import type { GroupAnswer, GroupConnection, GroupMember } from "@dataqueues/core";

/** What passes by itself on a broker that has just started. */
export const passing = ["COORDINATOR_NOT_AVAILABLE", "NOT_COORDINATOR", "COORDINATOR_LOAD_IN_PROGRESS"];

/** Tries until the coordinator is there. */
export async function once<Result>(
  request: () => Promise<Result>,
  onError: (code: string) => void = () => {},
): Promise<Result> {
  for (;;) {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof TransportError) || !passing.includes(error.code)) throw error;
      onError(error.code);
      await wait(50);
    }
  }
}

/** The code of the TransportError that something rejects with. */
export async function codeOf(pending: Promise<unknown>): Promise<string> {
  const error: unknown = await pending.then(
    (outcome) => new Error("it did not reject", { cause: outcome }),
    (reason: unknown) => reason,
  );
  if (error instanceof TransportError) return error.code;
  throw error;
}

/** A member of a group on a raw connection; it does what core does. */
export class JoinedMember {
  readonly connection: GroupConnection;
  state: GroupMember;

  constructor(
    connection: GroupConnection,
    state: Pick<GroupMember, "group" | "protocol" | "topics"> & Partial<GroupMember>,
  ) {
    this.connection = connection;
    this.state = {
      memberId: state.protocol === "consumer" ? randomUUID() : "",
      epoch: 0,
      owned: [],
      assignor: "cooperative-sticky",
      sessionTimeoutMs: 6_000,
      rebalanceTimeoutMs: 5_000,
      ...state,
    };
  }

  /** The partitions that it owns, such as `"topic-0"`. */
  get owned(): string[] {
    return this.state.owned.map(([topic, partition]) => `${topic}-${partition}`).sort();
  }

  /** Whether it waits for the others. */
  isJoining = false;

  async join(): Promise<void> {
    this.isJoining = true;
    // With range nothing is owned while a member joins.
    if (this.state.assignor === "range") this.state = { ...this.state, owned: [] };
    const answer = await once(() => this.connection.joinGroup(this.state));
    this.isJoining = false;
    await this.#take(answer);
  }

  /** A heartbeat, or a join if it is none yet, and what follows from the answer. */
  async beat(): Promise<void> {
    if (this.state.epoch === 0) return this.join();
    const answer = await this.connection.heartbeat(this.state);
    return answer.rejoin === true ? this.join() : this.#take(answer);
  }

  async leave(): Promise<void> {
    await this.connection.leaveGroup(this.state);
  }

  async #take(answer: GroupAnswer): Promise<void> {
    const { memberId, epoch, assignment = this.state.owned } = answer;
    const lost = this.state.owned.some((one) => !assignment.some((other) => String(one) === String(other)));
    this.state = { ...this.state, memberId, epoch, owned: assignment };
    if (lost) await this.join();
  }
}

/** Each member joins and sends heartbeats, until something holds and none of them waits. */
export async function untilMembers(members: readonly JoinedMember[], holds: () => boolean): Promise<void> {
  const end = performance.now() + 30_000;
  const isOver = (): boolean => holds() && members.every(({ isJoining }) => !isJoining);
  await Promise.all(
    members.map(async (member) => {
      while (!isOver()) {
        if (performance.now() > end) throw new Error(`in 30 s it never came to ${holds.toString()}`);
        await member.beat();
        await wait(50);
      }
    }),
  );
}
