import { expect, test } from "vitest";

import { blob, int16, int32, int8, joined, list, text } from "./fields.ts";
import messages from "./java-messages.json" with { type: "json" };
import { metadataResponse, open, refusal, startBrokers } from "./scripted-cluster.ts";
import { api, offered, plainVersions } from "./scripted-broker.ts";
import type { ScriptedBroker } from "./scripted-broker.ts";

/** Kafka's numbers of the requests about groups. */
const keys = {
  offsetCommit: 8,
  offsetFetch: 9,
  findCoordinator: 10,
  describeGroups: 15,
  listGroups: 16,
  deleteGroups: 42,
  consumerGroupDescribe: 69,
} as const;

/** The highest versions before the flexible ones; these two have none that are spoken here. */
const versions = {
  ...plainVersions,
  [keys.offsetCommit]: [0, 8],
  [keys.offsetFetch]: [0, 7],
  [keys.findCoordinator]: [0, 2],
  [keys.describeGroups]: [0, 4],
  [keys.listGroups]: [0, 2],
  [keys.deleteGroups]: [0, 1],
} as const;

/** The response to FindCoordinator, version 2. */
const coordinatorAt = (nodeId: number, errorCode = 0): Buffer =>
  joined(int32(0), int16(errorCode), text(null), int32(nodeId), text("nowhere.invalid"), int32(1));

/** The response to ListGroups, version 2. */
const listed = (errorCode: number, ...groups: string[]): Buffer =>
  joined(int32(0), int16(errorCode), list(...groups.map((group) => joined(text(group), text("consumer")))));

interface Classic {
  readonly errorCode?: number;
  readonly state?: string;
  readonly protocolType?: string;
  readonly assignment?: Uint8Array;
}

/** The response to DescribeGroups, version 4: a group with one member. */
function classic({ errorCode = 0, state = "Stable", protocolType = "consumer", assignment }: Classic): Buffer {
  const member = joined(text("m-1"), text("dish-1"), text("client"), text("/10.0.0.1"), blob(Buffer.of(1)));
  const members = assignment === undefined ? list() : list(joined(member, blob(assignment)));
  const group = joined(int16(errorCode), text("g"), text(state), text(protocolType), text("range"), members, int32(0));
  return joined(int32(0), list(group));
}

/** The response to DeleteGroups, version 1. */
const deleted = (errorCode: number): Buffer => joined(int32(0), list(joined(text("g"), int16(errorCode))));

/** A response that Kafka's own classes wrote, in a flexible version: its header ends with tagged fields, here none. */
function fromJava(name: string, version: number, change: (hex: string) => string): Buffer {
  const message = messages.find((one) => one.api === name && one.version === version);
  return joined(int8(0), Buffer.from(change(message?.response ?? ""), "hex"));
}

/** The response to ConsumerGroupDescribe: throttle_time_ms, one group, its error code, and all that Java wrote after it. */
const consumers = (errorCode: number): Buffer =>
  fromJava(
    "ConsumerGroupDescribe",
    0,
    (hex) => `${hex.slice(0, 10)}${int16(errorCode).toString("hex")}${hex.slice(14)}`,
  );

/** What the leader of a classic group assigned, as Kafka's own classes wrote it for DescribeGroups. */
const assignment = Buffer.from(
  "0003000000020005666972737400000002000000000000000200067a77c3b66c660000000100000001000000020708",
  "hex",
);

/** Two brokers, of which the second keeps all groups. */
async function startGroupBrokers(
  offer: Readonly<Record<number, readonly [number, number]>> = versions,
): Promise<[ScriptedBroker, ScriptedBroker]> {
  const [one, two] = await startBrokers(2);
  if (one === undefined || two === undefined) throw new Error("two brokers were wanted");
  for (const server of [one, two]) {
    server.on(api.apiVersions, () => offered(offer));
    server.on(keys.findCoordinator, () => coordinatorAt(1));
  }
  return [one, two];
}

const counts = (servers: readonly ScriptedBroker[], key: number): number[] =>
  servers.map((server) => server.askedFor(key).length);

