import { setTimeout as wait } from "node:timers/promises";
import type { ConsumerOptions, DataQueueEvent } from "@dataqueues/core";
import type { GroupMemberLine, GroupMemberOptions } from "@dataqueues/tooling-kafka";
import { DataQueueConsumer, kafkajs } from "dataqueues";

/** Our consumer as a member of a group, with the lines that the other clients' members print. */
export class OwnMember implements AsyncDisposable {
  readonly name = "dataqueues";
  readonly lines: GroupMemberLine[] = [];
  /** All events of the consumer. */
  readonly events: DataQueueEvent[] = [];
  readonly consumer: DataQueueConsumer;
  readonly #handleMs: number;
  readonly #abort = new AbortController();
  readonly #ended: Promise<void>;
  #failure: Error | undefined;

  constructor(
    { bootstrapServers, group, topic, handleMs = 0 }: GroupMemberOptions,
    options: Omit<ConsumerOptions<Uint8Array>, "onEvent" | "signal"> = {},
  ) {
    this.#handleMs = handleMs;
    this.consumer = new DataQueueConsumer(kafkajs(bootstrapServers), {
      topics: topic,
      group,
      ...options,
      signal: this.#abort.signal,
      onEvent: (event) => this.#onEvent(event),
    });
    this.#ended = this.#run().catch((reason: unknown) => {
      if (!this.#abort.signal.aborted) this.#failure = new Error("our member failed", { cause: reason });
    });
  }

  /** Throws if its loop has failed. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Closes the consumer: it commits and leaves. Resolves when its loop has ended. */
  async stop(): Promise<void> {
    await this.consumer.close();
    await this.#ended;
    this.check();
  }

  /** Ends at once, as a process does that is killed: nothing is committed, and the group is not told. */
  async kill(): Promise<void> {
    this.#abort.abort();
    await this.#ended;
  }

  /** Ends at once if it has not been stopped. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }

  async #run(): Promise<void> {
    for await (const { topic, partition, offset } of this.consumer) {
      if (this.#handleMs > 0) await wait(this.#handleMs);
      if (this.#abort.signal.aborted) return;
      this.lines.push({ event: "record", at: Date.now(), topic, partition, offset: Number(offset) });
    }
  }

  #onEvent(event: DataQueueEvent): void {
    this.events.push(event);
    if (event.type !== "assigned" && event.type !== "revoked" && event.type !== "lost") return;
    this.lines.push({ event: event.type, at: Date.now(), partitions: event.partitions });
  }
}
