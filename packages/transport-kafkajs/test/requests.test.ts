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
import { describeConfigsRequest, topicResource } from "../src/protocol/describe-configs.ts";
import { describeGroupsRequest } from "../src/protocol/describe-groups.ts";
import { fetchRequest } from "../src/protocol/fetch.ts";
import { describeLogDirsRequest } from "../src/protocol/describe-log-dirs.ts";
import { findCoordinatorRequest } from "../src/protocol/find-coordinator.ts";
import { heartbeatRequest } from "../src/protocol/heartbeat.ts";
import { incrementalAlterConfigsRequest } from "../src/protocol/incremental-alter-configs.ts";
import { initProducerIdRequest } from "../src/protocol/init-producer-id.ts";
import { joinGroupRequest } from "../src/protocol/join-group.ts";
import type { KafkaRequest } from "../src/protocol/kafka-request.ts";
import { kafkaApis } from "../src/protocol/kafka-request.ts";
import { leaveGroupRequest } from "../src/protocol/leave-group.ts";
import { listGroupsRequest } from "../src/protocol/list-groups.ts";
import { listOffsetsRequest } from "../src/protocol/list-offsets.ts";
import { metadataRequest } from "../src/protocol/metadata.ts";
import { offsetCommitRequest } from "../src/protocol/offset-commit.ts";
import { offsetFetchRequest } from "../src/protocol/offset-fetch.ts";
import { produceRequest } from "../src/protocol/produce.ts";
import { syncGroupRequest } from "../src/protocol/sync-group.ts";
import { groupMember as member } from "./group-member.ts";
import { fromHex } from "./java-batches.ts";
import messages from "./java-messages.json" with { type: "json" };

function written(request: KafkaRequest<unknown>, version: number): string {
  const body = new BytesWriter(16, version >= request.api.firstFlexible);
  request.write(body, version);
  return body.written.toString("hex");
}

function read<Response>(request: KafkaRequest<Response>, version: number, ...hex: string[]): Response {
  return request.read(new BytesReader(fromHex(...hex), version >= request.api.firstFlexible), version);
}

test("requests have Kafka's API keys and names, and the versions that are spoken", () => {
  const table = Object.values(kafkaApis).map(({ name, key, min, max }) => `${name} ${key} ${min}-${max}`);
  expect(table).toEqual([
    "Produce 0 3-9",
    "Fetch 1 4-12",
    "ListOffsets 2 1-6",
    "Metadata 3 4-12",
    "OffsetCommit 8 8-10",
    "OffsetFetch 9 6-9",
    "FindCoordinator 10 2-2",
    "JoinGroup 11 5-9",
    "Heartbeat 12 3-4",
    "LeaveGroup 13 3-5",
    "SyncGroup 14 3-5",
    "DescribeGroups 15 4-6",
    "ListGroups 16 1-5",
    "CreateTopics 19 2-5",
    "DeleteTopics 20 1-4",
    "DeleteRecords 21 0-2",
    "InitProducerId 22 0-2",
    "DescribeConfigs 32 1-2",
    "DescribeLogDirs 35 1-3",
    "CreatePartitions 37 0-1",
    "DeleteGroups 42 0-3",
    "IncrementalAlterConfigs 44 0-1",
    "ConsumerGroupHeartbeat 68 1-1",
    "ConsumerGroupDescribe 69 0-0",
  ]);
});

test("a null list asks for all topics, an empty one for none, and topics are created only if allowed", () => {
  expect(written(metadataRequest(undefined), 4)).toBe("ffffffff00");
  expect(written(metadataRequest([]), 4)).toBe("0000000000");
  // Version 8 can ask for authorized operations; they are not wanted.
  expect(written(metadataRequest(undefined), 8)).toBe("ffffffff000000");
  expect(written(metadataRequest(undefined), 12)).toBe("00000000");
  expect(written(metadataRequest([], true), 12)).toBe("01010000");
});

