import type { DataQueueProducer } from "@dataqueues/core";

import { checkClient, replaceMethods } from "./instrument.ts";
import { checkAttributes } from "./instrumentation-options.ts";
import type { InstrumentationOptions } from "./instrumentation-options.ts";
import { TracedSend } from "./traced-send.ts";

/**
 * Traces and measures the sends of this producer from now on. Gives the same producer back; its other methods and its
 * results are as before.
 *
 * Each send has a span `send <topic>` of kind `PRODUCER`, from the call to the acknowledgement. Its context goes into the
 * record's headers by the registered propagator: `traceparent`, `tracestate` and `baggage` with the usual ones. A caller's
 * own valid `traceparent` stays as it is, as the conventions ask for: then the span links to it, and its kind is `CLIENT`.
 * Metrics: `messaging.client.sent.messages` and `messaging.client.operation.duration`.
 *
 * Register the SDK first: OpenTelemetry gives metrics to no SDK that comes later.
 *
 * @throws DataQueueError `INVALID_ARGUMENT` naming the argument or option that makes no sense, and for a producer that is
 * instrumented already
 *
 * @example
 * ```ts
 * const producer = instrumentProducer(new DataQueueProducer(transport, { topic: "weather", encoding: json() }), {
 *   attributes: { "server.address": "kafka.example.org", "server.port": 9092 },
 * });
 * ```
 */
export function instrumentProducer<Producer extends DataQueueProducer<never>>(
  producer: Producer,
  options: InstrumentationOptions = {},
): Producer {
  checkClient("producer", "DataQueueProducer", producer, ["send"]);
  const traced = new TracedSend(producer.send.bind(producer), checkAttributes(options));
  replaceMethods(producer, { send: traced.send.bind(traced) });
  return producer;
}
