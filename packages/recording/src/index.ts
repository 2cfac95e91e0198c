/**
 * Topics in MCAP files, at wire fidelity: recorded, replayed, and read as a transport without any broker.
 *
 * @module
 */
export { recording } from "./recording.ts";
export { recordTopics } from "./record-topics.ts";
export { replay } from "./replay.ts";
export type { RecordingFile, Readable, Writable } from "./recording-file.ts";
export type { RecordedPartition, RecordedTopic, RecordingInfo, RecordingTransport } from "./recording.ts";
export type { RecordTopicsOptions, RecordedTopics } from "./record-topics.ts";
export type { ReplayOptions, Replayed } from "./replay.ts";
