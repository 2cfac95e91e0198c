import { setTimeout as wait } from "node:timers/promises";
import type { ConsumerOptions, DataQueueEvent, Transport } from "@dataqueues/core";
import { DataQueueConsumer, TransportError } from "dataqueues";

import { readPayload } from "../payload.ts";
import type { MemberHistory } from "./group-checker.ts";

/** How a member in this process works. */
export interface InProcessMemberOptions extends ConsumerOptions<Uint8Array> {
  /** How long it takes to handle a message, at most. */
  readonly handleMs: () => number;
  /** How long it may go on with partitions that were taken from it without a word. */
  readonly graceMs: number;
}

/** A member of a group in this process, for the in-process log. It writes what a member process would. */
export class InProcessMember {
  readonly name: string;
  fate: string | null = null;
  /** Why reading has ended, if the consumer rejected for good. */
  ended: string | undefined;
  readonly #options: InProcessMemberOptions;
  readonly #consumer: DataQueueConsumer;
  readonly #abort: AbortController = new AbortController();
  readonly #lines: string[] = [];
  readonly #handled: Set<string>;
  readonly #reading: Promise<void>;

  /** @param handled - gets "partition offset" of each message that this member handles */
  constructor(transport: Transport, name: string, handled: Set<string>, options: InProcessMemberOptions) {
    this.name = name;
    this.#options = options;
    this.#handled = handled;
    const { handleMs: _handleMs, graceMs: _graceMs, ...settings } = options;
    const onEvent = (event: DataQueueEvent): void => this.#note(event);
    this.#consumer = new DataQueueConsumer(transport, { ...settings, onEvent, signal: this.#abort.signal });
    this.#reading = this.#read();
  }

  /** Ends as a process does that closes its consumer. */
  async close(): Promise<void> {
    await this.#consumer.close();
    await this.#reading;
  }

  /** Ends at once, without a word to the group, as a process that is killed. */
  async crash(): Promise<void> {
    this.fate ??= "aborted";
    this.#abort.abort();
    await this.#reading;
  }

  history(): MemberHistory {
    const { graceMs } = this.#options;
    return { name: this.name, fate: this.fate, graceMs, lines: this.#lines.join("\n") };
  }

  #write(what: string, fields: object): void {
    this.#lines.push(JSON.stringify({ what, time: now(), ...fields }));
  }

  #note(event: DataQueueEvent): void {
    if (this.#abort.signal.aborted) return;
    if (event.type === "assigned" || event.type === "revoked")
      this.#write(event.type, { partitions: event.partitions });
    else if (event.type === "lost") this.#write("lost", { partitions: event.partitions });
  }

  async #read(): Promise<void> {
    while (!this.#abort.signal.aborted) {
      try {
        for await (const { topic, partition, offset, value } of this.#consumer) {
          const began = now();
          await wait(this.#options.handleMs());
          // A process that was killed finishes nothing.
          if (this.#abort.signal.aborted) return;
          this.#handled.add(`${partition} ${offset}`);
          this.#write("handled", { began, topic, partition, offset: Number(offset), ...readPayload(value) });
        }
        return;
      } catch (error) {
        if (this.#abort.signal.aborted) return;
        // The consumer reports an outage once and continues by itself when it is over.
        if (error instanceof TransportError && error.retriable) continue;
        this.ended = `reading of ${this.name} ended with ${String(error)}`;
        return;
      }
    }
  }
}

/** Unix time in milliseconds, with fractions: much happens within one. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
