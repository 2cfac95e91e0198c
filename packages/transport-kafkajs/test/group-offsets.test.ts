import type { GroupConnection, GroupMember, OffsetToCommit } from "@dataqueues/core";
import { expect, test } from "vitest";

import { compactList, compactText, readList, readText, readUuid, tags, uuid } from "./compact-fields.ts";
import { int16, int32, int64, joined } from "./fields.ts";
import { metadataWithIds, offer, startGroupBrokers } from "./group-brokers.ts";
import { groupMember } from "./group-member.ts";
import { open, refusal } from "./scripted-cluster.ts";
import { api } from "./scripted-broker.ts";
import type { Asked, ScriptedBroker } from "./scripted-broker.ts";

const idOfA = "a0".repeat(16);
const idOfB = "b0".repeat(16);
const member: GroupMember = { ...groupMember, protocol: "classic" };

type Outcomes = Readonly<Record<string, Readonly<Record<number, number>>>>;

const outcomes = (topics: Outcomes, named: (topic: string) => Buffer): Buffer =>
  joined(
    joined(tags, int32(0)),
    compactList(
      ...Object.entries(topics).map(([topic, partitions]) => {
        const each = Object.entries(partitions).map(([index, code]) => joined(int32(Number(index)), int16(code), tags));
        return joined(named(topic), compactList(...each), tags);
      }),
    ),
    tags,
  );

/** The response to OffsetCommit, version 8 and 9. */
const committed = (topics: Outcomes): Buffer => outcomes(topics, compactText);

/** What OffsetCommit asks for: offsets by topic and partition, after who asks. */
function committing({ body, version }: Asked): { who: unknown; offsets: unknown } {
  body.int8();
  const who = [readText(body), body.int32(), readText(body), readText(body)];
  const offsets = readList(body, () => {
    const topic = version >= 10 ? readUuid(body) : readText(body);
    const own = readList(body, () => {
      const one = [body.int32(), body.int64()];
      expect([body.int32(), readText(body), body.int8()]).toEqual([-1, "", 0]);
      return one;
    });
    body.int8();
    return [topic, own];
  });
  return { who, offsets };
}

type Places = readonly (readonly [string, readonly (readonly [partition: number, offset: bigint, code: number])[]])[];

const placesOf = (topics: Places): Buffer =>
  compactList(
    ...topics.map(([topic, own]) =>
      joined(
        compactText(topic),
        compactList(
          ...own.map(([partition, offset, code]) =>
            joined(int32(partition), int64(offset), int32(-1), compactText(""), int16(code), tags),
          ),
        ),
        tags,
      ),
    ),
  );

/** The response to OffsetFetch, version 7. */
const fetched = (topics: Places, errorCode = 0): Buffer =>
  joined(tags, int32(0), placesOf(topics), int16(errorCode), tags);

async function start(versions: Readonly<Record<number, readonly [number, number]>> = {}): Promise<{
  servers: readonly ScriptedBroker[];
  coordinator: ScriptedBroker;
  connection: GroupConnection;
}> {
  const servers = await startGroupBrokers();
  const [one, coordinator] = servers;
  const old = { [api.metadata]: [4, 12], [api.offsetCommit]: [0, 8], [api.offsetFetch]: [0, 7] } as const;
  offer(servers, { ...old, ...versions });
  for (const server of servers) server.on(api.metadata, () => metadataWithIds(servers, { a: idOfA, b: idOfB }));
  return { servers, coordinator, connection: await open("group", one) };
}

const at = (topic: string, partition: number, offset: bigint, topicId?: string): OffsetToCommit => ({
  topic,
  partition,
  offset,
  topicId,
});

test("offsets are committed in the member's name, and answered in the order that was asked", async () => {
  const { coordinator, connection } = await start();
  // Brokers answer in orders of their own.
  coordinator.on(api.offsetCommit, () => committed({ b: { 1: 12 }, a: { 3: 0, 0: 0 } }));
  const results = await connection.commitOffsets({ ...member, instanceId: "i" }, [
    at("a", 0, 5n),
    at("b", 1, 2n ** 40n),
    at("a", 3, 0n),
  ]);
  expect(results).toEqual([
    { topic: "a", partition: 0 },
    { topic: "b", partition: 1, error: expect.objectContaining({ code: "OFFSET_METADATA_TOO_LARGE", topic: "b" }) },
    { topic: "a", partition: 3 },
  ]);
  expect(results[1]?.error?.message).toBe("Committing b [1] in group g: OFFSET_METADATA_TOO_LARGE");
  const [asked] = coordinator.askedFor(api.offsetCommit);
  expect(asked && committing(asked)).toEqual({
    who: ["g", 3, "m", "i"],
    offsets: [
      [
        "a",
        [
          [0, 5n],
          [3, 0n],
        ],
      ],
      ["b", [[1, 2n ** 40n]]],
    ],
  });
});

