import { TransportError } from "../../contract/errors.ts";
import { isOffset } from "../../shared/check-number.ts";
import { invalidArgument } from "../../shared/invalid-argument.ts";
import { settleWithin } from "../../shared/wait.ts";
import type { Assignment } from "../assignment.ts";
import type { PartitionState } from "../partition-state.ts";
import { commitTimeoutMs, GroupSession } from "./group-session.ts";
import type { GroupSessionOptions } from "./group-session.ts";

/** The longest that closing may take: a last commit, and leaving. */
const closeTimeoutMs = 5_000;

/** A message's place. */
interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** A consumer's part in a group: what it is given to read, and the places that it keeps. */
export class GroupConsumer {
  readonly #options: GroupSessionOptions;
  #subscribed: Assignment;
  #session: GroupSession | undefined;

  constructor(subscribed: Assignment, options: GroupSessionOptions) {
    this.#subscribed = subscribed;
    this.#options = options;
  }

  /** Whether messages may be delivered: nobody else can have the partitions yet. */
  get mayDeliver(): boolean {
    return this.#session?.membership.isCurrent ?? false;
  }

  /** Joins, unless it has; resolves when what the group gave first is read from its places. */
  async start(): Promise<void> {
    const session = (this.#session ??= new GroupSession(this.#subscribed, this.#options));
    session.membership.comeBack();
    try {
      await session.joined;
    } catch (error) {
      if (this.#session === session) this.#session = undefined;
      throw error;
    }
  }

  /**
   * Subscribes to other topics: from now on nothing of those left out is delivered. When it rejects, nothing has changed.
   *
   * @throws TransportError when the log refuses a topic
   */
  async updateTopics(assignment: Assignment): Promise<void> {
    const session = this.#session;
    await session?.topics.change(assignment);
    this.#subscribed = assignment;
    if (session === undefined) return this.start();
    const { partitions, membership } = session;
    partitions.hold(partitions.owned.filter(([topic]) => !assignment.hasTopic(topic)));
    membership.subscribe({ names: true });
  }

  /** Commits what counts as processed; with a message, its partition, and the message counts as well. */
  async commit(message: unknown): Promise<void> {
    const { fetcher, inHand, requestTimeoutMs } = this.#options;
    const place = message === undefined ? undefined : placeOf(message);
    const session = this.#session;
    const state = place && fetcher.subscription.get(place.topic, place.partition);
    if (place !== undefined && (state === undefined || session === undefined)) throw this.#notOwned(place);
    if (session === undefined) return;
    if (state !== undefined && place !== undefined) inHand.processed(state, place.offset);
    const only = state === undefined ? undefined : new Set<PartitionState>([state]);
    const { incarnation } = session.membership;
    await session.commits.commit({ only, withinMs: requestTimeoutMs });
    if (session.membership.incarnation !== incarnation) throw this.#notOwned(place);
  }

  /** Ends at once; the group is not told. */
  abort(reason: Error): void {
    this.#options.client.close(reason);
  }

  /** Commits what is processed, unless that is left to the caller, and leaves: within seconds. */
  async close(reason: Error): Promise<void> {
    const { client } = this.#options;
    if (this.#session !== undefined) await this.#leave(this.#session);
    client.close(reason);
  }

  async #leave(session: GroupSession): Promise<void> {
    session.stop();
    const { commits, membership } = session;
    const leave = async (): Promise<void> => {
      await commits.commitByItself({ renew: true, withinMs: commitTimeoutMs }).catch(() => undefined);
      await membership.leave();
    };
    // The group would notice by itself: nothing is lost.
    const tooLate = (): Error => new Error(`no answer within ${closeTimeoutMs} ms`);
    await settleWithin(leave(), closeTimeoutMs, tooLate, this.#options.client.signal).catch(() => undefined);
  }

  #notOwned(place: Place | undefined): TransportError {
    const { group } = this.#options;
    const what =
      place === undefined ? "what was processed" : `${place.topic}[${place.partition}] up to ${place.offset}`;
    const message = `cannot commit ${what}: group ${group} gave the partition to another member, where it is processed again`;
    return new TransportError(message, { code: "ILLEGAL_GENERATION", retriable: false, ...place });
  }
}

/** The place of a message that a caller gives. */
function placeOf(message: unknown): Place {
  if (
    typeof message === "object" &&
    message !== null &&
    "topic" in message &&
    "partition" in message &&
    "offset" in message
  ) {
    const { topic, partition, offset } = message;
    if (typeof topic === "string" && typeof partition === "number" && typeof offset === "bigint" && isOffset(offset)) {
      return { topic, partition, offset };
    }
  }
  throw invalidArgument("message", "a message of this consumer", message);
}
