import { describe, expect, test } from "vitest";

import { joined, memberOf, opened } from "./requests.ts";

const offset = (partition: number, value: bigint, topic = "a") => ({ topic, partition, offset: value });

describe("groups as an admin sees them", () => {
  test("a group of consumers is listed and described, with its members and what they own", async () => {
    const { connection } = await opened(2);
    const member = await joined(connection, { instanceId: "one" });
    expect(await connection.listGroups()).toEqual([
      { group: "g", type: "consumer", protocolType: "consumer", state: "Stable" },
    ]);
    const known = { memberId: "m", instanceId: "one", clientId: "memory", host: "localhost" };
    const described = { group: "g", type: "consumer", state: "Stable", assignor: "uniform", coordinator: 1 };
    expect(await connection.describeGroups(["g", "h"])).toEqual([
      {
        ...described,
        members: [
          {
            ...known,
            assignment: [
              ["a", 0],
              ["a", 1],
            ],
          },
        ],
      },
      {
        group: "h",
        error: expect.objectContaining({ code: "GROUP_ID_NOT_FOUND", message: expect.stringContaining("group h") }),
      },
    ]);
    await joined(connection, { memberId: "n" });
    expect(await connection.describeGroups(["g"])).toMatchObject([{ state: "Reconciling", members: [{}, {}] }]);
    await connection.leaveGroup(memberOf({ memberId: "n", epoch: 2 }));
    await connection.heartbeat(member);
    // Its next process is waited for.
    await connection.leaveGroup(member);
    expect(await connection.describeGroups(["g"])).toMatchObject([{ state: "Stable", members: [{ assignment: [] }] }]);
  });

  test("a classic group is described, and empty when its members have gone", async () => {
    const { connection } = await opened(2);
    const member = await joined(connection, { protocol: "classic", assignor: "range" });
    expect(await connection.describeGroups(["g"])).toMatchObject([
      { type: "classic", state: "Stable", assignor: "range", members: [{ memberId: member.memberId }] },
    ]);
    const [description] = await connection.describeGroups(["g"]);
    expect(description?.members?.[0]).not.toHaveProperty("instanceId");
    const second = await joined(connection, { protocol: "classic", assignor: "range" });
    expect(await connection.listGroups()).toMatchObject([{ state: "PreparingRebalance" }]);
    for (const one of [member, second]) await connection.leaveGroup(one);
    expect(await connection.describeGroups(["g"])).toEqual([
      { group: "g", type: "classic", state: "Empty", assignor: "", coordinator: 1, members: [] },
    ]);
    expect(await connection.listGroups()).toEqual([
      { group: "g", type: "classic", protocolType: "consumer", state: "Empty" },
    ]);
  });

  test("a group is deleted with its offsets, unless it has members", async () => {
    const { connection } = await opened();
    const member = await joined(connection);
    await connection.commitOffsets(member, [offset(0, 5n)]);
    await connection.alterGroupOffsets("free", [offset(0, 5n)]);
    expect(await connection.deleteGroups(["g", "free", "h"])).toMatchObject([
      { group: "g", error: { code: "NON_EMPTY_GROUP", retriable: false } },
      { group: "free" },
      { group: "h", error: { code: "GROUP_ID_NOT_FOUND" } },
    ]);
    expect((await connection.listGroups()).map(({ group }) => group)).toEqual(["g"]);
    expect(await connection.fetchGroupOffsets("free")).toEqual([]);
    await connection.leaveGroup(member);
    expect(await connection.deleteGroups(["g"])).toEqual([{ group: "g" }]);
    expect(await connection.fetchGroupOffsets("g")).toEqual([]);
  });
});

