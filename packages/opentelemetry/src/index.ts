/**
 * OpenTelemetry for data queues: traces that go through the topic, and metrics.
 *
 * @module
 */
export { countEvents } from "./count-events.ts";
export { instrumentConsumer } from "./instrument-consumer.ts";
export { instrumentProducer } from "./instrument-producer.ts";
export type { ConsumerInstrumentationOptions, InstrumentationOptions } from "./instrumentation-options.ts";
export { contextOf, processMessage } from "./process-message.ts";
