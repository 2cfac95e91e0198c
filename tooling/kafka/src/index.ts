/**
 * A real Apache Kafka for tests and for trying things out.
 *
 * @module
 */
export { apiVersionTables } from "./api-version-tables.ts";
export { kafkaClasspath, kafkaVersions } from "./classpath.ts";
export { freePorts } from "./free-ports.ts";
export { GroupMember, ownedPartitions } from "./group-member.ts";
export { largestValueBytes } from "./node-properties.ts";
export { runJava } from "./run-java.ts";
export { startGroupMember } from "./start-group-member.ts";
export { missingRequirements, startKafka } from "./start-kafka.ts";
export type { ApiVersionTableName } from "./api-version-tables.ts";
export type { ServerCertificate } from "./certificates.ts";
export type { KafkaVersion } from "./classpath.ts";
export type { GroupMemberLine, MemberPartition } from "./group-member.ts";
export type { GroupClient, GroupMemberOptions } from "./start-group-member.ts";
export type { KafkaNode, ReadyOptions } from "./kafka-node.ts";
export type { SaslMechanism, Security } from "./security.ts";
export type { Kafka, StartOptions } from "./start-kafka.ts";