test("the groups of all brokers are listed, each once, also if two brokers have it", async () => {
  const [one, two] = await startGroupBrokers();
  one.on(keys.listGroups, () => listed(0, "a", "b"));
  two.on(keys.listGroups, () => listed(0, "c", "b"));
  const connection = await open("admin", one);
  // Versions before 4 and 5 tell neither states nor types.
  const listing = (group: string) => ({ group, protocolType: "consumer", state: undefined, type: undefined });
  expect(await connection.listGroups?.()).toEqual([listing("a"), listing("b"), listing("c")]);
});

test("a list without the groups of one broker is none", async () => {
  const [one, two] = await startGroupBrokers();
  one.on(keys.listGroups, () => listed(0, "a"));
  two.on(keys.listGroups, () => listed(14));
  const connection = await open("admin", one);
  const error = await refusal(connection.listGroups?.() ?? Promise.resolve());
  expect(error).toMatchObject({
    code: "COORDINATOR_LOAD_IN_PROGRESS",
    retriable: true,
    message: `Groups at ${two.address}: COORDINATOR_LOAD_IN_PROGRESS`,
  });
  two.stop();
  const lost = await refusal(connection.listGroups?.() ?? Promise.resolve());
  expect(lost).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true });
});

test("brokers are found as metadata have them at each list", async () => {
  const [one, two] = await startGroupBrokers();
  one.on(keys.listGroups, () => listed(0, "a"));
  two.on(keys.listGroups, () => listed(0, "b"));
  const alone = metadataResponse({ nodes: new Map([[0, { port: one.port }]]), controller: 0 });
  one.on(api.metadata, () => alone);
  two.on(api.metadata, () => alone);
  const connection = await open("admin", one);
  expect(await connection.listGroups?.()).toMatchObject([{ group: "a" }]);
  const both = metadataResponse({ nodes: new Map([one, two].map(({ port }, id) => [id, { port }])), controller: 0 });
  one.on(api.metadata, () => both);
  expect(await connection.listGroups?.()).toMatchObject([{ group: "a" }, { group: "b" }]);
});

test("a classic group is described by its coordinator, with the partitions that its leader assigned", async () => {
  const [one, two] = await startGroupBrokers();
  two.on(keys.describeGroups, () => classic({ assignment }));
  const connection = await open("admin", one);
  const members = [
    {
      memberId: "m-1",
      instanceId: "dish-1",
      clientId: "client",
      host: "/10.0.0.1",
      assignment: [
        ["first", 0],
        ["first", 2],
        ["zwölf", 1],
      ],
    },
  ];
  expect(await connection.describeGroups?.(["g"])).toEqual([
    { group: "g", type: "classic", state: "Stable", assignor: "range", coordinator: 1, members },
  ]);
  expect(counts([one, two], keys.describeGroups)).toEqual([0, 1]);
  const [asked] = two.askedFor(keys.describeGroups);
  expect([asked?.body.list(() => asked.body.text()), asked?.body.rest()]).toEqual([["g"], Buffer.of(0)]);
});

test.each([
  ["while its members join again", { state: "PreparingRebalance", assignment: new Uint8Array() }],
  ["of Kafka Connect's workers, whose assignments are of another form", { protocolType: "connect", assignment }],
])("a group is described without partitions %s", async (_what, told) => {
  const [one, two] = await startGroupBrokers();
  two.on(keys.describeGroups, () => classic(told));
  const connection = await open("admin", one);
  expect(await connection.describeGroups?.(["g"])).toMatchObject([{ type: "classic", members: [{ assignment: [] }] }]);
});

test("an assignment that cannot be read is an error of that group, which names the member, and the connection stays", async () => {
  const [one, two] = await startGroupBrokers();
  const told = [classic({ assignment: assignment.subarray(0, 20) }), classic({ state: "Empty" })];
  two.on(keys.describeGroups, () => told.shift() ?? "nothing");
  const connection = await open("admin", one);
  const described = await connection.describeGroups?.(["g", "h"]);
  expect(described?.[0]?.error).toMatchObject({
    code: "INCONSISTENT_GROUP_PROTOCOL",
    retriable: false,
    message: expect.stringMatching(
      /^Describing group g: INCONSISTENT_GROUP_PROTOCOL: what its leader assigned to member m-1 cannot be read: .* wanted/u,
    ),
    cause: expect.any(RangeError),
  });
  expect(described?.[1]).toMatchObject({ group: "h", state: "Empty", members: [] });
  expect(two.dialled).toBe(1);
});

