import { checkObject, invalidArgument } from "@dataqueues/core";
import type { Message } from "@dataqueues/core";
import { context, INVALID_SPAN_CONTEXT, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import type { Context, Span } from "@opentelemetry/api";

import { Delivery, isBatch } from "./delivery.ts";
import type { Delivered } from "./delivery.ts";
import { ProcessSpan, processTelemetry } from "./process-span.ts";
import { extractContext } from "./record-headers.ts";
import { observing } from "./telemetry.ts";

/**
 * The context that a message, or a batch, of an instrumented consumer is processed in: with its `process` span, and with
 * the sender's baggage. What is done in it belongs to the message's trace, also later. For a message of a batch it is the
 * batch's context; for any other message what its sender put into the headers.
 *
 * @throws DataQueueError `INVALID_ARGUMENT` for anything but an object
 *
 * @example
 * ```ts
 * for await (const message of consumer) {
 *   await context.with(contextOf(message), () => producer.send(scale(message.value)));
 * }
 * ```
 */
export function contextOf(message: Message<unknown> | readonly Message<unknown>[]): Context {
  checkObject("message", message);
  const found = ProcessSpan.of(message)?.context;
  if (found !== undefined) return found;
  return isBatch(message) ? ROOT_CONTEXT : extractContext(message.headers ?? []);
}

/**
 * Runs a function that processes a message, or a batch, with the `process` span active, and ends the span when the
 * function, or the promise that it returns, is done. An error becomes the span's exception and status, and is thrown on.
 * `for await` alone cannot know of errors in its body, and its span is never active.
 *
 * Call it in the loop's turn of the message, awaited or not: then it takes over the span that began with the delivery.
 * Later, again, for one message of a batch, or for a message of a consumer that is not instrumented, it starts a span of
 * its own.
 *
 * @param process - what to run; it gets the span, to add attributes and events
 * @returns what `process` returns
 * @throws DataQueueError `INVALID_ARGUMENT` for anything but an object and a function
 *
 * @example
 * ```ts
 * for await (const message of consumer) {
 *   await processMessage(message, async (span) => {
 *     span.setAttribute("scan", message.value.scan);
 *     await store(message.value);
 *   });
 * }
 * ```
 */
export function processMessage<Result>(
  message: Message<unknown> | readonly Message<unknown>[],
  process: (span: Span) => Result,
): Result {
  checkObject("message", message);
  if (typeof process !== "function") throw invalidArgument("process", "a function", process);
  const processing = observing(() => spanToEnd(message));
  if (processing === undefined) return process(trace.wrapSpanContext(INVALID_SPAN_CONTEXT));
  let result: Result;
  try {
    result = context.with(processing.context, process, undefined, processing.span);
  } catch (error) {
    observing(() => processing.fail(error));
    throw error;
  }
  const end = (): void => observing(() => processing.end(performance.now()));
  if (!isThenable(result)) end();
  else result.then(end, (error: unknown) => observing(() => processing.fail(error)));
  return result;
}

/** The span of the loop's turn, if it can be taken over; else a new one. */
function spanToEnd(item: Delivered): ProcessSpan {
  const known = ProcessSpan.of(item);
  const isOwn = known?.delivery.item === item;
  if (isOwn && known.take()) return known;
  const telemetry = known?.telemetry ?? processTelemetry({}, false);
  // A message of a batch belongs to the batch.
  const ambient = known === undefined || isOwn ? context.active() : known.context;
  const started = new ProcessSpan(telemetry, new Delivery(item), ambient, performance.now());
  started.attach();
  return started;
}

/** Whether a function returned a promise, of whatever make. */
function isThenable(result: unknown): result is PromiseLike<unknown> {
  return typeof result === "object" && result !== null && "then" in result && typeof result.then === "function";
}
