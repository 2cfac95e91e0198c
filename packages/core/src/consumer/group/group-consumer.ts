import type { Assignment } from "../assignment.ts";
import type { GroupSession, GroupSessionOptions } from "./group-session.ts";
import { placeOf } from "./message-place.ts";

/**
 * A consumer's part in a group. The code that does the work is loaded at the first use, so that pages which read without a group
 * do not load it.
 */
export class GroupConsumer {
  readonly #options: GroupSessionOptions;
  #subscribed: Assignment;
  #loading: Promise<GroupSession> | undefined;
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
    this.#options.inHand.goOn();
    const loading = (this.#loading ??= this.#load());
    try {
      const session = await loading;
      session.membership.comeBack();
      await session.joined;
    } catch (error) {
      if (this.#loading === loading) this.#loading = undefined;
      throw error;
    }
  }

  /**
   * Subscribes to other topics: from now on nothing of those left out is delivered. When it rejects, nothing has changed.
   *
   * @throws TransportError when the log refuses a topic
   */
  async updateTopics(assignment: Assignment): Promise<void> {
    const session = await this.#loading;
    await session?.updateTopics(assignment);
    this.#subscribed = assignment;
    if (session === undefined) await this.start();
  }

  /** Commits what counts as processed; with a message, its partition, and the message counts as well. */
  async commit(message: unknown): Promise<void> {
    const place = message === undefined ? undefined : placeOf(message);
    this.#options.client.signal.throwIfAborted();
    await this.start();
    await this.#session?.commit(place);
  }

  /** Commits what is processed, unless that is left to the caller, and leaves: within seconds. */
  async close(reason: Error): Promise<void> {
    await this.#session?.close(reason);
    this.abort(reason);
  }

  /** Ends at once; the group is not told. */
  abort(reason: Error): void {
    this.#options.client.close(reason);
  }

  async #load(): Promise<GroupSession> {
    const { GroupSession } = await import("./group-session.ts");
    this.#options.client.signal.throwIfAborted();
    this.#session = new GroupSession(this.#subscribed, this.#options);
    return this.#session;
  }
}
