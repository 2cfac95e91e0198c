/**
 * The flow entries of the telescope's configuration as hosts, topics, codecs and schemas.
 *
 * @module
 */
export { fromFlow } from "./from-flow.ts";
export { isDataQueueFlow } from "./flow-entry.ts";

export type { DataQueueFlow, FlowConsumerOptions, FlowOptions, FlowProducerOptions } from "./from-flow.ts";
export type { FlowWindow } from "./flow-windows.ts";
