import type { GroupConnection, GroupMember, TopicPartition } from "@dataqueues/core";
import { expect, test } from "vitest";

import { compactList, compactText, readList, readText, readUuid, tags, uuid } from "./compact-fields.ts";
import { int16, int32, int8, joined } from "./fields.ts";
import { metadataWithIds, offer, startGroupBrokers } from "./group-brokers.ts";
import { groupMember } from "./group-member.ts";
import { open, refusal } from "./scripted-cluster.ts";
import { api } from "./scripted-broker.ts";
import type { Asked, ScriptedBroker } from "./scripted-broker.ts";

const idOfA = "a0".repeat(16);
const idOfB = "b0".repeat(16);
const newIdOfA = "a1".repeat(16);

const member: GroupMember = { ...groupMember, protocol: "consumer", topics: ["a", "b"] };

/** The response to ConsumerGroupHeartbeat, version 1. Without partitions nothing has changed. */
const beaten = (
  partitions?: Readonly<Record<string, readonly number[]>>,
  { errorCode = 0, message = null as string | null, epoch = 4 } = {},
): Buffer =>
  joined(
    joined(tags, int32(0), int16(errorCode), compactText(message), compactText(errorCode === 0 ? "m" : null)),
    joined(int32(epoch), int32(errorCode === 0 ? 5_000 : 0)),
    partitions === undefined
      ? int8(0xff)
      : joined(
          int8(1),
          compactList(
            ...Object.entries(partitions).map(([id, own]) => joined(uuid(id), compactList(...own.map(int32)), tags)),
          ),
          tags,
        ),
    tags,
  );

/** What ConsumerGroupHeartbeat says. */
function said({ body }: Asked): unknown {
  body.int8(); // the tagged fields of the header
  return {
    group: readText(body),
    memberId: readText(body),
    epoch: body.int32(),
    instanceId: readText(body),
    rack: readText(body),
    rebalanceTimeoutMs: body.int32(),
    topics: readList(body, () => readText(body)),
    pattern: readText(body),
    assignor: readText(body),
    owned: readList(body, () => {
      const of = [readUuid(body), readList(body, () => body.int32())];
      body.int8();
      return of;
    }),
  };
}

async function start(topics: Readonly<Record<string, string | null>> = { a: idOfA, b: idOfB }): Promise<{
  servers: [ScriptedBroker, ScriptedBroker];
  coordinator: ScriptedBroker;
  connection: GroupConnection;
}> {
  const servers = await startGroupBrokers();
  offer(servers, { [api.metadata]: [4, 12], [api.consumerGroupHeartbeat]: [0, 1] });
  tell(servers, topics);
  const [one, coordinator] = servers;
  coordinator.on(api.consumerGroupHeartbeat, () => beaten());
  return { servers, coordinator, connection: await open("group", one) };
}

function tell(servers: readonly ScriptedBroker[], topics: Readonly<Record<string, string | null>>): void {
  for (const server of servers) server.on(api.metadata, () => metadataWithIds(servers, topics));
}

const questions = (servers: readonly ScriptedBroker[]): number =>
  servers.reduce((sum, server) => sum + server.askedFor(api.metadata).length, 0);

test.each(["joinGroup", "heartbeat"] as const)("%s says everything, with topics by their ids", async (method) => {
  const { coordinator, connection } = await start();
  const owned: TopicPartition[] = [
    ["b", 2],
    ["a", 0],
    ["b", 3],
  ];
  await connection[method]({ ...member, owned, instanceId: "i" });
  const [asked] = coordinator.askedFor(api.consumerGroupHeartbeat);
  expect(asked?.version).toBe(1);
  expect(asked && said(asked)).toEqual({
    group: "g",
    memberId: "m",
    epoch: 3,
    instanceId: "i",
    rack: null,
    rebalanceTimeoutMs: 60_000,
    topics: ["a", "b"],
    pattern: null,
    assignor: null,
    owned: [
      [idOfB, [2, 3]],
      [idOfA, [0]],
    ],
  });
});

test("who owns nothing says that, too", async () => {
  const { coordinator, connection } = await start();
  await connection.joinGroup({ ...member, epoch: 0, topics: [] });
  const [asked] = coordinator.askedFor(api.consumerGroupHeartbeat);
  expect(asked && said(asked)).toMatchObject({ epoch: 0, instanceId: null, topics: [], owned: [] });
});

test("an assignment comes by names; metadata is asked for once", async () => {
  const { servers, coordinator, connection } = await start();
  const before = questions(servers);
  coordinator.on(api.consumerGroupHeartbeat, () => beaten({ [idOfA]: [0, 2], [idOfB]: [1] }));
  const assignment = [
    ["a", 0],
    ["a", 2],
    ["b", 1],
  ];
  for (const beat of [1, 2, 3]) {
    const owned = beat === 1 ? [] : ([["a", 0]] as const);
    await expect(connection.heartbeat({ ...member, owned })).resolves.toEqual({
      memberId: "m",
      epoch: 4,
      heartbeatIntervalMs: 5_000,
      assignment,
    });
  }
  expect(questions(servers) - before).toBe(1);
});

