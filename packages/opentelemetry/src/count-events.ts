import { openTelemetryAttributes } from "@dataqueues/core";
import type { OnEvent } from "@dataqueues/core";
import type { Attributes, Counter, Meter } from "@opentelemetry/api";

import { checkAttributes } from "./instrumentation-options.ts";
import type { InstrumentationOptions } from "./instrumentation-options.ts";
import { observing, ownMeter } from "./telemetry.ts";

/** The attributes of events that have few values. Offsets and numbers of attempts would make a series each. */
const counted: readonly string[] = [
  "messaging.system",
  "messaging.operation.name",
  "messaging.destination.name",
  "messaging.destination.partition.id",
  "error.type",
  "dataqueues.request",
  "dataqueues.role",
  "dataqueues.transport",
];

/**
 * An `onEvent` that counts. `dataqueues.events` counts every event by its type, as `dataqueues.event`, and by topic,
 * partition, request and error. `dataqueues.consumer.lost.records` counts the offsets that the log deleted before the
 * consumer had read them, `dataqueues.consumer.skipped.records` what the consumer's option `latest` left out.
 *
 * @throws DataQueueError `INVALID_ARGUMENT` naming the option that makes no sense
 *
 * @example
 * ```ts
 * const count = countEvents({ attributes: { "server.address": "kafka.example.org" } });
 * const consumer = new DataQueueConsumer(transport, { topics: ["pointing"], onEvent: count });
 * ```
 */
export function countEvents(options: InstrumentationOptions = {}): OnEvent {
  const known = checkAttributes(options);
  const meter = ownMeter();
  const events = meter.createCounter("dataqueues.events", {
    description: "Number of events of a producer, consumer or admin.",
    unit: "{event}",
  });
  const lost = recordCounter(meter, "lost", "Number of offsets that the log deleted before they were read.");
  const skipped = recordCounter(meter, "skipped", "Number of records that were left out in favour of the newest.");
  return (event) =>
    observing(() => {
      const all = openTelemetryAttributes(event, known);
      const attributes: Attributes = { ...known, "dataqueues.event": event.type };
      for (const name of counted) if (all[name] !== undefined) attributes[name] = all[name];
      events.add(1, attributes);
      const { "dataqueues.event": _type, "error.type": _error, ...place } = attributes;
      if (event.type === "skipped") skipped.add(event.count, place);
      if (event.type === "offsetOutOfRange" && event.lostTo > event.lostFrom) {
        lost.add(Number(event.lostTo - event.lostFrom), place);
      }
    });
}

function recordCounter(meter: Meter, which: string, description: string): Counter {
  return meter.createCounter(`dataqueues.consumer.${which}.records`, { description, unit: "{record}" });
}
