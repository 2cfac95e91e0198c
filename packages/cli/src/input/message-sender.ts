import type { DataQueueProducer, SendOptions } from "@dataqueues/core";

import { Acknowledgements } from "./acknowledgements.ts";
import type { CheckedMessage } from "./check-message.ts";
import { placeOf } from "./read-messages.ts";
import type { InputMessage } from "./read-messages.ts";

/** How many messages may wait for the log at a time, and how many bytes: half of what a producer buffers. */
const maxWaiting = 5_000;
const maxWaitingBytes = 2 ** 25;

/** The first message, in the order of the input, that could not be sent. */
export interface SendFailure {
  readonly place: string;
  readonly error: unknown;
  /** How many messages come before it: all of them were acknowledged. */
  readonly before: number;
}

/** Sends messages in their order, many at a time, and knows which were acknowledged. */
export class MessageSender {
  readonly acknowledged: Acknowledgements = new Acknowledgements();
  readonly #producer: DataQueueProducer;
  readonly #options: SendOptions<never>;
  readonly #onFailure: (error: unknown) => void;
  #taken = 0;
  #waiting = 0;
  #waitingBytes = 0;
  #failure: SendFailure | undefined;
  /** Wakes whoever waits until messages are settled. */
  #onSettled: (() => void) | undefined;

  /** @param onFailure - called once, at the first failure: no more messages are wanted */
  constructor(producer: DataQueueProducer, options: SendOptions<never>, onFailure: (error: unknown) => void) {
    this.#producer = producer;
    this.#options = options;
    this.#onFailure = onFailure;
  }

  get failure(): SendFailure | undefined {
    return this.#failure;
  }

  /** Resolves when another message may be sent, which is not yet when this one is acknowledged. */
  async send(message: Omit<InputMessage, "bytes">, { bytes, encoding }: CheckedMessage): Promise<void> {
    const before = this.#taken;
    const size = bytes?.length ?? 0;
    this.#taken += 1;
    this.#waiting += 1;
    this.#waitingBytes += size;
    const key = message.key === undefined ? this.#options.key : message.key;
    const sent =
      encoding === null || bytes === null
        ? this.#producer.send(bytes, { ...this.#options, key, encoding: null })
        : this.#producer.send(bytes, { ...this.#options, key, encoding });
    sent
      .then(
        (metadata) => this.acknowledged.add(metadata, size, message.array),
        (error: unknown) => this.#fail({ place: placeOf(message), error, before }),
      )
      .finally(() => {
        this.#waiting -= 1;
        this.#waitingBytes -= size;
        this.#onSettled?.();
      });
    await this.#until(() => this.#waiting < maxWaiting && this.#waitingBytes < maxWaitingBytes);
  }

  /** Resolves when all messages are acknowledged or have failed. */
  settled(): Promise<void> {
    return this.#until(() => this.#waiting === 0);
  }

  #fail(failure: SendFailure): void {
    const isFirst = this.#failure === undefined;
    if (this.#failure === undefined || failure.before < this.#failure.before) this.#failure = failure;
    if (isFirst) this.#onFailure(failure.error);
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => (this.#onSettled = resolve));
  }
}
