import type { GroupMember } from "@dataqueues/core";
import { expect, test } from "vitest";

import { BytesReader } from "../src/protocol/bytes-reader.ts";
import { BytesWriter } from "../src/protocol/bytes-writer.ts";
import { consumerGroupHeartbeatRequest } from "../src/protocol/consumer-group-heartbeat.ts";
import { consumerGroupDescribeRequest } from "../src/protocol/consumer-group-describe.ts";
import { createPartitionsRequest } from "../src/protocol/create-partitions.ts";
import { createTopicsRequest } from "../src/protocol/create-topics.ts";
import { deleteGroupsRequest } from "../src/protocol/delete-groups.ts";
import { deleteRecordsRequest } from "../src/protocol/delete-records.ts";
import { deleteTopicsRequest } from "../src/protocol/delete-topics.ts";
import { brokerResource, describeConfigsRequest } from "../src/protocol/describe-configs.ts";
import { describeGroupsRequest } from "../src/protocol/describe-groups.ts";
import { fetchRequest } from "../src/protocol/fetch.ts";
import { describeLogDirsRequest } from "../src/protocol/describe-log-dirs.ts";
import { findCoordinatorRequest } from "../src/protocol/find-coordinator.ts";
import { heartbeatRequest } from "../src/protocol/heartbeat.ts";
import { incrementalAlterConfigsRequest } from "../src/protocol/incremental-alter-configs.ts";
import { initProducerIdRequest } from "../src/protocol/init-producer-id.ts";
import { joinGroupRequest } from "../src/protocol/join-group.ts";
import { kafkaApis } from "../src/protocol/kafka-request.ts";
import type { KafkaRequest } from "../src/protocol/kafka-request.ts";
import { leaveGroupRequest } from "../src/protocol/leave-group.ts";
import { listGroupsRequest } from "../src/protocol/list-groups.ts";
import { listOffsetsRequest } from "../src/protocol/list-offsets.ts";
import { metadataRequest } from "../src/protocol/metadata.ts";
import { offsetCommitRequest } from "../src/protocol/offset-commit.ts";
import { offsetFetchRequest } from "../src/protocol/offset-fetch.ts";
import { produceRequest } from "../src/protocol/produce.ts";
import { syncGroupRequest } from "../src/protocol/sync-group.ts";
// Written by Kafka's own Java classes, see JavaMessages.java.
import messages from "./java-messages.json" with { type: "json" };

const hex = (text: string): Buffer => Buffer.from(text, "hex");
const timeoutMs = 1_500;

const topicId = "0102030405060708090a0b0c0d0e0f10";
const otherId = "1112131415161718191a1b1c1d1e1f20";
const member: GroupMember = {
  group: "group",
  protocol: "consumer",
  memberId: "member",
  epoch: 3,
  instanceId: "instance",
  topics: ["first", "zwölf"],
  owned: [],
  assignor: "cooperative-sticky",
  sessionTimeoutMs: 45_000,
  rebalanceTimeoutMs: 60_000,
};

function requests(): KafkaRequest<unknown>[] {
  return [
    metadataRequest(["first", "zwölf"], true),
    produceRequest(
      [
        { topic: "first", partition: 3, bytes: hex("0a0b0c") },
        { topic: "first", partition: 4, bytes: hex("0d") },
        { topic: "second", partition: 0, bytes: hex("0e0f") },
      ],
      -1,
      timeoutMs,
    ),
    fetchRequest(
      [
        { topic: "first", partition: 0, leaderEpoch: 6, offset: 5_000_000_000n },
        { topic: "first", partition: 1, offset: 0n },
        { topic: "second", partition: 2, offset: 7n },
      ],
      { maxWaitMs: 500, minBytes: 1, maxBytes: 52_428_800, maxBytesPerPartition: 1_048_576 },
    ),
    listOffsetsRequest([
      { topic: "first", partition: 0, leaderEpoch: 6, at: "latest" },
      { topic: "first", partition: 1, at: "earliest" },
      { topic: "second", partition: 2, at: { timestamp: 1_699_999_999_999.5 } },
    ]),
    createTopicsRequest(
      [
        { topic: "first", partitions: 3, replicationFactor: 2, configs: { "cleanup.policy": "compact" } },
        { topic: "second" },
      ],
      timeoutMs,
    ),
    deleteTopicsRequest(["first", "second"], timeoutMs),
    initProducerIdRequest(),
    describeConfigsRequest(brokerResource, ["2"], ["num.partitions", "default.replication.factor"]),
    createPartitionsRequest([{ topic: "first", partitions: 6 }], timeoutMs),
    deleteRecordsRequest(
      [
        { topic: "first", partition: 0, beforeOffset: 5_000_000_000n },
        { topic: "first", partition: 1, beforeOffset: "latest" },
        { topic: "second", partition: 2, beforeOffset: 0n },
      ],
      timeoutMs,
    ),
    describeLogDirsRequest([
      { topic: "first", partition: 0 },
      { topic: "first", partition: 1 },
      { topic: "zwölf", partition: 2 },
    ]),
    incrementalAlterConfigsRequest(
      [
        { topic: "first", configs: { "retention.ms": "5", "cleanup.policy": null } },
        { topic: "zwölf", configs: {} },
      ],
      true,
    ),
    findCoordinatorRequest("zwölf"),
    offsetCommitRequest(member, [
      { topic: "first", topicId, partition: 0, offset: 5_000_000_000n },
      { topic: "first", topicId, partition: 1, offset: 7n },
      { topic: "second", topicId: otherId, partition: 2, offset: 0n },
    ]),
    offsetFetchRequest(member, [
      ["first", 0],
      ["first", 1],
      ["second", 2],
    ]),
    joinGroupRequest(member, hex("0a0b0c")),
    heartbeatRequest(member),
    leaveGroupRequest("group", "member"),
    syncGroupRequest(member, [
      { memberId: "member", assignment: hex("0a0b0c") },
      { memberId: "other", assignment: hex("") },
    ]),
    consumerGroupHeartbeatRequest({
      ...member,
      owned: [
        { topicId, partitions: [0, 1] },
        { topicId: otherId, partitions: [2] },
      ],
    }),
    listGroupsRequest(),
    describeGroupsRequest("zwölf"),
    consumerGroupDescribeRequest("zwölf"),
    deleteGroupsRequest("zwölf"),
  ];
}

