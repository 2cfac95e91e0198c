import { expect, test } from "vitest";

import { int16, int32, int64, int8, joined, list, text } from "./fields.ts";
import { open, startAlone, startPair } from "./scripted-cluster.ts";
import { api } from "./scripted-broker.ts";
import type { Asked } from "./scripted-broker.ts";

interface Dir {
  readonly errorCode?: number;
  readonly logs?: readonly (readonly [topic: string, partition: number, size: bigint, isFuture?: boolean])[];
}

/** The response to DescribeLogDirs, version 1. */
function described(...dirs: readonly Dir[]): Buffer {
  const each = dirs.map(({ errorCode = 0, logs = [] }, index) => {
    const topics = logs.map(([topic, partition, size, isFuture = false]) =>
      joined(text(topic), list(joined(int32(partition), int64(size), int64(0n), int8(isFuture ? 1 : 0)))),
    );
    return joined(int16(errorCode), text(`/data-${index}`), list(...topics));
  });
  return joined(int32(0), list(...each));
}

/** The partitions that a request asks for. */
function asked({ body }: Asked): unknown[] {
  const topics = body.list(() => {
    const topic = body.text();
    return body.list(() => [topic, body.int32()]) ?? [];
  });
  return (topics ?? []).flat();
}

const places = [
  { topic: "b", partition: 0 },
  { topic: "a", partition: 1 },
  { topic: "a", partition: 0 },
];

test("the leader is asked, and the results are in the order asked for, from whichever directory", async () => {
  const [one, two] = await startPair();
  const seen: unknown[] = [];
  two.on(api.describeLogDirs, (request) => {
    seen.push(asked(request));
    // The log that is being moved to the second directory is not the one in use.
    const second: Dir = {
      logs: [
        ["a", 1, 0n],
        ["b", 0, 99n, true],
      ],
    };
    return described(
      {
        logs: [
          ["a", 0, 2n ** 40n],
          ["b", 0, 7n],
        ],
      },
      second,
    );
  });
  const connection = await open("admin", one);
  expect(await connection.describeLogDirs?.(1, places)).toEqual([
    { topic: "b", partition: 0, size: 7 },
    { topic: "a", partition: 1, size: 0 },
    { topic: "a", partition: 0, size: 2 ** 40 },
  ]);
  expect(seen).toEqual([
    [
      ["b", 0],
      ["a", 1],
      ["a", 0],
    ],
  ]);
  expect(one.askedFor(api.describeLogDirs)).toEqual([]);
});

test.each([
  ["that has no log of it", [{}], "NOT_LEADER_OR_FOLLOWER"],
  ["a disk of which has failed", [{}, { errorCode: 56 }], "KAFKA_STORAGE_ERROR"],
  ["that tells nothing at all, since the caller may not ask", [], "CLUSTER_AUTHORIZATION_FAILED"],
] as const)("a partition of a broker %s is an error of its own", async (_, dirs: readonly Dir[], code) => {
  const server = await startAlone();
  const known: readonly Dir[] = dirs.length === 0 ? [] : [...dirs, { logs: [["a", 1, 5n]] }];
  server.on(api.describeLogDirs, () => described(...known));
  const connection = await open("admin", server);
  const results = await connection.describeLogDirs?.(0, places);
  expect(results?.[0]).toMatchObject({ topic: "b", partition: 0, error: { code, topic: "b", partition: 0 } });
  expect(results?.[0]?.error?.message).toBe(`Size of b [0]: ${code}`);
  if (dirs.length > 0) expect(results?.[1]).toEqual({ topic: "a", partition: 1, size: 5 });
});