test("a classic group that is dead, as brokers before version 6 say, does not exist", async () => {
  const [one, two] = await startGroupBrokers();
  two.on(keys.describeGroups, () => classic({ state: "Dead" }));
  const connection = await open("admin", one);
  expect(await connection.describeGroups?.(["g"])).toMatchObject([
    { group: "g", error: { code: "GROUP_ID_NOT_FOUND", message: "Describing group g: GROUP_ID_NOT_FOUND" } },
  ]);
});

const withConsumerGroups = { ...versions, [keys.consumerGroupDescribe]: [0, 1] } as const;

test("a consumer group is described by its coordinator with one request", async () => {
  const [one, two] = await startGroupBrokers(withConsumerGroups);
  two.on(keys.consumerGroupDescribe, () => consumers(0));
  const connection = await open("admin", one);
  expect(await connection.describeGroups?.(["g"])).toMatchObject([
    {
      group: "g",
      type: "consumer",
      state: "Reconciling",
      assignor: "uniform",
      coordinator: 1,
      members: [
        {
          memberId: "one-1",
          instanceId: "dish-1",
          assignment: [
            ["first", 0],
            ["first", 2],
            ["second", 1],
          ],
        },
        { memberId: "two-2", clientId: "two", host: "/10.0.0.2", assignment: [] },
      ],
    },
  ]);
  expect(counts([one, two], keys.describeGroups)).toEqual([0, 0]);
});

test.each([
  ["has no consumer group of this name", 69],
  ["lists the request but refuses it", 35],
])("a coordinator that %s is asked for a classic group", async (_what, errorCode) => {
  const [one, two] = await startGroupBrokers(withConsumerGroups);
  two.on(keys.consumerGroupDescribe, () => consumers(errorCode));
  two.on(keys.describeGroups, () => classic({}));
  const connection = await open("admin", one);
  expect(await connection.describeGroups?.(["g"])).toMatchObject([{ group: "g", type: "classic" }]);
});

test.each([
  ["describing", "consumer", keys.consumerGroupDescribe, consumers(16)],
  ["describing", "classic", keys.describeGroups, classic({ errorCode: 16 })],
  ["deleting", "classic", keys.deleteGroups, deleted(16)],
] as const)(
  "%s a %s group at a broker that is not its coordinator is its error, and the next request finds another",
  async (what, type, key, response) => {
    const [one, two] = await startGroupBrokers(type === "consumer" ? withConsumerGroups : versions);
    two.on(key, () => response);
    one.on(key, () => (key === keys.deleteGroups ? deleted(0) : type === "consumer" ? consumers(0) : classic({})));
    const connection = await open("admin", one);
    const call = (): Promise<unknown> | undefined =>
      what === "deleting" ? connection.deleteGroups?.(["g"]) : connection.describeGroups?.(["g"]);
    const error = { code: "NOT_COORDINATOR", retriable: true };
    expect(await call()).toMatchObject([{ group: "g", error }]);
    for (const server of [one, two]) server.on(keys.findCoordinator, () => coordinatorAt(0));
    expect(await call()).not.toMatchObject([{ error }]);
    expect(counts([one, two], key)).toEqual([1, 1]);
  },
);

test("a group whose coordinator is not known or not reached has that error, and the others have their results", async () => {
  const [one, two] = await startGroupBrokers();
  for (const server of [one, two]) {
    server.on(keys.findCoordinator, ({ body }) => {
      const group = body.text();
      if (group === "unknown") return coordinatorAt(-1, 15);
      return coordinatorAt(group === "lost" ? 1 : 0);
    });
  }
  one.on(keys.describeGroups, () => classic({}));
  one.on(keys.deleteGroups, () => deleted(68));
  two.on(keys.describeGroups, () => "hang up");
  two.on(keys.deleteGroups, () => "hang up");
  const connection = await open("admin", one);
  const groups = ["unknown", "lost", "g", "\ud800"];
  const errors = [
    { code: "COORDINATOR_NOT_AVAILABLE", retriable: true },
    { code: "NETWORK_EXCEPTION", retriable: true },
  ];
  const badName = { code: "INVALID_GROUP_ID", message: expect.stringContaining("lone surrogate") };
  expect(await connection.describeGroups?.(groups)).toMatchObject([
    { group: "unknown", error: errors[0] },
    { group: "lost", error: errors[1] },
    { group: "g", state: "Stable" },
    { error: badName },
  ]);
  expect(await connection.deleteGroups?.(groups)).toMatchObject([
    { group: "unknown", error: errors[0] },
    { group: "lost", error: errors[1] },
    { group: "g", error: { code: "NON_EMPTY_GROUP", retriable: false, message: "Deleting group g: NON_EMPTY_GROUP" } },
    { error: badName },
  ]);
});

