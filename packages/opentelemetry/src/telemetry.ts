import { diag, metrics, trace } from "@opentelemetry/api";
import type { Counter, Histogram, Meter, Tracer } from "@opentelemetry/api";

const scope = "@dataqueues/opentelemetry";

/** The version of the semantic conventions that names of spans, metrics and attributes follow. */
const schemaUrl = "https://opentelemetry.io/schemas/1.44.0";

/** The bounds, in seconds, that the conventions ask for. */
const durationBounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Where spans begin. Follows the application's SDK, even if that is registered later. */
export function ownTracer(): Tracer {
  return trace.getTracerProvider().getTracer(scope, undefined, { schemaUrl });
}

/** Where metrics come from: the SDK that is registered now. */
export function ownMeter(): Meter {
  return metrics.getMeter(scope, undefined, { schemaUrl });
}

/** Counts messages. */
export function messageCounter(meter: Meter, name: string, description: string): Counter {
  return meter.createCounter(name, { description, unit: "{message}" });
}

/** Measures how long an operation takes, in seconds. */
export function durationHistogram(meter: Meter, name: string, description: string): Histogram {
  return meter.createHistogram(name, { description, unit: "s", advice: { explicitBucketBoundaries: durationBounds } });
}

/** How long operations of a producer or a consumer take. */
export function operationDuration(meter: Meter): Histogram {
  const description = "Duration of messaging operation initiated by a producer or consumer client.";
  return durationHistogram(meter, "messaging.client.operation.duration", description);
}

/**
 * Runs what only observes. What it throws, say a propagator or a sampler that cannot take what it is given, is reported to
 * OpenTelemetry's own log and must not become an error of the send or the message.
 */
export function observing<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    diag.error(`${scope}: could not observe`, error);
    return undefined;
  }
}