/** What Java's responses contain in each version. */
function expected(api: string, version: number): unknown {
  const has = <Value, Else>(since: number, value: Value, otherwise: Else): Value | Else =>
    version >= since ? value : otherwise;
  switch (api) {
    case "Metadata":
      return {
        brokers: [
          { nodeId: 1, host: "one", port: 9092 },
          { nodeId: 2, host: "two", port: 9093 },
        ],
        controllerId: 2,
        topics: [
          {
            errorCode: 0,
            topic: "first",
            topicId: has(10, topicId, undefined),
            isInternal: true,
            partitions: [
              {
                errorCode: 0,
                partition: 0,
                leader: 1,
                leaderEpoch: has(7, 6, -1),
                replicas: [1, 2],
                inSyncReplicas: [1],
              },
              { errorCode: 5, partition: 1, leader: -1, leaderEpoch: has(7, 8, -1), replicas: [2], inSyncReplicas: [] },
            ],
          },
          { errorCode: 3, topic: "zwölf", topicId: undefined, isInternal: false, partitions: [] },
        ],
      };
    case "Produce":
      return new Map([
        ["3 first", { errorCode: 0, baseOffset: 5_000_000_000n, logAppendTime: 1_700_000_000_000, message: null }],
        [
          "4 first",
          {
            errorCode: 87,
            baseOffset: -1n,
            logAppendTime: -1,
            message: has(8, "One or more records have been rejected; record 1: too old; record 7", null),
          },
        ],
        ["0 second", { errorCode: 0, baseOffset: 9n, logAppendTime: -1, message: null }],
      ]);
    case "Fetch":
      return {
        errorCode: 0,
        partitions: [
          {
            topic: "first",
            partition: 0,
            errorCode: 0,
            highWatermark: 5_000_000_009n,
            abortedTransactions: [{ producerId: 42n, firstOffset: 5_000_000_001n }],
            recordSet: hex("0a0b0c"),
          },
          {
            topic: "first",
            partition: 1,
            errorCode: 74,
            highWatermark: -1n,
            abortedTransactions: [],
            recordSet: hex(""),
          },
          {
            topic: "second",
            partition: 2,
            errorCode: 0,
            highWatermark: 7n,
            abortedTransactions: [],
            recordSet: hex(""),
          },
        ],
      };
    case "ListOffsets":
      return new Map([
        ["0 first", { errorCode: 0, offset: 5_000_000_000n }],
        ["1 first", { errorCode: 6, offset: -1n }],
        ["2 second", { errorCode: 0, offset: 3n }],
      ]);
    case "CreateTopics":
      return new Map([
        ["first", { errorCode: 0, message: version >= 5 ? "" : "" }],
        ["second", { errorCode: 36, message: "it exists" }],
      ]);
    case "DeleteTopics":
      return new Map([
        ["first", { errorCode: 0, message: null }],
        ["second", { errorCode: 3, message: null }],
      ]);
    case "InitProducerId":
      return { errorCode: 0, producerId: 4_000_000_000_001n, producerEpoch: 7 };
    case "DescribeConfigs":
      return new Map([
        [
          "2",
          {
            errorCode: 0,
            message: "",
            configs: new Map([
              ["num.partitions", { value: "4", isReadOnly: false, source: 4, isSensitive: false }],
              ["default.replication.factor", { value: null, isReadOnly: true, source: 5, isSensitive: true }],
            ]),
          },
        ],
      ]);
    case "DeleteRecords":
      return new Map([
        ["0 first", { errorCode: 0, lowWatermark: 5_000_000_000n }],
        ["1 first", { errorCode: 6, lowWatermark: -1n }],
        ["2 second", { errorCode: 0, lowWatermark: 3n }],
      ]);
    case "DescribeLogDirs":
      return new Map([
        ["0 first", { errorCode: 0, size: 5_000_000_000 }],
        // Of these two the second directory, which cannot be read, may have the logs.
        ["1 first", { errorCode: 56, size: -1 }],
        ["2 zwölf", { errorCode: 56, size: -1 }],
      ]);
    case "IncrementalAlterConfigs":
      return new Map([
        ["first", { errorCode: 0, message: null }],
        ["zwölf", { errorCode: 40, message: "no such setting" }],
      ]);
    case "FindCoordinator":
      return { errorCode: 15, message: "not yet", nodeId: 2 };
    case "OffsetCommit":
      return new Map([
        ["2 second", { errorCode: 100 }],
        ["0 first", { errorCode: 0 }],
        ["1 first", { errorCode: 27 }],
      ]);
    case "OffsetFetch":
      return {
        errorCode: 16,
        partitions: [
          { topic: "first", partition: 0, errorCode: 0, offset: 5_000_000_000n },
          { topic: "first", partition: 1, errorCode: 0, offset: -1n },
          { topic: "second", partition: 2, errorCode: 88, offset: -1n },
        ],
      };
    case "JoinGroup":
      return {
        errorCode: 79,
        generation: 4,
        assignor: "cooperative-sticky",
        leader: "leader",
        skipAssignment: version >= 9,
        memberId: "member",
        members: [
          { memberId: "member", instanceId: "instance", subscription: hex("0a0b0c") },
          { memberId: "zwölf", instanceId: undefined, subscription: hex("") },
        ],
      };
    case "Heartbeat":
      return { errorCode: 27 };
    case "LeaveGroup":
      return { errorCode: 25 };
    case "SyncGroup":
      return { errorCode: 27, assignment: hex("0a0b0c") };
    case "ConsumerGroupHeartbeat":
      return {
        errorCode: 110,
        message: "a word",
        memberId: "member",
        epoch: 4,
        heartbeatIntervalMs: 5_000,
        assignment: [
          { topicId, partitions: [0, 3] },
          { topicId: otherId, partitions: [] },
        ],
      };
    case "ListGroups":
      return {
        errorCode: 14,
        groups: [
          {
            group: "first",
            protocolType: "consumer",
            state: has(4, "Stable", undefined),
            type: has(5, "classic", undefined),
          },
          { group: "zwölf", protocolType: "", state: has(4, "Empty", undefined), type: has(5, "share", undefined) },
        ],
      };
    case "DescribeGroups":
      return {
        errorCode: 0,
        message: null,
        state: "Stable",
        protocolType: "consumer",
        protocolData: "range",
        members: [
          {
            memberId: "one-1",
            instanceId: "dish-1",
            clientId: "one",
            clientHost: "/10.0.0.1",
            assignment: hex(
              "0003000000020005666972737400000002000000000000000200067a77c3b66c660000000100000001000000020708",
            ),
          },
          {
            memberId: "two-2",
            instanceId: null,
            clientId: "two",
            clientHost: "/10.0.0.2",
            assignment: hex(""),
          },
        ],
      };
    case "ConsumerGroupDescribe":
      return {
        errorCode: 16,
        message: "another",
        state: "Reconciling",
        assignor: "uniform",
        members: [
          {
            memberId: "one-1",
            instanceId: "dish-1",
            clientId: "one",
            clientHost: "/10.0.0.1",
            assignment: [
              ["first", 0],
              ["first", 2],
              ["second", 1],
            ],
          },
          { memberId: "two-2", instanceId: null, clientId: "two", clientHost: "/10.0.0.2", assignment: [] },
        ],
      };
    case "DeleteGroups":
      return { errorCode: 68, message: has(3, "it has members", null) };
    default:
      return new Map([["first", { errorCode: 37, message: "it has more" }]]);
  }
}

const spoken = Object.values(kafkaApis).flatMap((api) =>
  Array.from({ length: api.max - api.min + 1 }, (_, index) => ({ api, version: api.min + index })),
);

test.each(spoken.map(({ api, version }) => ({ name: api.name, api, version })))(
  "$name $version: the request has the bytes of Kafka's own classes, and their response is read",
  ({ api, version }) => {
    const message = messages.find((one) => one.api === api.name && one.version === version);
    const request = requests().find((one) => one.api.key === api.key);
    if (message === undefined || request === undefined) throw new Error("Java has no such message");
    const flexible = version >= api.firstFlexible;
    const body = new BytesWriter(16, flexible);
    request.write(body, version);
    expect(body.written.toString("hex")).toBe(message.request);
    expect(request.read(new BytesReader(hex(message.response), flexible), version)).toEqual(
      expected(api.name, version),
    );
  },
);