test("the counts that a new topic leaves out are the broker's defaults", () => {
  // Topic "t" with -1 partitions, -1 replicas, no assignments, no configs; timeout_ms 1000; validate_only false.
  expect(written(createTopicsRequest([{ topic: "t" }], 1_000), 2)).toBe(
    ["00000001", "000174", "ffffffff", "ffff", "00000000", "00000000", "000003e8", "00"].join(""),
  );
});

test("a produce request has a result without a response only if acks is 0", () => {
  const bytes = Uint8Array.of(1);
  expect(produceRequest([{ topic: "t", partition: 0, bytes }], 0, 5).noResponse).toEqual(new Map());
  for (const acks of [-1, 1]) {
    expect(produceRequest([{ topic: "t", partition: 0, bytes }], acks, 5).noResponse).toBeUndefined();
  }
});

test("the estimated size of a produce request is enough for all its batches", () => {
  for (const sizes of [[100, 1_000], new Uint8Array(30)]) {
    const batches = Array.from(sizes, (size, partition) => ({ topic: "t", partition, bytes: new Uint8Array(size) }));
    for (const version of [3, 9]) {
      const request = produceRequest(batches, -1, 5);
      const size = written(request, version).length / 2;
      expect(request.size).toBeGreaterThanOrEqual(size);
      expect(request.size).toBeLessThan(size + 5_000);
    }
  }
});

/** The message read from a produce response of version 8 in which topic "t", partition 0 was rejected with code 87. */
function refused(records: readonly (readonly [number, string | null])[], message: string | null): string | null {
  const response = new BytesWriter();
  response.array(["t"], (topic) => {
    response.string(topic).array([0], (partition) => {
      response.int32(partition).int16(87).int64(-1n).int64(-1n).int64(-1n);
      response.array(records, ([place, why]) => response.int32(place).string(why));
      response.string(message);
    });
  });
  const produced = read(produceRequest([], -1, 1), 8, response.written.toString("hex")).get("0 t");
  expect(produced).toMatchObject({ errorCode: 87, baseOffset: -1n });
  return produced?.message ?? null;
}

test.each<[string, (readonly [number, string | null])[], string | null, string | null]>([
  ["nothing", [], null, null],
  ["the batch", [], "all are bad", "all are bad"],
  ["a record", [[4, "too old"]], null, "record 4: too old"],
  ["a record without a reason", [[4, null]], null, "record 4"],
  [
    "the batch and three records",
    [
      [1, "a"],
      [2, "b"],
      [3, null],
    ],
    "bad",
    "bad; record 1: a; record 2: b; record 3",
  ],
  [
    "four records, of which three are named",
    [
      [1, "a"],
      [2, "b"],
      [3, "c"],
      [4, "d"],
    ],
    null,
    "record 1: a; record 2: b; record 3: c; and 1 more",
  ],
  [
    "five records and the batch",
    [
      [9, "a"],
      [8, "b"],
      [7, "c"],
      [6, "d"],
      [5, "e"],
    ],
    "bad",
    "bad; record 9: a; record 8: b; record 7: c; and 2 more",
  ],
])("the error messages of %s are read", (_what, records, message, told) => {
  expect(refused(records, message)).toBe(told);
});

test.each([
  [{ timestamp: 5 }, "0000000000000005"],
  [{ timestamp: 5.1 }, "0000000000000006"],
  [{ timestamp: 0 }, "0000000000000000"],
  [{ timestamp: -1 }, "0000000000000000"],
  [{ timestamp: -2.5 }, "0000000000000000"],
  ["latest", "ffffffffffffffff"],
  ["earliest", "fffffffffffffffe"],
] as const)("an offset query at %j is written as Kafka's timestamp", (at, time) => {
  const request = listOffsetsRequest([{ topic: "t", partition: 2, at }]);
  // replica_id -1; topic "t", partition 2.
  expect(written(request, 1)).toBe(["ffffffff", "00000001", "000174", "00000001", "00000002", time].join(""));
});

