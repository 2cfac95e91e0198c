import type { BatchOptions, DataQueueConsumer } from "@dataqueues/core";

import { TracedIterator } from "./traced-iterator.ts";
import type { LoopTelemetry } from "./traced-iterator.ts";
import { checkClient, replaceMethods } from "./instrument.ts";
import { checkConsumerOptions } from "./instrumentation-options.ts";
import type { ConsumerInstrumentationOptions } from "./instrumentation-options.ts";
import { LagGauge } from "./lag-gauge.ts";
import { processTelemetry } from "./process-span.ts";
import { messageCounter, operationDuration, ownMeter } from "./telemetry.ts";

/**
 * Traces and measures what loops over this consumer, and over its batches, are given from now on. Gives the same consumer
 * back; its messages and its other methods are as before.
 *
 * Each message has two spans, and so has each batch. `poll <topic>`, of kind `CLIENT`, is from the loop's question to the
 * delivery. `process <topic>`, of kind `CONSUMER`, is from the delivery until the loop asks again or ends. Both link to the
 * senders' spans, which are read from the headers by the registered propagator. An error thrown in a loop's body looks like
 * `break` from here: {@link processMessage} records it, and makes the span active.
 *
 * Metrics: `messaging.client.consumed.messages`, `messaging.client.operation.duration`, `messaging.process.duration`, and
 * `dataqueues.consumer.lag` for each partition, as `consumer.positions()` tells it, until the consumer is
 * closed or a loop fails; the next message brings it back.
 *
 * Register the SDK first: OpenTelemetry gives metrics to no SDK that comes later.
 *
 * @throws DataQueueError `INVALID_ARGUMENT` naming the argument or option that makes no sense, and for a consumer that is
 * instrumented already
 *
 * @example
 * ```ts
 * const consumer = instrumentConsumer(new DataQueueConsumer(transport, { topics: "weather", encoding: json() }));
 * for await (const message of consumer) await processMessage(message, () => store(message.value));
 * ```
 */
export function instrumentConsumer<Consumer extends DataQueueConsumer<unknown>>(
  consumer: Consumer,
  options: ConsumerInstrumentationOptions = {},
): Consumer {
  checkClient("consumer", "DataQueueConsumer", consumer, [Symbol.asyncIterator, "batches", "positions", "close"]);
  const telemetry = loopTelemetry(consumer, options);
  const iterate = consumer[Symbol.asyncIterator].bind(consumer);
  const batches = consumer.batches.bind(consumer);
  const close = consumer.close.bind(consumer);
  replaceMethods(consumer, {
    [Symbol.asyncIterator]: () => new TracedIterator(iterate(), telemetry),
    close: () => {
      telemetry.lag.stop();
      return close();
    },
    batches: (options?: BatchOptions) => {
      const plain = batches(options);
      return { [Symbol.asyncIterator]: () => new TracedIterator(plain[Symbol.asyncIterator](), telemetry) };
    },
  });
  telemetry.lag.start();
  return consumer;
}

function loopTelemetry(consumer: DataQueueConsumer<unknown>, options: ConsumerInstrumentationOptions): LoopTelemetry {
  const { attributes: known, creationContextAsParent } = checkConsumerOptions(options);
  const meter = ownMeter();
  const description = "Number of messages that were delivered to the application.";
  return {
    processing: processTelemetry(known, creationContextAsParent),
    operationDuration: operationDuration(meter),
    consumedMessages: messageCounter(meter, "messaging.client.consumed.messages", description),
    lag: new LagGauge(meter, consumer.positions.bind(consumer), known),
  };
}
