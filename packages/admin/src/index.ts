/**
 * Create topics with a minimum of partitions, list, describe and delete them.
 *
 * @module
 */
export { DataQueueAdmin } from "./admin.ts";
export type { TopicDescription } from "./admin.ts";
export type { AdminOptions } from "./admin-options.ts";
export type { CreateTopicsOptions, TopicOutcome } from "./topic-creation.ts";
export type { TopicRequest } from "./topic-plan.ts";