test("a request that reaches no coordinator rejects, also after the connection is closed", async () => {
  const [one, two] = await startGroupBrokers();
  two.on(keys.describeGroups, () => "hang up");
  two.on(keys.deleteGroups, () => "hang up");
  const connection = await open("admin", one);
  const calls = [
    () => connection.describeGroups?.(["g", "h"]),
    () => connection.deleteGroups?.(["g", "h"]),
    () => connection.fetchGroupOffsets?.("g"),
    () => connection.alterGroupOffsets?.("g", [{ topic: "a", partition: 0, offset: 1n }]),
    () => connection.listGroups?.(),
  ];
  for (const call of calls.slice(0, 2)) {
    expect(await refusal(call() ?? Promise.resolve())).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true });
  }
  expect(await connection.describeGroups?.([])).toEqual([]);
  connection.close();
  for (const call of calls) {
    expect(await refusal(call() ?? Promise.resolve())).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true });
  }
});

test("a coordinator that comes back at another address is found there", async () => {
  const [one, two] = await startGroupBrokers();
  two.on(keys.describeGroups, () => "hang up");
  const connection = await open("admin", one);
  expect(await refusal(connection.describeGroups?.(["g"]) ?? Promise.resolve())).toMatchObject({
    code: "NETWORK_EXCEPTION",
  });
  const [other] = await startGroupBrokers();
  other.on(keys.describeGroups, () => classic({}));
  const moved = new Map([one, other].map(({ port }, id) => [id, { port }]));
  one.on(api.metadata, () => metadataResponse({ nodes: moved, controller: 0 }));
  two.stop();
  expect(await connection.describeGroups?.(["g"])).toMatchObject([{ group: "g", state: "Stable" }]);
});

test("a request that brokers lack is UNSUPPORTED_VERSION of that call alone", async () => {
  const [one] = await startGroupBrokers({ ...plainVersions, [keys.findCoordinator]: [0, 2] });
  const connection = await open("admin", one);
  const unsupported = { code: "UNSUPPORTED_VERSION", retriable: false };
  expect(await refusal(connection.listGroups?.() ?? Promise.resolve())).toMatchObject(unsupported);
  expect(await connection.describeGroups?.(["g"])).toMatchObject([{ error: unsupported }]);
  expect(await connection.deleteGroups?.(["g"])).toMatchObject([{ error: unsupported }]);
  expect(await refusal(connection.fetchGroupOffsets?.("g") ?? Promise.resolve())).toMatchObject(unsupported);
  const offsets = [{ topic: "a", partition: 0, offset: 1n }];
  expect(await refusal(connection.alterGroupOffsets?.("g", offsets) ?? Promise.resolve())).toMatchObject(unsupported);
  await expect(connection.metadata()).resolves.toEqual([]);
});

test("all that a group has committed is asked for without a list of topics, as one who is no member", async () => {
  const [one, two] = await startGroupBrokers();
  // Java's response ends with the error code 16 and no tagged fields.
  two.on(keys.offsetFetch, () => fromJava("OffsetFetch", 7, (hex) => hex.replace(/001000$/u, "000000")));
  const connection = await open("admin", one);
  expect(await connection.fetchGroupOffsets?.("g")).toMatchObject([
    { topic: "first", partition: 0, offset: 5_000_000_000n },
    { topic: "first", partition: 1, offset: undefined },
    {
      topic: "second",
      partition: 2,
      error: {
        code: "UNSTABLE_OFFSET_COMMIT",
        message: "Asking for the offset of second [2] in group g: UNSTABLE_OFFSET_COMMIT",
        topic: "second",
        partition: 2,
      },
    },
  ]);
  // The header's tagged fields; "g", null, require_stable false, no tagged fields.
  expect(two.askedFor(keys.offsetFetch)[0]?.body.rest().toString("hex")).toBe(
    ["00", "0267", "00", "00", "00"].join(""),
  );
});

