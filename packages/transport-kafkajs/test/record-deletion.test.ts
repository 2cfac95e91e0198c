import type { RecordsToDelete } from "@dataqueues/core";
import { expect, test } from "vitest";

import { int16, int32, int64, joined, list, text } from "./fields.ts";
import { open, refusal, startAlone, startPair } from "./scripted-cluster.ts";
import { api, offered, plainVersions } from "./scripted-broker.ts";
import type { Asked } from "./scripted-broker.ts";

interface Deleted {
  readonly topic: string;
  readonly partition: number;
  readonly lowWatermark?: bigint;
  readonly errorCode?: number;
}

/** The response to DeleteRecords, version 1. */
function deleted(...partitions: readonly Deleted[]): Buffer {
  const each = partitions.map(({ topic, partition, lowWatermark = -1n, errorCode = 0 }) =>
    joined(text(topic), list(joined(int32(partition), int64(lowWatermark), int16(errorCode)))),
  );
  return joined(int32(0), list(...each));
}

/** What a request asks for: topic, partition and offset of each, and the timeout. */
function deleting({ body }: Asked): unknown[] {
  const topics = body.list(() => {
    const topic = body.text();
    return body.list(() => [topic, body.int32(), body.int64()]) ?? [];
  });
  return [(topics ?? []).flat(), body.int32()];
}

const before = (topic: string, partition: number, beforeOffset: bigint): RecordsToDelete => ({
  topic,
  partition,
  beforeOffset,
});

test("the leader is asked, for half of the request's time, and the results are in the order asked for", async () => {
  const [one, two] = await startPair();
  const seen: unknown[] = [];
  two.on(api.deleteRecords, (asked) => {
    seen.push(deleting(asked));
    return deleted(
      { topic: "a", partition: 1, lowWatermark: 7n },
      { topic: "b", partition: 0, lowWatermark: 30n },
      { topic: "a", partition: 0, lowWatermark: 2n ** 40n },
    );
  });
  const connection = await open("admin", one, { requestTimeout: 7_001 });
  const results = await connection.deleteRecords?.(1, [
    { topic: "b", partition: 0, beforeOffset: "latest" },
    before("a", 1, 7n),
    before("a", 0, 2n ** 40n),
  ]);
  expect(results).toEqual([
    { topic: "b", partition: 0, lowWatermark: 30n },
    { topic: "a", partition: 1, lowWatermark: 7n },
    { topic: "a", partition: 0, lowWatermark: 2n ** 40n },
  ]);
  expect(seen).toEqual([
    [
      [
        ["b", 0, -1n],
        ["a", 1, 7n],
        ["a", 0, 1_099_511_627_776n],
      ],
      3_501,
    ],
  ]);
  expect(one.askedFor(api.deleteRecords)).toEqual([]);
});

test("a partition's error is its own, with its place", async () => {
  const server = await startAlone();
  server.on(api.deleteRecords, () =>
    deleted({ topic: "a", partition: 0, errorCode: 1 }, { topic: "a", partition: 2, lowWatermark: 5n }),
  );
  const connection = await open("admin", server);
  const results = await connection.deleteRecords?.(0, [before("a", 0, 99n), before("a", 1, 5n), before("a", 2, 5n)]);
  expect(results).toMatchObject([
    { topic: "a", partition: 0, error: { code: "OFFSET_OUT_OF_RANGE", topic: "a", partition: 0, retriable: false } },
    { topic: "a", partition: 1, error: { code: "NETWORK_EXCEPTION", topic: "a", partition: 1, retriable: true } },
    { topic: "a", partition: 2, lowWatermark: 5n },
  ]);
  expect(results?.map(({ error }) => error?.message)).toEqual([
    "Deleting records of a [0]: OFFSET_OUT_OF_RANGE",
    "Deleting records of a [1]: NETWORK_EXCEPTION: the response leaves it out",
    undefined,
  ]);
});

test.each([
  [-1n, "beforeOffset must be 0 or more, not -1"],
  [-(2n ** 63n), "beforeOffset must be 0 or more"],
  [2n ** 63n, "beforeOffset must be a bigint of 64 bits, not 9223372036854775808"],
  [5, "beforeOffset must be a bigint of 64 bits, not 5"],
  ["earliest", "beforeOffset must be a bigint of 64 bits, not earliest"],
])("an offset that is none is refused without a request, and the partition beside it is done: %s", async (bad, why) => {
  const server = await startAlone();
  server.on(api.deleteRecords, (asked) => {
    expect(deleting(asked)[0]).toEqual([["a", 1, 5n]]);
    return deleted({ topic: "a", partition: 1, lowWatermark: 5n });
  });
  const connection = await open("admin", server);
  const wrong = Object.assign(before("a", 0, 0n), { beforeOffset: bad });
  const results = await connection.deleteRecords?.(0, [wrong, before("a", 1, 5n)]);
  expect(results).toMatchObject([
    { error: { code: "INVALID_REQUEST", topic: "a", partition: 0 } },
    { lowWatermark: 5n },
  ]);
  expect(results?.[0]?.error?.message).toContain(`Deleting records of a [0]: INVALID_REQUEST: ${why}`);
});

test("a broker without the request is an UNSUPPORTED_VERSION that names it", async () => {
  const server = await startAlone();
  server.on(api.apiVersions, () => offered(plainVersions, [api.deleteRecords]));
  const connection = await open("admin", server);
  const error = await refusal(connection.deleteRecords?.(0, [before("a", 0, 1n)]) ?? Promise.resolve());
  expect(error).toMatchObject({ code: "UNSUPPORTED_VERSION", retriable: false });
  expect(error.message).toContain(`DeleteRecords at ${server.address}`);
});