test("all settings of topics are asked for with null instead of names, and read by topic", () => {
  const request = describeConfigsRequest(topicResource, ["a", "b"]);
  // Each: resource_type 2, the topic, null; include_synonyms false.
  expect(written(request, 1)).toBe(["00000002", "02000161ffffffff", "02000162ffffffff", "00"].join(""));
  // error_code 29, no error_message, resource_type 2, "a", no configs; then error_code 0 of "b" with one setting:
  // "x" is "1", read only, of source 1, not sensitive, without synonyms.
  const configs = "00000001 000178 000131 01 01 00 00000000".replaceAll(" ", "");
  const results = ["001dffff0200016100000000", `0000ffff02000162${configs}`];
  expect(read(request, 1, "00000000", "00000002", ...results)).toEqual(
    new Map([
      ["a", { errorCode: 29, message: null, configs: new Map() }],
      [
        "b",
        {
          errorCode: 0,
          message: null,
          configs: new Map([["x", { value: "1", isReadOnly: true, source: 1, isSensitive: false }]]),
        },
      ],
    ]),
  );
});

test("a fetch response has an error of its own from version 7 on", () => {
  const limits = { maxWaitMs: 1, minBytes: 1, maxBytes: 1, maxBytesPerPartition: 1 };
  const request = fetchRequest([], limits);
  // throttle_time_ms 0, error_code 70, session_id 5, no responses.
  expect(read(request, 7, "00000000", "0046", "00000005", "00000000")).toEqual({ errorCode: 70, partitions: [] });
  expect(read(request, 4, "00000000", "00000000")).toEqual({ errorCode: 0, partitions: [] });
});

test("offsets of open transactions are only asked to be told apart where that is wanted", () => {
  // No member, no topics; require_stable; no tagged fields.
  for (const stable of [true, false]) {
    expect(written(offsetFetchRequest({ ...member, group: "g" }, undefined, stable), 7)).toBe(
      `026700${stable ? "01" : "00"}00`,
    );
  }
});

const cutCases = messages.filter(({ version, api }) => {
  const { min, max } = Object.values(kafkaApis).find(({ name }) => name === api) ?? kafkaApis.metadata;
  return version === min || version === max;
});

test.each(cutCases.map(({ api, version, response }) => ({ api, version, response })))(
  "a response to $api $version that is cut before the last used field is a RangeError",
  ({ api, version, response }) => {
    const limits = { maxWaitMs: 1, minBytes: 1, maxBytes: 1, maxBytesPerPartition: 1 };
    const requests: KafkaRequest<unknown>[] = [
      metadataRequest([]),
      produceRequest([], -1, 1),
      fetchRequest([], limits),
      listOffsetsRequest([]),
      createTopicsRequest([], 1),
      createPartitionsRequest([], 1),
      deleteTopicsRequest([], 1),
      initProducerIdRequest(),
      describeConfigsRequest(topicResource, []),
      deleteRecordsRequest([], 1),
      describeLogDirsRequest([]),
      incrementalAlterConfigsRequest([], false),
      findCoordinatorRequest("g"),
      offsetCommitRequest(member, []),
      offsetFetchRequest(member, []),
      joinGroupRequest(member, new Uint8Array()),
      syncGroupRequest(member, []),
      heartbeatRequest(member),
      leaveGroupRequest("g", "m"),
      consumerGroupHeartbeatRequest({ ...member, owned: [] }),
      listGroupsRequest(),
      describeGroupsRequest("g"),
      consumerGroupDescribeRequest("g"),
      deleteGroupsRequest("g"),
    ];
    const request = requests.find((one) => one.api.name === api);
    if (request === undefined) throw new Error(`no request of ${api}`);
    const bytes = fromHex(response);
    const whole = new BytesReader(bytes, version >= request.api.firstFlexible);
    request.read(whole, version);
    // The fields after the last used one, such as throttle_time_ms of produce, are not read.
    for (let length = 0; length < whole.position; length++) {
      const cut = new BytesReader(bytes.subarray(0, length), version >= request.api.firstFlexible);
      expect(() => request.read(cut, version)).toThrow(RangeError);
    }
  },
);