test("committed offsets of partitions are asked for by name, and an error of the request rejects", async () => {
  const [one, two] = await startGroupBrokers();
  two.on(keys.offsetFetch, () => fromJava("OffsetFetch", 7, (hex) => hex.replace(/001000$/u, "000000")));
  const connection = await open("admin", one);
  const places = [
    ["second", 2],
    ["first", 0],
    ["third", 0],
  ] as const;
  expect(await connection.fetchGroupOffsets?.("g", places)).toMatchObject([
    { topic: "second", error: { code: "UNSTABLE_OFFSET_COMMIT" } },
    { topic: "first", partition: 0, offset: 5_000_000_000n },
    { topic: "third", error: { code: "NETWORK_EXCEPTION", message: expect.stringContaining("leaves it out") } },
  ]);
  const hex = two.askedFor(keys.offsetFetch)[0]?.body.rest().toString("hex");
  // "second" [2], "first" [0], "third" [0]; require_stable false.
  expect(hex).toBe(
    [
      "00",
      "0267",
      "04",
      "077365636f6e64020000000200",
      "066669727374020000000000",
      "067468697264020000000000",
      "0000",
    ].join(""),
  );
  two.on(keys.offsetFetch, () => fromJava("OffsetFetch", 7, (bytes) => bytes));
  for (const asked of [undefined, places]) {
    expect(await refusal(connection.fetchGroupOffsets?.("g", asked) ?? Promise.resolve())).toMatchObject({
      code: "NOT_COORDINATOR",
      message: "Asking for offsets of group g: NOT_COORDINATOR",
    });
  }
});

/** The response to OffsetCommit, version 8: the error code of partition 0 of topic a. */
const committed = (errorCode: number): Buffer =>
  Buffer.from(`00000000000202610200000000${int16(errorCode).toString("hex")}000000`, "hex");

test("offsets are set as by one who is no member; nothing below 0 is sent", async () => {
  const [one, two] = await startGroupBrokers();
  two.on(keys.offsetCommit, () => committed(0));
  const connection = await open("admin", one);
  const offsets = [
    { topic: "a", partition: 0, offset: 7n },
    { topic: "a", partition: 1, offset: -1n },
  ];
  expect(await connection.alterGroupOffsets?.("g", offsets)).toMatchObject([
    { topic: "a", partition: 0 },
    { topic: "a", partition: 1, error: { code: "INVALID_REQUEST" } },
  ]);
  // "g", generation -1, an empty member id, no instance id; "a": partition 0 at 7, leader epoch -1, no metadata.
  expect(two.askedFor(keys.offsetCommit).map(({ body }) => body.rest().toString("hex"))).toEqual([
    [
      "00",
      "0267",
      "ffffffff",
      "01",
      "00",
      "02",
      "0261",
      "02",
      "00000000",
      "0000000000000007",
      "ffffffff",
      "01",
      "00",
      "00",
      "00",
    ].join(""),
  ]);
});

test("offsets of a group that has members are each UNKNOWN_MEMBER_ID, and those of another coordinator's reject", async () => {
  const [one, two] = await startGroupBrokers();
  two.on(keys.offsetCommit, () => committed(25));
  const connection = await open("admin", one);
  const offsets = [
    { topic: "a", partition: 0, offset: 7n },
    { topic: "a", partition: 0, offset: 8n },
  ];
  const error = { code: "UNKNOWN_MEMBER_ID", retriable: false };
  const answer = { topic: "a", partition: 0, error };
  expect(await connection.alterGroupOffsets?.("g", offsets)).toMatchObject([answer, answer]);
  two.on(keys.offsetCommit, () => committed(16));
  expect(await refusal(connection.alterGroupOffsets?.("g", offsets) ?? Promise.resolve())).toMatchObject({
    code: "NOT_COORDINATOR",
    retriable: true,
  });
});
