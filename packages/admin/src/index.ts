/**
 * Create topics with a minimum of partitions, list, describe and delete them; find offsets, delete records, change settings;
 * look after groups of consumers.
 *
 * @module
 */
export { DataQueueAdmin } from "./admin.ts";
export type { AdminOptions } from "./admin-options.ts";
export type { ConsumerGroupDescription } from "./group-description.ts";
export type { GroupOffset } from "./group-offsets.ts";
export type { PartitionSize } from "./log-dir-sizes.ts";
export type { OffsetReset } from "./offset-reset.ts";
export type { PartitionOffset } from "./partition-offsets.ts";
export type { LowWatermark, RecordDeletion } from "./record-deletion.ts";
export type { ConfigChanges, TopicConfigChanges, TopicConfigsDescription } from "./topic-configs.ts";
export type { CreateTopicsOptions, TopicOutcome } from "./topic-creation.ts";
export type { TopicDescription } from "./topic-description.ts";
export type { TopicRequest } from "./topic-plan.ts";
