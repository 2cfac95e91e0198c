import { offsetAttribute } from "@dataqueues/core";
import type { Message } from "@dataqueues/core";
import type { Attributes, Context, Link } from "@opentelemetry/api";

import { recordAttributes } from "./attributes.ts";
import { extractContext, spanContextOf } from "./record-headers.ts";

/** What a loop is given at a time: a message, or a batch of one partition. */
export type Delivered = Message<unknown> | readonly Message<unknown>[];

/** What a loop is given at a time, with the contexts of the senders. */
export class Delivery {
  readonly item: Delivered;
  readonly #messages: readonly Message<unknown>[];
  /** One for each message; a context without a span where the sender gave none. */
  readonly #creators: readonly Context[];

  constructor(item: Delivered) {
    this.item = item;
    this.#messages = isBatch(item) ? item : [item];
    this.#creators = this.#messages.map(({ headers }) => extractContext(headers));
  }

  get topic(): string | undefined {
    return this.#messages[0]?.topic;
  }

  get partition(): number | undefined {
    return this.#messages[0]?.partition;
  }

  /** How many messages there are. */
  get count(): number {
    return this.#messages.length;
  }

  /** The context of the sender; of no use for a batch, which has many. */
  get creator(): Context | undefined {
    return isBatch(this.item) ? undefined : this.#creators[0];
  }

  /** Links to the senders' spans; those of a batch say which message each is. */
  links(): Link[] {
    return this.#creators.flatMap((creator, at): Link | never[] => {
      const context = spanContextOf(creator);
      if (context === undefined) return [];
      const offset = isBatch(this.item) ? this.#messages[at]?.offset : undefined;
      return offset === undefined
        ? { context }
        : { context, attributes: { "messaging.kafka.offset": offsetAttribute(offset) } };
    });
  }

  /** What tells this delivery from others: the record, or how many a batch has. */
  attributes(): Attributes {
    if (isBatch(this.item)) return { "messaging.batch.message_count": this.count };
    const { key, value, offset } = this.item;
    return recordAttributes(key, value === null, offset);
  }

  /** Every object that the application may ask about: the batch and its messages, or the message. */
  objects(): readonly object[] {
    return isBatch(this.item) ? [this.item, ...this.#messages] : this.#messages;
  }
}

/** Whether a loop was given a batch. */
export function isBatch(item: Delivered): item is readonly Message<unknown>[] {
  return Array.isArray(item);
}
