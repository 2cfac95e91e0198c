import { expect, test } from "vitest";

import { metadataResponse, open, startAlone, startBroker } from "./scripted-cluster.ts";
import { api, offered, plainVersions } from "./scripted-broker.ts";
import type { Asked } from "./scripted-broker.ts";

/** Which topics a request names, and whether they may be created. */
function asking({ body }: Asked): unknown {
  return [body.list(() => body.text()), body.int8()];
}

test("partitions have their leaders, epochs and replicas; one without a leader has an error and no epoch", async () => {
  const server = await startAlone({
    a: [
      { leader: 0, epoch: 8, replicas: [0, 2], inSync: [2] },
      { leader: -1, epoch: 8, errorCode: 5, replicas: [1], inSync: [] },
      { leader: -1, errorCode: 0 },
      { leader: -1, errorCode: 9 },
      // A replica is not available; the leader is.
      { leader: 2, errorCode: 9 },
    ],
  });
  const connection = await open("read", server);
  const [told] = await connection.metadata(["a"]);
  expect(told?.partitions).toMatchObject([
    { partition: 0, leader: 0, leaderEpoch: 8, replicas: [0, 2], inSyncReplicas: [2] },
    { partition: 1, leader: -1, replicas: [1], inSyncReplicas: [], error: { code: "LEADER_NOT_AVAILABLE" } },
    { partition: 2, leader: -1, error: { code: "LEADER_NOT_AVAILABLE", topic: "a", partition: 2, retriable: true } },
    { partition: 3, leader: -1, error: { code: "REPLICA_NOT_AVAILABLE", message: expect.stringContaining("a [3]") } },
    { partition: 4, leader: 2 },
  ]);
  expect(told?.partitions?.map(({ error }) => error?.message)).toEqual([
    undefined,
    "Leader of a [1]: LEADER_NOT_AVAILABLE",
    "Leader of a [2]: LEADER_NOT_AVAILABLE",
    "Leader of a [3]: REPLICA_NOT_AVAILABLE",
    undefined,
  ]);
  expect(told?.partitions?.[1]).not.toHaveProperty("leaderEpoch");
  expect(told).not.toHaveProperty("topicId");
});

test("a leader has no epoch where the broker does not tell it", async () => {
  const connection = await open("read", await startAlone({ a: [{ epoch: -1 }] }));
  const [told] = await connection.metadata(["a"]);
  expect(told?.partitions).toMatchObject([{ partition: 0, leader: 0 }]);
  expect(told?.partitions?.[0]).not.toHaveProperty("leaderEpoch");
});

test("an unknown topic has an error with its name", async () => {
  const server = await startAlone({ a: 3, b: 29 });
  const connection = await open("read", server);
  expect(await connection.metadata(["b", "a"])).toMatchObject([
    { topic: "a", error: { code: "UNKNOWN_TOPIC_OR_PARTITION", topic: "a", retriable: true } },
    { topic: "b", error: { code: "TOPIC_AUTHORIZATION_FAILED", topic: "b", retriable: false } },
  ]);
});

test("without names all topics are requested; opening requests none", async () => {
  const seen: unknown[] = [];
  const server = await startBroker();
  const nodes = new Map([[4, { port: server.port }]]);
  server.on(api.metadata, (asked) => {
    seen.push(asking(asked));
    return metadataResponse({ nodes, topics: { a: [{}], b: [] } });
  });
  const connection = await open("read", server);
  const all = [
    { topic: "a", partitions: [{ partition: 0 }] },
    { topic: "b", partitions: [] },
  ];
  expect(await connection.metadata()).toMatchObject(all);
  expect(await connection.metadata([])).toMatchObject(all);
  expect(seen).toEqual([
    [[], 0],
    [null, 0],
    [null, 0],
  ]);
});

test.each([
  [undefined, 0],
  [false, 0],
  [true, 1],
])("with allowAutoTopicCreation %s the request has %i, and each name once", async (allowAutoTopicCreation, told) => {
  const seen: unknown[] = [];
  const server = await startBroker();
  const nodes = new Map([[4, { port: server.port }]]);
  server.on(api.metadata, (asked) => {
    seen.push(asking(asked));
    return metadataResponse({ nodes });
  });
  const connection = await open("read", server);
  await connection.metadata(["a", "b", "a"], { allowAutoTopicCreation });
  expect(seen.at(-1)).toEqual([["a", "b"], told]);
});

test("an invalid name is refused without a request, and the others are requested", async () => {
  const server = await startAlone({ a: [{}] });
  const connection = await open("read", server);
  const before = server.asked.length;
  const long = "é".repeat(16_384);
  const [refused, ...more] = await connection.metadata([long]);
  expect(more).toEqual([]);
  expect(refused?.error).toMatchObject({ code: "INVALID_TOPIC_EXCEPTION", topic: long, retriable: false });
  expect(refused?.error?.message).toContain("32768 bytes");
  // No more of it than Kafka's limit of a name.
  expect(refused?.error?.message).toMatch(/^Topic é{249}: INVALID_TOPIC_EXCEPTION: /);
  expect(server.asked).toHaveLength(before);
  const both = await connection.metadata([long, "a"]);
  expect(both.map(({ topic, error }) => [topic, error?.code])).toEqual([
    ["a", undefined],
    [long, "INVALID_TOPIC_EXCEPTION"],
  ]);
});

test("a topic has its id if the broker tells one, and says whether it is internal", async () => {
  const server = await startAlone();
  server.on(api.apiVersions, () => offered({ ...plainVersions, [api.metadata]: [4, 10] }));
  const port = server.port.toString(16).padStart(8, "0");
  const response = [
    // Tags; no wait; one broker: 5, "127.0.0.1", its port, no rack; no name of the cluster; controller 5.
    `00 00000000 02 00000005 0a ${Buffer.from("127.0.0.1").toString("hex")} ${port} 00 00 00 00000005`,
    // Two topics: no error, "a" and "b", an id and none, one not internal and one internal, no partitions, what may be done.
    "03 0000 02 61 0123456789abcdef0123456789abcdef 00 01 80000000 00",
    "0000 02 62 00000000000000000000000000000000 01 01 80000000 00",
    "80000000 00",
  ];
  server.on(api.metadata, () => Buffer.from(response.join("").replaceAll(" ", ""), "hex"));
  const connection = await open("read", server);
  expect(await connection.metadata(["a", "b"])).toEqual([
    { topic: "a", topicId: "0123456789abcdef0123456789abcdef", isInternal: false, partitions: [] },
    { topic: "b", isInternal: true, partitions: [] },
  ]);
});
