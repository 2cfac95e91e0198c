/**
 * Create topics with a minimum of partitions, list, describe and delete them.
 *
 * @module
 */
export { DataQueueAdmin } from "./admin.ts";
export type { AdminOptions, CreateTopicsOptions, TopicDescription, TopicOutcome, TopicRequest } from "./admin.ts";
