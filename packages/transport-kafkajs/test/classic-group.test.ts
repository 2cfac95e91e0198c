import type { GroupConnection, GroupMember } from "@dataqueues/core";
import { afterEach, expect, test, vi } from "vitest";

import { compactBlob, compactList, compactText, tags } from "./compact-fields.ts";
import { blob, Fields, int16, int32, int8, joined, list, text } from "./fields.ts";
import { offer, startGroupBrokers } from "./group-brokers.ts";
import { groupMember } from "./group-member.ts";
import { fromHex } from "./java-batches.ts";
// Written by Kafka's own Java classes, see JavaAssignments.java.
import java from "./java-assignments.json" with { type: "json" };
import { metadataResponse, open, refusal, stopClock, until } from "./scripted-cluster.ts";
import type { Telling } from "./scripted-cluster.ts";
import { api } from "./scripted-broker.ts";
import type { Asked, ScriptedBroker } from "./scripted-broker.ts";

afterEach(() => {
  vi.useRealTimers();
});

const member: GroupMember = { ...groupMember, protocol: "classic", topics: ["a"] };
const newcomer: GroupMember = { ...member, memberId: "", epoch: 0 };

/** The response to JoinGroup, version 5: to a follower, unless members are told. */
const joinedAs = (
  memberId: string,
  { errorCode = 0, generation = 7, leader = "l", members = [] as readonly (readonly [string, Uint8Array])[] } = {},
): Buffer =>
  joined(
    joined(int32(0), int16(errorCode), int32(generation), text("cooperative-sticky"), text(leader), text(memberId)),
    list(...members.map(([id, subscription]) => joined(text(id), text(null), blob(subscription)))),
  );

/** The response to SyncGroup, version 3. */
const synced = (assignment: Uint8Array, errorCode = 0): Buffer => joined(int32(0), int16(errorCode), blob(assignment));

/** The partitions of an assignment, read plainly. */
function readAssigned(bytes: Buffer | null): unknown {
  const fields = new Fields(bytes ?? Buffer.alloc(0));
  return [fields.int16(), fields.list(() => [fields.text(), fields.list(() => fields.int32())])];
}

/** A subscription of version 0 to one topic, as aiokafka sends it. */
const wants = (topic: string): Buffer => joined(int16(0), list(text(topic)), int32(-1));

/** What JoinGroup asks for: all up to the protocols' names, and the subscription. */
function joining({ body }: Asked): unknown[] {
  const fields = [body.text(), body.int32(), body.int32(), body.text(), body.text(), body.text()];
  const protocols = body.list(() => [body.text(), body.blob()?.toString("hex")]);
  return [...fields, protocols, body.rest().length];
}

async function start(topics: Telling["topics"] = {}): Promise<{
  one: ScriptedBroker;
  two: ScriptedBroker;
  connection: GroupConnection;
}> {
  const [one, two] = await startGroupBrokers(topics);
  two.on(api.joinGroup, () => joinedAs("m"));
  two.on(api.syncGroup, () => synced(fromHex(java.assignment)));
  two.on(api.heartbeat, () => joined(int32(0), int16(0)));
  return { one, two, connection: await open("group", one) };
}

test("a join says what the member wants and owns, and its answer has the assignment", async () => {
  const { two, connection } = await start();
  const topics = ["first", "zwölf"];
  const owned = [
    ["first", 0],
    ["first", 2],
    ["zwölf", 1],
  ] as const;
  const answer = await connection.joinGroup({ ...member, epoch: 7, topics, owned, instanceId: "i" });
  expect(answer).toEqual({ memberId: "m", epoch: 7, assignment: owned });
  const [asked] = two.askedFor(api.joinGroup);
  expect(asked && joining(asked)).toEqual([
    "g",
    45_000,
    60_000,
    "m",
    "i",
    "consumer",
    [["cooperative-sticky", java.subscription]],
    0,
  ]);
  const [{ body } = { body: new Fields(Buffer.alloc(0)) }] = two.askedFor(api.syncGroup);
  expect([body.text(), body.int32(), body.text(), body.text(), body.list(() => body.text())]).toEqual([
    "g",
    7,
    "m",
    "i",
    [],
  ]);
});

test("a member without an id gets one, and joins with it", async () => {
  const { two, connection } = await start();
  two.on(api.joinGroup, (asked) => {
    const [, , , memberId] = joining(asked);
    return memberId === "" ? joinedAs("given", { errorCode: 79, generation: -1 }) : joinedAs(String(memberId));
  });
  await expect(connection.joinGroup(newcomer)).resolves.toMatchObject({ memberId: "given", epoch: 7 });
  expect(two.askedFor(api.joinGroup)).toHaveLength(2);
});

test("a broker that asks for an id again and again is asked twice", async () => {
  const { two, connection } = await start();
  two.on(api.joinGroup, () => joinedAs("given", { errorCode: 79, generation: -1 }));
  expect((await refusal(connection.joinGroup(newcomer))).code).toBe("MEMBER_ID_REQUIRED");
  expect(two.askedFor(api.joinGroup)).toHaveLength(2);
});