test("an empty assignment is one, and none is as before", async () => {
  const { coordinator, connection } = await start();
  coordinator.on(api.consumerGroupHeartbeat, () => beaten({}));
  expect((await connection.heartbeat(member)).assignment).toEqual([]);
  coordinator.on(api.consumerGroupHeartbeat, () => beaten());
  expect((await connection.heartbeat(member)).assignment).toBeUndefined();
});

test("an assignment with an id that is not known yet is left out, until the next heartbeat", async () => {
  const { servers, coordinator, connection } = await start({ a: idOfA, b: null });
  coordinator.on(api.consumerGroupHeartbeat, () => beaten({ [idOfA]: [0], [idOfB]: [1] }));
  await expect(connection.heartbeat(member)).resolves.toMatchObject({ epoch: 4, assignment: undefined });
  tell(servers, { a: idOfA, b: idOfB });
  expect((await connection.heartbeat(member)).assignment).toEqual([
    ["a", 0],
    ["b", 1],
  ]);
});

test("a topic that was created again is known by both ids, and owned by the new one", async () => {
  const { servers, coordinator, connection } = await start();
  coordinator.on(api.consumerGroupHeartbeat, () => beaten({ [idOfA]: [0] }));
  expect((await connection.heartbeat(member)).assignment).toEqual([["a", 0]]);
  tell(servers, { a: newIdOfA, b: idOfB });
  coordinator.on(api.consumerGroupHeartbeat, () => beaten({ [newIdOfA]: [0] }));
  expect((await connection.heartbeat({ ...member, owned: [["a", 0]] })).assignment).toEqual([["a", 0]]);
  await connection.heartbeat({ ...member, owned: [["a", 0]] });
  const asked = coordinator.askedFor(api.consumerGroupHeartbeat).map(said);
  expect(asked.slice(1)).toMatchObject([{ owned: [[idOfA, [0]]] }, { owned: [[newIdOfA, [0]]] }]);
});

test("a topic that does not exist any more is not owned", async () => {
  const { coordinator, connection } = await start({ a: null, b: idOfB });
  const owned: TopicPartition[] = [
    ["a", 0],
    ["b", 1],
  ];
  await connection.heartbeat({ ...member, owned });
  const [asked] = coordinator.askedFor(api.consumerGroupHeartbeat);
  expect(asked && said(asked)).toMatchObject({ owned: [[idOfB, [1]]] });
});

test("a topic that cannot exist is not asked for", async () => {
  const { coordinator, connection } = await start();
  await connection.heartbeat({ ...member, topics: ["a", "\ud800"] });
  const [asked] = coordinator.askedFor(api.consumerGroupHeartbeat);
  expect(asked && said(asked)).toMatchObject({ topics: ["a"] });
});

test("a refusal has Kafka's code and the broker's words", async () => {
  const { coordinator, connection } = await start();
  const message = "The member epoch 3 is too old.";
  coordinator.on(api.consumerGroupHeartbeat, () => beaten(undefined, { errorCode: 110, message }));
  const error = await refusal(connection.heartbeat(member));
  expect(error).toMatchObject({ code: "FENCED_MEMBER_EPOCH", retriable: false });
  expect(error.message).toBe(`Heartbeat in group g: FENCED_MEMBER_EPOCH: ${message}`);
});

test.each([
  [undefined, -1],
  ["i", -2],
])("a member with the name %s leaves with the epoch %i", async (instanceId, epoch) => {
  const { coordinator, connection } = await start();
  await connection.leaveGroup({ ...member, instanceId, owned: [["a", 0]] });
  const [asked] = coordinator.askedFor(api.consumerGroupHeartbeat);
  expect(asked && said(asked)).toMatchObject({ memberId: "m", epoch, instanceId: instanceId ?? null, owned: [] });
  coordinator.on(api.consumerGroupHeartbeat, () => beaten(undefined, { errorCode: 25 }));
  expect((await refusal(connection.leaveGroup(member))).message).toBe("Leaving group g: UNKNOWN_MEMBER_ID");
});

test("a broker that has only version 0 is not asked, and keeps its connection", async () => {
  const { servers, coordinator, connection } = await start();
  connection.close();
  offer(servers, { [api.metadata]: [4, 12], [api.consumerGroupHeartbeat]: [0, 0] });
  const older = await open("group", servers[0]);
  const error = await refusal(older.joinGroup(member));
  expect(error).toMatchObject({ code: "UNSUPPORTED_VERSION", retriable: false });
  expect(error.message).toContain("ConsumerGroupHeartbeat");
  await older.metadata(["a"]);
  expect(coordinator.askedFor(api.consumerGroupHeartbeat)).toEqual([]);
});
