import { checkChoice, checkObject, invalidArgument } from "@dataqueues/core";
import type { Attributes } from "@dataqueues/core";

/** What all spans and metrics of a producer, a consumer or its events have in common. */
export interface InstrumentationOptions {
  /**
   * Attributes that only the caller knows, such as `server.address`, `server.port` and `messaging.client.id`. They are part
   * of every metric too, so they should have few values. `messaging.system` is `kafka` unless this says otherwise.
   */
  readonly attributes?: Attributes | undefined;
}

/** How a consumer is traced. */
export interface ConsumerInstrumentationOptions extends InstrumentationOptions {
  /**
   * Whether the sender's span is the parent of a message's `process` span, so that both are one trace. False by default:
   * then the span belongs to the trace in which the consumer's loop runs, or begins one, and links to the sender's.
   */
  readonly creationContextAsParent?: boolean | undefined;
}

/** The options' attributes, checked. Throws a `DataQueueError` `INVALID_ARGUMENT` that names the one which makes no sense. */
export function checkAttributes(options: InstrumentationOptions): Attributes {
  checkObject("options", options);
  const { attributes } = options;
  if (attributes === undefined) return {};
  checkObject("attributes", attributes);
  for (const [name, value] of Object.entries<unknown>(attributes)) {
    if (!["string", "number", "boolean"].includes(typeof value)) {
      throw invalidArgument(`attributes[${JSON.stringify(name)}]`, "text, a number, true or false", value);
    }
  }
  return { ...attributes };
}

/** As {@link checkAttributes}, and whether the sender's span is to be the parent. */
export function checkConsumerOptions(options: ConsumerInstrumentationOptions): {
  readonly attributes: Attributes;
  readonly creationContextAsParent: boolean;
} {
  const attributes = checkAttributes(options);
  const { creationContextAsParent = false } = options;
  checkChoice("creationContextAsParent", creationContextAsParent, [true, false]);
  return { attributes, creationContextAsParent };
}