test("the leader assigns by metadata that it asks for now, also topics that it does not want itself", async () => {
  const { two, connection } = await start({ a: [{}, {}, {}], b: [{}] });
  const members = [
    ["l", wants("a")],
    ["m", wants("a")],
    ["n", wants("b")],
    ["o", wants("missing")],
    ["p", Buffer.from("no subscription")],
  ] as const;
  two.on(api.joinGroup, () => joinedAs("l", { members }));
  await connection.joinGroup({ ...member, memberId: "l" });
  const [{ body } = { body: new Fields(Buffer.alloc(0)) }] = two.askedFor(api.syncGroup);
  body.text();
  body.int32();
  body.text();
  body.text();
  expect(body.list(() => [body.text(), readAssigned(body.blob())])).toEqual([
    ["l", [0, [["a", [0, 2]]]]],
    ["m", [0, [["a", [1]]]]],
    ["n", [0, [["b", [0]]]]],
    ["o", [0, []]],
    ["p", [0, []]],
  ]);
});

test("the leader assigns all partitions that its metadata told, though another broker does not know them yet", async () => {
  const { one, two, connection } = await start({ a: [{}, {}, {}] });
  await connection.metadata(["a"]);
  const known = new Map([one, two].map(({ port }, id) => [id, { port }]));
  const tell = (topics: Telling["topics"] = {}): void =>
    [one, two].forEach((server) => server.on(api.metadata, () => metadataResponse({ nodes: known, topics })));
  tell({ a: 3 });
  two.on(api.joinGroup, () => joinedAs("l", { members: [["l", wants("a")]] }));
  const assigned = async (): Promise<unknown> => {
    await connection.joinGroup({ ...member, memberId: "l" });
    const body = two.askedFor(api.syncGroup).at(-1)?.body ?? new Fields(Buffer.alloc(0));
    body.text();
    body.int32();
    body.text();
    body.text();
    return body.list(() => [body.text(), readAssigned(body.blob())]);
  };
  const everything = [["l", [0, [["a", [0, 1, 2]]]]]];
  expect(await assigned()).toEqual(everything);
  // Now the member was told, too, that the topic is gone: by name, or as all topics were told.
  await connection.metadata(["a"]);
  expect(await assigned()).toEqual([["l", [0, []]]]);
  tell({ a: [{}, {}, {}] });
  await connection.metadata();
  tell({});
  expect(await assigned()).toEqual(everything);
  await connection.metadata();
  expect(await assigned()).toEqual([["l", [0, []]]]);
});

test("a restarted leader that is to leave the assignment as it is sends none", async () => {
  const { one, two, connection } = await start();
  connection.close();
  offer([one, two], { [api.joinGroup]: [0, 9] });
  two.on(api.joinGroup, () =>
    joined(
      joined(tags, int32(0), int16(0), int32(7), compactText("consumer"), compactText("cooperative-sticky")),
      joined(compactText("m"), int8(1), compactText("m")),
      compactList(joined(compactText("m"), compactText("i"), compactBlob(wants("a")), tags)),
      tags,
    ),
  );
  const restarted = await open("group", one);
  await expect(restarted.joinGroup({ ...member, instanceId: "i" })).resolves.toMatchObject({ memberId: "m", epoch: 7 });
  const [{ body } = { body: new Fields(Buffer.alloc(0)) }] = two.askedFor(api.syncGroup);
  expect([body.text(), body.int32(), body.text(), body.text(), body.list(() => 0)]).toEqual(["g", 7, "m", "i", []]);
});

test("a rebalance before the assignment rejects, and a new member, whose id nobody knows, joins again itself", async () => {
  const { two, connection } = await start();
  let refusals = 2;
  two.on(api.syncGroup, () => synced(fromHex(java.nothing), refusals-- > 0 ? 27 : 0));
  two.on(api.joinGroup, () => joinedAs("given"));
  await expect(connection.joinGroup(newcomer)).resolves.toEqual({ memberId: "given", epoch: 7, assignment: [] });
  expect(two.askedFor(api.joinGroup).map((asked) => joining(asked)[3])).toEqual(["", "given", "given"]);
  refusals = 1;
  two.on(api.joinGroup, () => joinedAs("m"));
  const error = await refusal(connection.joinGroup(member));
  expect(error.message).toBe("The assignment of group g: REBALANCE_IN_PROGRESS");
  expect(two.askedFor(api.joinGroup)).toHaveLength(4);
});

