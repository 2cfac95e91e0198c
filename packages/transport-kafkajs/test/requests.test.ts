import { expect, test } from "vitest";

import { BytesReader } from "../src/protocol/bytes-reader.ts";
import { BytesWriter } from "../src/protocol/bytes-writer.ts";
import { createPartitionsRequest } from "../src/protocol/create-partitions.ts";
import { createTopicsRequest } from "../src/protocol/create-topics.ts";
import { deleteTopicsRequest } from "../src/protocol/delete-topics.ts";
import { describeConfigsRequest } from "../src/protocol/describe-configs.ts";
import { fetchRequest } from "../src/protocol/fetch.ts";
import { initProducerIdRequest } from "../src/protocol/init-producer-id.ts";
import type { KafkaRequest } from "../src/protocol/kafka-request.ts";
import { kafkaApis } from "../src/protocol/kafka-request.ts";
import { listOffsetsRequest } from "../src/protocol/list-offsets.ts";
import { metadataRequest } from "../src/protocol/metadata.ts";
import { produceRequest } from "../src/protocol/produce.ts";
import { fromHex } from "./java-batches.ts";
import messages from "./java-messages.json" with { type: "json" };

function written(request: KafkaRequest<unknown>, version: number): string {
  const body = new BytesWriter(16, version >= request.api.firstFlexible);
  request.write(body, version);
  return body.written.toString("hex");
}

function read<Answer>(request: KafkaRequest<Answer>, version: number, ...hex: string[]): Answer {
  return request.read(new BytesReader(fromHex(...hex), version >= request.api.firstFlexible), version);
}

test("requests are known by Kafka's numbers, in the versions that are spoken", () => {
  const table = Object.values(kafkaApis).map(({ name, key, min, max }) => `${name} ${key} ${min}-${max}`);
  expect(table).toEqual([
    "Produce 0 3-9",
    "Fetch 1 4-12",
    "ListOffsets 2 1-6",
    "Metadata 3 4-12",
    "CreateTopics 19 2-5",
    "DeleteTopics 20 1-4",
    "InitProducerId 22 0-2",
    "DescribeConfigs 32 1-2",
    "CreatePartitions 37 0-1",
  ]);
});

test("all topics are asked for by a null list, none by an empty one, and no topic is created unasked", () => {
  expect(written(metadataRequest(undefined), 4)).toBe("ffffffff00");
  expect(written(metadataRequest([]), 4)).toBe("0000000000");
  // From version 8 on operations may be asked for; they are not.
  expect(written(metadataRequest(undefined), 8)).toBe("ffffffff000000");
  expect(written(metadataRequest(undefined), 12)).toBe("00000000");
  expect(written(metadataRequest([], true), 12)).toBe("01010000");
});

test("what is left out of a topic is the log's default", () => {
  // One topic "t" with -1 partitions, -1 replicas, no assignment, no configs; a second to wait; not only to validate.
  expect(written(createTopicsRequest([{ topic: "t" }], 1_000), 2)).toBe(
    ["00000001", "000174", "ffffffff", "ffff", "00000000", "00000000", "000003e8", "00"].join(""),
  );
});

test("a produce request without acknowledgements stands for its answer itself", () => {
  const bytes = Uint8Array.of(1);
  expect(produceRequest([{ topic: "t", partition: 0, bytes }], 0, 5).noResponse).toEqual(new Map());
  for (const acks of [-1, 1]) {
    expect(produceRequest([{ topic: "t", partition: 0, bytes }], acks, 5).noResponse).toBeUndefined();
  }
});

test("a produce request asks for memory for all its batches at once", () => {
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

/** An answer to produce, version 8: topic "t" with partition 0, refused with code 87; what is said of records and batch. */
function refused(records: readonly (readonly [number, string | null])[], message: string | null): string | null {
  const answer = new BytesWriter();
  answer.array(["t"], (topic) => {
    answer.string(topic).array([0], (partition) => {
      answer.int32(partition).int16(87).int64(-1n).int64(-1n).int64(-1n);
      answer.array(records, ([place, why]) => answer.int32(place).string(why));
      answer.string(message);
    });
  });
  const produced = read(produceRequest([], -1, 1), 8, answer.written.toString("hex")).get("0 t");
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
])("what the log says of %s is told", (_what, records, message, told) => {
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
] as const)("offsets at %j are asked for by a time that Kafka understands", (at, time) => {
  const request = listOffsetsRequest([{ topic: "t", partition: 2, at }]);
  // Any consumer; topic "t", partition 2.
  expect(written(request, 1)).toBe(["ffffffff", "00000001", "000174", "00000001", "00000002", time].join(""));
});

test("an answer without settings is an error, and the first of several is taken", () => {
  const request = describeConfigsRequest(1, ["num.partitions"]);
  expect(() => read(request, 1, "00000000", "00000000")).toThrow(new RangeError("the response has no settings"));
  // Code 29, no message, kind 4, node 1, no configs; and code 0.
  const [first, second] = ["001d", "0000"].map((code) => `${code}ffff0400013100000000`);
  expect(read(request, 1, "00000000", "00000002", first ?? "", second ?? "")).toEqual({
    errorCode: 29,
    message: null,
    configs: new Map(),
  });
});

test("a fetch answer's own error is told from version 7 on", () => {
  const limits = { maxWaitMs: 1, minBytes: 1, maxBytes: 1, maxBytesPerPartition: 1 };
  const request = fetchRequest([], limits);
  // No wait, code 70, session 5, no topics.
  expect(read(request, 7, "00000000", "0046", "00000005", "00000000")).toEqual({ errorCode: 70, partitions: [] });
  expect(read(request, 4, "00000000", "00000000")).toEqual({ errorCode: 0, partitions: [] });
});

const cutCases = messages.filter(({ version, api }) => {
  const { min, max } = Object.values(kafkaApis).find(({ name }) => name === api) ?? kafkaApis.metadata;
  return version === min || version === max;
});

test.each(cutCases.map(({ api, version, response }) => ({ api, version, response })))(
  "an answer to $api $version that is cut is a RangeError wherever what is needed ends",
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
      describeConfigsRequest(1, []),
    ];
    const request = requests.find((one) => one.api.name === api);
    if (request === undefined) throw new Error(`no request of ${api}`);
    const bytes = fromHex(response);
    const whole = new BytesReader(bytes, version >= request.api.firstFlexible);
    request.read(whole, version);
    // What follows the last thing that is wanted, as the time to wait, is not looked at.
    for (let length = 0; length < whole.position; length++) {
      const cut = new BytesReader(bytes.subarray(0, length), version >= request.api.firstFlexible);
      expect(() => request.read(cut, version)).toThrow(RangeError);
    }
  },
);
