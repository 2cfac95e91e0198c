import { DataQueueConsumer, TransportError } from "dataqueues";
import type { ConsumerOptions, DataQueueEvent, Message, Transport } from "@dataqueues/core";
import type { Committed, GroupHistory } from "./group-history.ts";

/** How a member works on what it is given. */
export interface MemberStyle {
  /** One message at a time, several at a time, or one at a time with a commit of its own for each. */
  readonly loop: "messages" | "batches" | "commits";
  /** How long a message takes, in milliseconds. */
  readonly workMs: number;
}

/** What a member works with. */
export interface MemberOptions {
  readonly name: string;
  readonly transport: Transport;
  readonly style: MemberStyle;
  readonly consumer: ConsumerOptions<Uint8Array>;
  readonly history: GroupHistory;
  /** The places that the group has now. */
  readonly committed: () => Promise<Committed>;
}

/** A process of a group, which handles what it is given until it is closed or killed. */
export class GroupMember {
  readonly name: string;
  readonly consumer: DataQueueConsumer;
  /** All that its consumer told. */
  readonly events: DataQueueEvent[] = [];
  /** Settles when its loop has ended. */
  readonly ended: Promise<void>;
  /** How much longer than usual the next message takes. */
  extraWorkMs = 0;
  readonly #options: MemberOptions;
  readonly #kill = new AbortController();

  constructor(options: MemberOptions) {
    const { name, transport, consumer, style } = options;
    this.name = name;
    this.#options = options;
    this.consumer = new DataQueueConsumer(transport, {
      ...consumer,
      autoCommit: style.loop !== "commits",
      signal: this.#kill.signal,
      onEvent: (event) => this.#note(event),
    });
    this.ended = this.#work();
  }

  /** Ends it as kill -9 does: nothing more is handled, nothing is committed, and the group is not told. */
  kill(): void {
    this.#kill.abort(new Error(`${this.name} was killed`));
  }

  #note(event: DataQueueEvent): void {
    const { name, history, committed } = this.#options;
    this.events.push(event);
    if (this.#kill.signal.aborted) return;
    if (event.type === "revoked" || event.type === "lost") history.gaveUp(name, event.partitions);
    // The places are those of this moment: they are read before anything else happens.
    if (event.type === "assigned") void committed().then((places) => history.assigned(name, event.partitions, places));
  }

  async #work(): Promise<void> {
    const { style, consumer } = { style: this.#options.style, consumer: this.consumer };
    const loop: AsyncIterator<Message<Uint8Array | null>[] | Message<Uint8Array | null>, undefined> =
      style.loop === "batches"
        ? consumer.batches({ maxMessages: 7, maxWaitMs: 5 })[Symbol.asyncIterator]()
        : consumer[Symbol.asyncIterator]();
    for (;;) {
      try {
        const next = await loop.next();
        if (next.done === true) return;
        await this.#handle([next.value].flat());
      } catch {
        if (this.#kill.signal.aborted) return;
        // It told of a log that cannot be reached; a service goes on.
      }
    }
  }

  async #handle(messages: readonly Message<Uint8Array | null>[]): Promise<void> {
    const { name, history, style, committed } = this.#options;
    for (const message of messages) history.delivered(name, message);
    const workMs = style.workMs + this.extraWorkMs;
    this.extraWorkMs = 0;
    if (workMs > 0) await new Promise((done) => setTimeout(done, workMs));
    if (this.#kill.signal.aborted) return;
    for (const message of messages) history.handled(message);
    if (style.loop !== "commits") return;
    for (const message of messages) {
      if (await this.#commits(message)) history.toldCommitted(name, message, await committed());
    }
  }

  /** Commits a message, again and again while that can help; answers whether it is committed. */
  async #commits(message: Message<unknown>): Promise<boolean> {
    for (;;) {
      try {
        await this.consumer.commit(message);
        return true;
      } catch (error) {
        // The group gave the partition away, so the message comes again; or this member ends.
        if (!(error instanceof TransportError) || error.code === "ILLEGAL_GENERATION") return false;
      }
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}