test("a new member whose join fails leaves, so that nobody waits for it; who has its id or a name stays", async () => {
  const { two, connection } = await start();
  two.on(api.leaveGroup, () => joined(int32(0), int16(0), list()));
  two.on(api.syncGroup, () => synced(fromHex(java.nothing), 22));
  two.on(api.joinGroup, () => joinedAs("given"));
  expect((await refusal(connection.joinGroup(newcomer))).code).toBe("ILLEGAL_GENERATION");
  await until(() => two.askedFor(api.leaveGroup).length === 1);
  const [{ body } = { body: new Fields(Buffer.alloc(0)) }] = two.askedFor(api.leaveGroup);
  expect([body.text(), body.list(() => [body.text(), body.text()])]).toEqual(["g", [["given", null]]]);
  await refusal(connection.joinGroup({ ...newcomer, instanceId: "i" }));
  await refusal(connection.joinGroup({ ...member, memberId: "given" }));
  await connection.heartbeat(member);
  expect(two.askedFor(api.leaveGroup)).toHaveLength(1);
});

test("an assignment that cannot be read is an error", async () => {
  const { two, connection } = await start();
  two.on(api.syncGroup, () => synced(fromHex(java.assignment).subarray(0, 9)));
  const error = await refusal(connection.joinGroup(member));
  expect(error.message).toBe(
    "The assignment of group g: CORRUPT_MESSAGE: its leader sent bytes that are no assignment",
  );
});

test("a member without partitions may get no bytes at all", async () => {
  const { two, connection } = await start();
  two.on(api.syncGroup, () => synced(Buffer.alloc(0)));
  await expect(connection.joinGroup(member)).resolves.toEqual({ memberId: "m", epoch: 7, assignment: [] });
});

test("a join that waits has a socket of its own, which alone ends 4 s after the rebalance timeout", async () => {
  const { two, connection } = await start();
  await connection.heartbeat(member);
  const [shared] = two.sockets;
  two.on(api.joinGroup, () => "nothing");
  stopClock();
  const joins = [refusal(connection.joinGroup(member)), refusal(connection.joinGroup({ ...member, group: "other" }))];
  await until(() => two.askedFor(api.joinGroup).length === 2);
  expect(two.sockets.size).toBe(3);
  // Longer than any other request may take.
  await vi.advanceTimersByTimeAsync(63_900);
  await expect(connection.heartbeat(member)).resolves.toEqual({ memberId: "m", epoch: 3 });
  expect(two.sockets.size).toBe(3);
  await vi.advanceTimersByTimeAsync(200);
  for (const error of await Promise.all(joins)) expect(error.code).toBe("REQUEST_TIMED_OUT");
  await until(() => two.sockets.size === 1);
  expect([...two.sockets]).toEqual([shared]);
  await connection.heartbeat(member);
  expect(two.askedFor(api.heartbeat).every(({ socket }) => socket === shared)).toBe(true);
});

test("the socket of a join is closed once it has its answer, and close() ends one that waits", async () => {
  const { two, connection } = await start();
  await connection.joinGroup(member);
  await connection.heartbeat(member);
  await until(() => two.sockets.size === 1);
  two.on(api.joinGroup, () => "nothing");
  const join = refusal(connection.joinGroup(member));
  await until(() => two.askedFor(api.joinGroup).length === 2);
  connection.close();
  expect(await join).toMatchObject({ code: "NETWORK_EXCEPTION" });
  await until(() => two.sockets.size === 0);
});

test("a heartbeat says whether to join again", async () => {
  const { two, connection } = await start();
  await expect(connection.heartbeat({ ...member, instanceId: "i" })).resolves.toEqual({ memberId: "m", epoch: 3 });
  const [{ body } = { body: new Fields(Buffer.alloc(0)) }] = two.askedFor(api.heartbeat);
  expect([body.text(), body.int32(), body.text(), body.text()]).toEqual(["g", 3, "m", "i"]);
  two.on(api.heartbeat, () => joined(int32(0), int16(27)));
  await expect(connection.heartbeat(member)).resolves.toEqual({ memberId: "m", epoch: 3, rejoin: true });
  two.on(api.heartbeat, () => joined(int32(0), int16(25)));
  expect((await refusal(connection.heartbeat(member))).message).toBe("Heartbeat in group g: UNKNOWN_MEMBER_ID");
});

test("a member leaves by its id, and one with a lasting name does not", async () => {
  const { two, connection } = await start();
  two.on(api.leaveGroup, () => joined(int32(0), int16(0), list(joined(text("m"), text(null), int16(0)))));
  await expect(connection.leaveGroup(member)).resolves.toBeUndefined();
  await expect(connection.leaveGroup({ ...member, instanceId: "i" })).resolves.toBeUndefined();
  expect(two.askedFor(api.leaveGroup)).toHaveLength(1);
  two.on(api.leaveGroup, () => joined(int32(0), int16(0), list(joined(text("m"), text(null), int16(25)))));
  expect((await refusal(connection.leaveGroup(member))).message).toBe("Leaving group g: UNKNOWN_MEMBER_ID");
  two.on(api.leaveGroup, () => joined(int32(0), int16(16), list()));
  expect((await refusal(connection.leaveGroup(member))).code).toBe("NOT_COORDINATOR");
});
