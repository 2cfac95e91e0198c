/**
 * A partitioned log in this process: the embedded default of data queues, with fault injection for tests.
 *
 * @module
 */
export { memory } from "./memory.ts";
export type { MemoryOptions, MemoryTransport } from "./memory.ts";
export type { EndFault, Faults, FaultTarget, RequestItem, RequestName } from "./faults.ts";