test.each([
  [25, "UNKNOWN_MEMBER_ID"],
  [27, "REBALANCE_IN_PROGRESS"],
  [22, "ILLEGAL_GENERATION"],
  [16, "NOT_COORDINATOR"],
  [-1, "UNKNOWN_SERVER_ERROR"],
])("error %i, %s, is of the whole commit, although the broker says it of each partition", async (errorCode, code) => {
  const { servers, coordinator, connection } = await start();
  coordinator.on(api.offsetCommit, () => committed({ a: { 0: errorCode, 1: errorCode } }));
  const error = await refusal(connection.commitOffsets(member, [at("a", 0, 5n), at("a", 1, 5n)]));
  expect(error.message).toBe(`Committing in group g: ${code}`);
  await refusal(connection.commitOffsets(member, [at("a", 0, 5n)]));
  const questions = servers.flatMap((server) => server.askedFor(api.findCoordinator));
  expect(questions).toHaveLength(code === "NOT_COORDINATOR" ? 2 : 1);
});

test.each([3, 12, 17, 28, 29, 100])("error %i is of its partition alone", async (errorCode) => {
  const { coordinator, connection } = await start();
  coordinator.on(api.offsetCommit, () => committed({ a: { 0: errorCode, 1: 0 } }));
  const results = await connection.commitOffsets(member, [at("a", 0, 5n), at("a", 1, 5n)]);
  expect(results.map(({ error }) => error?.partition)).toEqual([0, undefined]);
});

test("an offset that the answer leaves out is not taken for committed", async () => {
  const { coordinator, connection } = await start();
  coordinator.on(api.offsetCommit, () => committed({ a: { 0: 0 } }));
  const [, left] = await connection.commitOffsets(member, [at("a", 0, 5n), at("a", 1, 5n)]);
  expect(left?.error?.message).toBe("Committing a [1] in group g: NETWORK_EXCEPTION: the response leaves it out");
});

test("a partition that is repeated keeps its last offset", async () => {
  const { coordinator, connection } = await start();
  coordinator.on(api.offsetCommit, () => committed({ a: { 0: 0 } }));
  await connection.commitOffsets(member, [at("a", 0, 5n), at("a", 0, 4n)]);
  const asked = coordinator.askedFor(api.offsetCommit).map((one) => committing(one).offsets);
  expect(asked).toEqual([[["a", [[0, 5n]]]], [["a", [[0, 4n]]]]]);
});

test("what cannot be an offset is refused here, and nothing is sent of it", async () => {
  const { coordinator, connection } = await start();
  const bad = [
    at("a", 0, -1n),
    at("a", 0, 2n ** 63n),
    at("a", -1, 1n),
    at("a", 0, 1n, "A0".repeat(16)),
    at("\ud800", 0, 1n),
  ];
  const results = await connection.commitOffsets(member, bad);
  expect(results.map(({ error }) => error?.code)).toEqual([
    ...Array.from({ length: 4 }, () => "INVALID_REQUEST"),
    "INVALID_TOPIC_EXCEPTION",
  ]);
  expect(results[0]?.error?.message).toContain("offset must not be below 0, as -1 is");
  expect(coordinator.askedFor(api.offsetCommit)).toEqual([]);
});

test("below version 10 topic ids are compared with metadata first", async () => {
  const { coordinator, connection } = await start({ [api.offsetCommit]: [0, 9] });
  coordinator.on(api.offsetCommit, () => committed({ a: { 0: 0 }, c: { 0: 3 } }));
  const results = await connection.commitOffsets(member, [
    at("a", 0, 5n, idOfA),
    at("b", 0, 5n, idOfA),
    at("c", 0, 5n, idOfA),
  ]);
  expect(results.map(({ error }) => error?.code)).toEqual([
    undefined,
    "UNKNOWN_TOPIC_ID",
    "UNKNOWN_TOPIC_OR_PARTITION",
  ]);
  const [asked] = coordinator.askedFor(api.offsetCommit);
  expect(asked && committing(asked).offsets).toEqual([
    ["a", [[0, 5n]]],
    ["c", [[0, 5n]]],
  ]);
  // Nothing is left to commit.
  await connection.commitOffsets(member, [at("b", 0, 5n, idOfA)]);
  expect(coordinator.askedFor(api.offsetCommit)).toHaveLength(1);
});