describe("a group's offsets as an admin sees them", () => {
  test("those that are named, or all that are committed", async () => {
    const { connection } = await opened(3);
    await connection.createTopics([{ topic: "b" }, { topic: "c" }]);
    const member = await joined(connection);
    await connection.commitOffsets(member, [offset(2, 5n), offset(0, 0n), offset(0, 9n, "b")]);
    expect(await connection.fetchGroupOffsets("g")).toEqual([offset(2, 5n), offset(0, 0n), offset(0, 9n, "b")]);
    const named = [
      ["b", 0],
      ["a", 1],
      ["c", 0],
      ["z", 0],
    ] as const;
    expect(await connection.fetchGroupOffsets("g", named)).toEqual([
      offset(0, 9n, "b"),
      ...named.slice(1).map(([topic, partition]) => ({ topic, partition, offset: undefined })),
    ]);
    expect(await connection.fetchGroupOffsets("h", [["a", 0]])).toEqual([
      { topic: "a", partition: 0, offset: undefined },
    ]);
    await connection.deleteTopics(["b"]);
    expect(await connection.fetchGroupOffsets("g")).toEqual([offset(2, 5n), offset(0, 0n)]);
  });

  test("can be changed while there are no members; a new group gets them", async () => {
    const { connection } = await opened(2);
    expect(await connection.alterGroupOffsets("g", [offset(0, 5n), offset(7, 5n), offset(1, -1n)])).toMatchObject([
      { topic: "a", partition: 0 },
      { topic: "a", partition: 7, error: { code: "UNKNOWN_TOPIC_OR_PARTITION" } },
      { topic: "a", partition: 1, error: { code: "INVALID_REQUEST" } },
    ]);
    expect(await connection.listGroups()).toEqual([{ group: "g", type: "classic", protocolType: "", state: "Empty" }]);
    const member = await joined(connection);
    expect(await connection.fetchOffsets(member, [["a", 0]])).toMatchObject([{ offset: 5n }]);
    expect(await connection.alterGroupOffsets("g", [offset(0, 6n)])).toMatchObject([
      { topic: "a", partition: 0, error: { code: "UNKNOWN_MEMBER_ID" } },
    ]);
    expect(await connection.fetchGroupOffsets("g")).toEqual([offset(0, 5n)]);
    await connection.leaveGroup(member);
    expect(await connection.alterGroupOffsets("g", [offset(0, 6n)])).toEqual([{ topic: "a", partition: 0 }]);
    expect(await connection.fetchGroupOffsets("g")).toEqual([offset(0, 6n)]);
  });

  test("a group is not made of offsets that are all refused", async () => {
    const { connection } = await opened();
    await connection.alterGroupOffsets("g", [offset(7, 5n)]);
    expect(await connection.listGroups()).toEqual([]);
  });
});

describe("faults of an admin's requests about groups", () => {
  test.each(["listGroups", "describeGroups", "deleteGroups", "fetchGroupOffsets", "alterGroupOffsets"] as const)(
    "fail: %s rejects as a whole",
    async (request) => {
      const { log, connection } = await opened();
      await connection.alterGroupOffsets("g", [offset(0, 5n)]);
      log.faults.fail("COORDINATOR_NOT_AVAILABLE", { request, times: 1 });
      const requests = {
        listGroups: () => connection.listGroups(),
        describeGroups: () => connection.describeGroups(["g"]),
        deleteGroups: () => connection.deleteGroups(["g"]),
        fetchGroupOffsets: () => connection.fetchGroupOffsets("g"),
        alterGroupOffsets: () => connection.alterGroupOffsets("g", [offset(0, 6n)]),
      };
      await expect(requests[request]()).rejects.toMatchObject({ code: "COORDINATOR_NOT_AVAILABLE" });
      expect(await connection.fetchGroupOffsets("g")).toEqual([offset(0, 5n)]);
      expect(await requests[request]()).toHaveLength(1);
    },
  );

  test("fail with a partition: that offset fails", async () => {
    const { log, connection } = await opened(2);
    log.faults.fail("OFFSET_METADATA_TOO_LARGE", { request: "alterGroupOffsets", partition: 1 });
    expect(await connection.alterGroupOffsets("g", [offset(0, 5n), offset(1, 5n)])).toMatchObject([
      { partition: 0 },
      { partition: 1, error: { code: "OFFSET_METADATA_TOO_LARGE" } },
    ]);
    log.faults.fail("UNSTABLE_OFFSET_COMMIT", { request: "fetchGroupOffsets", topic: "a", partition: 0 });
    expect(
      await connection.fetchGroupOffsets("g", [
        ["a", 1],
        ["a", 0],
      ]),
    ).toMatchObject([
      { partition: 1, offset: undefined },
      { partition: 0, error: { code: "UNSTABLE_OFFSET_COMMIT" } },
    ]);
  });
});