test("from version 10 on the broker compares topic ids, and metadata is not asked for", async () => {
  const { servers, coordinator, connection } = await start({ [api.offsetCommit]: [2, 10] });
  coordinator.on(api.offsetCommit, () => outcomes({ [idOfB]: { 0: 100 }, [idOfA]: { 0: 0 } }, uuid));
  const before = servers.flatMap((server) => server.askedFor(api.metadata)).length;
  const results = await connection.commitOffsets(member, [at("a", 0, 5n, idOfA), at("b", 0, 5n, idOfB)]);
  expect(results.map(({ error }) => error?.code)).toEqual([undefined, "UNKNOWN_TOPIC_ID"]);
  const [asked] = coordinator.askedFor(api.offsetCommit);
  expect(asked?.version).toBe(10);
  expect(asked && committing(asked).offsets).toEqual([
    [idOfA, [[0, 5n]]],
    [idOfB, [[0, 5n]]],
  ]);
  expect(servers.flatMap((server) => server.askedFor(api.metadata))).toHaveLength(before);
  // One without an id makes it a commit by names.
  coordinator.on(api.offsetCommit, () => committed({ a: { 0: 0 }, b: { 0: 0 } }));
  await connection.commitOffsets(member, [at("a", 0, 5n, idOfA), at("b", 0, 5n)]);
  expect(coordinator.askedFor(api.offsetCommit).at(-1)?.version).toBe(9);
});

test("a consumer group's commit needs version 9, and its place version 9 as well", async () => {
  const { connection } = await start();
  const consumer: GroupMember = { ...member, protocol: "consumer" };
  expect((await refusal(connection.commitOffsets(consumer, [at("a", 0, 5n)]))).code).toBe("UNSUPPORTED_VERSION");
  expect((await refusal(connection.fetchOffsets(consumer, [["a", 0]]))).code).toBe("UNSUPPORTED_VERSION");
});

test("committed offsets are answered in the order that was asked; only -1 without an error is none", async () => {
  const { coordinator, connection } = await start();
  const unstable: Places = [
    ["b", [[0, -1n, 88]]],
    [
      "a",
      [
        [1, -1n, 0],
        [0, 7n, 0],
      ],
    ],
  ];
  coordinator.on(api.offsetFetch, () => fetched(unstable));
  const places = await connection.fetchOffsets(member, [
    ["a", 0],
    ["b", 0],
    ["a", 1],
    ["a", 2],
    ["a", -1],
  ]);
  expect(places).toEqual([
    { topic: "a", partition: 0, offset: 7n },
    { topic: "b", partition: 0, error: expect.objectContaining({ code: "UNSTABLE_OFFSET_COMMIT", retriable: true }) },
    { topic: "a", partition: 1, offset: undefined },
    { topic: "a", partition: 2, error: expect.objectContaining({ code: "NETWORK_EXCEPTION" }) },
    { topic: "a", partition: -1, error: expect.objectContaining({ code: "INVALID_REQUEST" }) },
  ]);
  const [{ body } = { body: undefined }] = coordinator.askedFor(api.offsetFetch);
  body?.int8();
  expect([body && readText(body), body?.rest().at(-2)]).toEqual(["g", 1]);
});

test("a refused question for offsets is an error of the whole, and asks for the coordinator again if it is none", async () => {
  const { servers, coordinator, connection } = await start();
  coordinator.on(api.offsetFetch, () => fetched([["a", [[0, -1n, 16]]]], 16));
  const error = await refusal(connection.fetchOffsets(member, [["a", 0]]));
  expect(error.message).toBe("Asking for offsets of group g: NOT_COORDINATOR");
  await refusal(connection.fetchOffsets(member, [["a", 0]]));
  expect(servers.flatMap((server) => server.askedFor(api.findCoordinator))).toHaveLength(2);
});

test("nothing is asked about no partitions", async () => {
  const { coordinator, connection } = await start();
  await expect(connection.fetchOffsets(member, [])).resolves.toEqual([]);
  await expect(connection.commitOffsets(member, [])).resolves.toEqual([]);
  expect(coordinator.asked).toEqual([]);
});
