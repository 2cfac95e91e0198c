import type { GroupMember } from "@dataqueues/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { MemoryOptions, MemoryTransport } from "../src/memory.ts";
import { joined, memberOf, opened } from "./requests.ts";
import type { AllRequests } from "./requests.ts";

const protocols = ["consumer", "classic"] as const;

/** A member that says with each heartbeat what it owns, and joins when it is asked to. */
class Follower {
  member: GroupMember;
  readonly #connection: AllRequests;

  constructor(connection: AllRequests, rest: Partial<GroupMember>) {
    this.#connection = connection;
    this.member = memberOf(rest);
  }

  get owned(): string[] {
    return this.member.owned.map((one) => one.join("/")).toSorted();
  }

  /** Joins; owns what the log then says. Gives up partitions only with the next heartbeat. */
  async join(): Promise<this> {
    const { memberId, epoch, assignment = this.member.owned } = await this.#connection.joinGroup(this.member);
    this.member = { ...this.member, memberId, epoch, owned: assignment };
    return this;
  }

  async beat(): Promise<this> {
    const { epoch, assignment, rejoin } = await this.#connection.heartbeat(this.member);
    this.member = { ...this.member, epoch, owned: assignment ?? this.member.owned };
    if (rejoin !== true) return this;
    if (this.member.assignor === "range") this.member = { ...this.member, owned: [] };
    return this.join();
  }

  commit(offset: bigint, topic = "a", topicId?: string): Promise<unknown> {
    return this.#connection.commitOffsets(this.member, [{ topic, topicId, partition: 0, offset }]);
  }
}

/** A log with four partitions, and what makes members of its group. */
async function groupOf(
  protocol: "consumer" | "classic",
  partitions = 4,
  options: MemoryOptions = {},
): Promise<{
  readonly log: MemoryTransport;
  readonly connection: AllRequests;
  readonly follower: (id: string, rest?: Partial<GroupMember>) => Follower;
}> {
  const { log, connection } = await opened(partitions, options);
  const follower = (id: string, rest: Partial<GroupMember> = {}): Follower =>
    new Follower(connection, { protocol, memberId: protocol === "consumer" ? id : "", ...rest });
  return { log, connection, follower };
}

/** Lets all members beat until nothing changes. */
async function settle(...followers: readonly Follower[]): Promise<string[][]> {
  for (let round = 0; round < 5; round += 1) for (const one of followers) await one.beat();
  return followers.map(({ owned }) => owned);
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe.each(protocols)("a group with the %s protocol", (protocol) => {
  test("gives its first member all partitions, in epoch 1", async () => {
    const { follower } = await groupOf(protocol, 2);
    const first = await follower("m").join();
    expect(first.member).toMatchObject({
      epoch: 1,
      owned: [
        ["a", 0],
        ["a", 1],
      ],
    });
    expect(first.member.memberId).not.toBe("");
    await settle(first);
    expect(first.member.epoch).toBe(1);
  });

  test("takes a partition from one member and gives it to another only when it was given up", async () => {
    const { connection, follower } = await groupOf(protocol);
    const first = await follower("m").join();
    const second = await follower("n").join();
    expect(second.owned).toEqual([]);
    // The first member hears of it, and still says that it owns all.
    const heard = await connection.heartbeat(first.member);
    const told = heard.rejoin === true ? await connection.joinGroup(first.member) : heard;
    expect(told.assignment).toHaveLength(2);
    await second.beat();
    expect(second.owned).toEqual([]);
    // With the next join it has given up two.
    first.member = { ...first.member, epoch: told.epoch, owned: told.assignment ?? [] };
    await first.join();
    await second.beat();
    expect([first.owned.length, second.owned.length]).toEqual([2, 2]);
    expect([...first.owned, ...second.owned].toSorted()).toEqual(["a/0", "a/1", "a/2", "a/3"]);
    await second.beat();
    expect(second.member.epoch).toBe(first.member.epoch);
  });

  test("moves as few partitions as possible when a third member comes", async () => {
    const { follower } = await groupOf(protocol, 6);
    const [first, second] = [await follower("m").join(), await follower("n").join()];
    const before = await settle(first, second);
    const third = await follower("o").join();
    const after = await settle(first, second, third);
    expect(after.map(({ length }) => length)).toEqual([2, 2, 2]);
    expect(before[0]).toEqual(expect.arrayContaining(after[0] ?? []));
    expect(before[1]).toEqual(expect.arrayContaining(after[1] ?? []));
  });

  test("gives the partitions of a member that leaves to the others", async () => {
    const { connection, follower } = await groupOf(protocol);
    const [first, second] = [await follower("m").join(), await follower("n").join()];
    await settle(first, second);
    await connection.leaveGroup(first.member);
    expect(await settle(second)).toEqual([["a/0", "a/1", "a/2", "a/3"]]);
    await expect(connection.heartbeat(first.member)).rejects.toMatchObject({
      code: "UNKNOWN_MEMBER_ID",
      retriable: false,
      message: `group g: UNKNOWN_MEMBER_ID: there is no member ${first.member.memberId}`,
    });
    await expect(connection.leaveGroup(first.member)).rejects.toMatchObject({ code: "UNKNOWN_MEMBER_ID" });
  });

  test("puts out a member that is silent for its session timeout, and no sooner", async () => {
    const { connection, follower } = await groupOf(protocol);
    const first = await follower("m", { sessionTimeoutMs: 5_000 }).join();
    const second = await follower("n", { sessionTimeoutMs: 50_000 }).join();
    await settle(first, second);
    await vi.advanceTimersByTimeAsync(4_999);
    await second.beat();
    expect(second.owned).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(await settle(second)).toEqual([["a/0", "a/1", "a/2", "a/3"]]);
    await expect(connection.heartbeat(first.member)).rejects.toMatchObject({ code: "UNKNOWN_MEMBER_ID" });
    await expect(first.commit(1n)).rejects.toMatchObject({ code: "UNKNOWN_MEMBER_ID" });
  });

  test("keeps a member that beats", async () => {
    const { follower } = await groupOf(protocol, 1);
    const first = await follower("m").join();
    for (let beat = 0; beat < 5; beat += 1) {
      await vi.advanceTimersByTimeAsync(999);
      await first.beat();
    }
    expect(first.member).toMatchObject({ epoch: 1, owned: [["a", 0]] });
  });

  test("puts out a member that beats but gives nothing up within its rebalance timeout", async () => {
    const { connection, follower } = await groupOf(protocol);
    const stuck = await follower("m", { rebalanceTimeoutMs: 3_000, sessionTimeoutMs: 60_000 }).join();
    const second = await follower("n", { sessionTimeoutMs: 60_000 }).join();
    await vi.advanceTimersByTimeAsync(2_999);
    await connection.heartbeat(stuck.member);
    await second.beat();
    expect(second.owned).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(await settle(second)).toEqual([["a/0", "a/1", "a/2", "a/3"]]);
    await expect(connection.heartbeat(stuck.member)).rejects.toMatchObject({ code: "UNKNOWN_MEMBER_ID" });
  });

  test("a member that has given up in time stays", async () => {
    const { follower } = await groupOf(protocol);
    const first = await follower("m", { rebalanceTimeoutMs: 3_000, sessionTimeoutMs: 60_000 }).join();
    const second = await follower("n", { sessionTimeoutMs: 60_000 }).join();
    await settle(first, second);
    await vi.advanceTimersByTimeAsync(10_000);
    expect((await settle(first, second)).map(({ length }) => length)).toEqual([2, 2]);
  });

  test("a member that need not give up any more stays", async () => {
    const { connection, follower } = await groupOf(protocol);
    const first = await follower("m", { rebalanceTimeoutMs: 3_000, sessionTimeoutMs: 60_000 }).join();
    const second = await follower("n").join();
    await connection.leaveGroup(second.member);
    await connection.heartbeat(first.member);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await settle(first)).toMatchObject([{ length: 4 }]);
  });

  test("assigns topics that grow, appear and go", async () => {
    const { connection, follower } = await groupOf(protocol, 1);
    const first = await follower("m", { topics: ["a", "b"] }).join();
    expect(first.owned).toEqual(["a/0"]);
    await connection.createTopics([{ topic: "b" }]);
    await connection.createPartitions([{ topic: "a", partitions: 2 }]);
    expect(await settle(first)).toEqual([["a/0", "a/1", "b/0"]]);
    await connection.deleteTopics(["a"]);
    expect(await settle(first)).toEqual([["b/0"]]);
  });

  test("assigns by the topics that each member wants, also when it wants others", async () => {
    const { connection, follower } = await groupOf(protocol, 2);
    await connection.createTopics([{ topic: "b", partitions: 2 }]);
    const [first, second] = [await follower("m").join(), await follower("n", { topics: ["b"] }).join()];
    expect(await settle(first, second)).toEqual([
      ["a/0", "a/1"],
      ["b/0", "b/1"],
    ]);
    first.member = { ...first.member, topics: ["b"] };
    await first.join();
    const [one, two] = await settle(first, second);
    expect([...(one ?? []), ...(two ?? [])].toSorted()).toEqual(["b/0", "b/1"]);
    expect([one?.length, two?.length]).toEqual([1, 1]);
  });

  test("has nothing to do with other groups", async () => {
    const { follower } = await groupOf(protocol, 1);
    const [first, other] = [await follower("m").join(), await follower("m", { group: "h" }).join()];
    expect(await settle(first, other)).toEqual([["a/0"], ["a/0"]]);
    await first.commit(5n);
    expect(other.member.epoch).toBe(1);
  });

  test("keeps offsets for each partition, and tells none where none was committed", async () => {
    const { connection, follower } = await groupOf(protocol);
    const first = await follower("m").join();
    const places = [
      ["a", 1],
      ["a", 0],
      ["a", 9],
      ["z", 0],
    ] as const;
    const answers = await connection.commitOffsets(first.member, [
      { topic: "a", partition: 1, offset: 7n },
      { topic: "a", partition: 9, offset: 1n },
      { topic: "z", partition: 0, offset: 1n },
      { topic: "a", partition: 2, offset: 0n },
      { topic: "a", partition: 3, offset: -1n },
    ]);
    expect(answers).toMatchObject([
      { topic: "a", partition: 1 },
      { topic: "a", partition: 9, error: { code: "UNKNOWN_TOPIC_OR_PARTITION", topic: "a", partition: 9 } },
      { topic: "z", partition: 0, error: { code: "UNKNOWN_TOPIC_OR_PARTITION", topic: "z", partition: 0 } },
      { topic: "a", partition: 2 },
      { topic: "a", partition: 3, error: { code: "INVALID_REQUEST", message: expect.stringContaining("-1") } },
    ]);
    expect(answers[0]).not.toHaveProperty("error");
    expect(await connection.fetchOffsets(first.member, places)).toEqual([
      { topic: "a", partition: 1, offset: 7n },
      { topic: "a", partition: 0, offset: undefined },
      { topic: "a", partition: 9, offset: undefined },
      { topic: "z", partition: 0, offset: undefined },
    ]);
    expect(
      await connection.fetchOffsets(first.member, [
        ["a", 2],
        ["a", 3],
      ]),
    ).toMatchObject([{ offset: 0n }, { offset: undefined }]);
  });

  test("keeps offsets when all members have gone", async () => {
    const { connection, follower } = await groupOf(protocol);
    const first = await follower("m").join();
    await first.commit(7n);
    await connection.leaveGroup(first.member);
    const next = await follower("n").join();
    expect(await connection.fetchOffsets(next.member, [["a", 0]])).toMatchObject([{ offset: 7n }]);
  });

  test("forgets the offsets of a topic that is deleted; a late commit of the old one is refused", async () => {
    const { connection, follower } = await groupOf(protocol, 1);
    const first = await follower("m").join();
    const [before] = await connection.metadata(["a"]);
    const oldId = before?.error === undefined ? before?.topicId : undefined;
    expect(await first.commit(7n, "a", oldId)).toEqual([{ topic: "a", partition: 0 }]);
    await connection.deleteTopics(["a"]);
    await connection.createTopics([{ topic: "a" }]);
    await settle(first);
    expect(await connection.fetchOffsets(first.member, [["a", 0]])).toMatchObject([{ offset: undefined }]);
    expect(await first.commit(8n, "a", oldId)).toMatchObject([
      { topic: "a", partition: 0, error: { code: "UNKNOWN_TOPIC_ID", topic: "a", partition: 0 } },
    ]);
    expect(await connection.fetchOffsets(first.member, [["a", 0]])).toMatchObject([{ offset: undefined }]);
  });

  test("an empty name of a group is refused", async () => {
    const { connection, follower } = await groupOf(protocol);
    await expect(follower("m", { group: "" }).join()).rejects.toMatchObject({ code: "INVALID_GROUP_ID" });
    expect(await connection.listGroups()).toEqual([]);
  });

  test("a refused join makes no group", async () => {
    const { connection, follower } = await groupOf(protocol);
    await expect(follower("", { memberId: protocol === "consumer" ? "" : "x" }).join()).rejects.toMatchObject({
      code: protocol === "consumer" ? "INVALID_REQUEST" : "UNKNOWN_MEMBER_ID",
    });
    await expect(connection.leaveGroup(memberOf({ protocol, memberId: "x" }))).rejects.toMatchObject({
      code: "UNKNOWN_MEMBER_ID",
    });
    expect(await connection.listGroups()).toEqual([]);
  });

  test("fenceMember puts a member out, or all", async () => {
    const { log, connection, follower } = await groupOf(protocol);
    const [first, second] = [await follower("m").join(), await follower("n").join()];
    await settle(first, second);
    log.fenceMember("g", first.member.memberId);
    expect(await settle(second)).toMatchObject([{ length: 4 }]);
    await expect(connection.heartbeat(first.member)).rejects.toMatchObject({ code: "UNKNOWN_MEMBER_ID" });
    expect(() => log.fenceMember("g", first.member.memberId)).toThrow(/^group g: UNKNOWN_MEMBER_ID: there is no/u);
    log.fenceMember("g");
    await expect(connection.heartbeat(second.member)).rejects.toMatchObject({ code: "UNKNOWN_MEMBER_ID" });
    expect(() => log.fenceMember("h")).toThrow("group h: GROUP_ID_NOT_FOUND");
  });

  test("forgetOffsets leaves a group without offsets", async () => {
    const { log, connection, follower } = await groupOf(protocol);
    const first = await follower("m").join();
    await first.commit(7n);
    log.forgetOffsets("g");
    expect(await connection.fetchOffsets(first.member, [["a", 0]])).toMatchObject([{ offset: undefined }]);
    expect(() => log.forgetOffsets("h")).toThrow("group h: GROUP_ID_NOT_FOUND");
  });

  test("a join whose answer is lost is made again, and no partition stays without an owner", async () => {
    const { log, connection, follower } = await groupOf(protocol);
    const [first, second] = [await follower("m").join(), await follower("n").join()];
    first.member = {
      ...first.member,
      owned: [
        ["a", 0],
        ["a", 1],
      ],
    };
    log.faults.dropResponse({ request: "joinGroup", times: 1 });
    const lost = connection.joinGroup(first.member).catch(() => undefined);
    await vi.advanceTimersByTimeAsync(0);
    if (protocol === "classic") {
      await expect(connection.heartbeat(first.member)).rejects.toMatchObject({ code: "ILLEGAL_GENERATION" });
      await first.join();
    }
    expect((await settle(first, second)).flat().toSorted()).toEqual(["a/0", "a/1", "a/2", "a/3"]);
    connection.close();
    await lost;
  });
});

describe("the consumer protocol", () => {
  test("a heartbeat with epoch 0 joins, and answers all partitions each time", async () => {
    const { connection } = await groupOf("consumer", 1);
    const answer = { memberId: "m", epoch: 1, assignment: [["a", 0]] };
    expect(await connection.heartbeat(memberOf())).toEqual(answer);
    expect(await connection.heartbeat(memberOf({ epoch: 1 }))).toEqual(answer);
    expect(await connection.heartbeat(memberOf())).toEqual(answer);
  });

  test("an epoch that the member does not have is fenced, that before its last answer is not", async () => {
    const { connection, follower } = await groupOf("consumer");
    const first = await follower("m").join();
    const second = await follower("n").join();
    // The new epoch comes when it has given up what it should.
    const before = { ...first.member, owned: (await connection.heartbeat(first.member)).assignment ?? [] };
    expect(before.epoch).toBe(1);
    expect(await connection.heartbeat(before)).toMatchObject({ epoch: 2 });
    expect(await connection.heartbeat(before)).toMatchObject({ epoch: 2 });
    const fenced = { code: "FENCED_MEMBER_EPOCH", message: expect.stringContaining("epoch is 2, not ") };
    await expect(connection.heartbeat({ ...before, owned: first.member.owned })).rejects.toMatchObject(fenced);
    await expect(connection.heartbeat({ ...before, epoch: 3 })).rejects.toMatchObject(fenced);
    await expect(second.beat()).resolves.toBeDefined();
  });

  test("a commit or a fetch of offsets in another epoch is stale", async () => {
    const { connection, follower } = await groupOf("consumer");
    const first = await follower("m").join();
    const stale = { code: "STALE_MEMBER_EPOCH", message: expect.stringContaining("epoch is 1, not ") };
    for (const epoch of [0, 2]) {
      const member = { ...first.member, epoch };
      const offsets = [{ topic: "a", partition: 0, offset: 3n }];
      await expect(connection.commitOffsets(member, offsets)).rejects.toMatchObject(stale);
      await expect(connection.fetchOffsets(member, [["a", 0]])).rejects.toMatchObject(stale);
    }
    expect(await connection.fetchOffsets(first.member, [["a", 0]])).toMatchObject([{ offset: undefined }]);
  });

  test("a group that is gone is GROUP_ID_NOT_FOUND for its members", async () => {
    const { connection } = await groupOf("consumer");
    const member = memberOf({ group: "gone", epoch: 3 });
    const gone = { code: "GROUP_ID_NOT_FOUND", message: "group gone: GROUP_ID_NOT_FOUND" };
    await expect(connection.heartbeat(member)).rejects.toMatchObject(gone);
    await expect(connection.joinGroup(member)).rejects.toMatchObject(gone);
    await expect(connection.leaveGroup(member)).rejects.toMatchObject(gone);
    await expect(connection.commitOffsets(member, [])).rejects.toMatchObject(gone);
    await expect(connection.fetchOffsets(member, [])).rejects.toMatchObject(gone);
  });

  test("a static member that left comes back to its partitions; until then nobody gets them", async () => {
    const { connection, follower } = await groupOf("consumer");
    const first = await follower("m", { instanceId: "one", sessionTimeoutMs: 5_000 }).join();
    const second = await follower("n", { sessionTimeoutMs: 60_000 }).join();
    const before = await settle(first, second);
    const { epoch } = second.member;
    await connection.leaveGroup(first.member);
    expect(await settle(second)).toEqual([before[1]]);
    await expect(first.commit(1n)).rejects.toMatchObject({ code: "STALE_MEMBER_EPOCH" });
    const next = await follower("m2", { instanceId: "one", sessionTimeoutMs: 5_000 }).join();
    expect(next.owned).toEqual(before[0]);
    expect([next.member.epoch, (await second.beat()).member.epoch]).toEqual([epoch, epoch]);
    await expect(connection.heartbeat(first.member)).rejects.toMatchObject({
      code: "FENCED_INSTANCE_ID",
      message: "group g: FENCED_INSTANCE_ID: the member m2 has the name one now",
    });
    await connection.leaveGroup(next.member);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await settle(second)).toEqual([["a/0", "a/1", "a/2", "a/3"]]);
  });

  test("a static member may come back with the same id", async () => {
    const { connection, follower } = await groupOf("consumer", 1);
    const first = await follower("m", { instanceId: "one" }).join();
    await connection.leaveGroup(first.member);
    expect((await follower("m", { instanceId: "one" }).join()).owned).toEqual(["a/0"]);
  });

  test("a static member that did not leave has its name until its session is over", async () => {
    const { follower } = await groupOf("consumer", 1);
    await follower("m", { instanceId: "one", sessionTimeoutMs: 5_000 }).join();
    await expect(follower("m2", { instanceId: "one" }).join()).rejects.toMatchObject({
      code: "UNRELEASED_INSTANCE_ID",
      message: "group g: UNRELEASED_INSTANCE_ID: the member m has the name one",
    });
    await vi.advanceTimersByTimeAsync(5_000);
    expect((await follower("m2", { instanceId: "one" }).join()).owned).toEqual(["a/0"]);
  });
});

describe("the classic protocol", () => {
  test("a heartbeat asks for a join, and gives nothing", async () => {
    const { connection, follower } = await groupOf("classic");
    const first = await follower("").join();
    const { memberId, epoch } = first.member;
    expect(await connection.heartbeat(first.member)).toEqual({ memberId, epoch });
    await follower("").join();
    expect(await connection.heartbeat(first.member)).toEqual({ memberId, epoch, rejoin: true });
    // It can commit until it joins again, and then in the new generation alone.
    expect(await first.commit(3n)).toEqual([{ topic: "a", partition: 0 }]);
    const old = { ...first.member };
    await first.join();
    expect(first.member.epoch).toBe(2);
    const illegal = { code: "ILLEGAL_GENERATION", message: expect.stringContaining("epoch is 2, not 1") };
    await expect(connection.commitOffsets(old, [])).rejects.toMatchObject(illegal);
    await expect(connection.heartbeat(old)).rejects.toMatchObject(illegal);
  });

  test("each member gets an id of its own", async () => {
    const { follower } = await groupOf("classic");
    const [first, second] = [await follower("").join(), await follower("").join()];
    expect(first.member.memberId).not.toBe(second.member.memberId);
  });

  test("offsets can be fetched by whoever asks, also of a group that does not exist", async () => {
    const { connection } = await groupOf("classic");
    const stranger = memberOf({ protocol: "classic", group: "nobody" });
    expect(await connection.fetchOffsets(stranger, [["a", 0]])).toEqual([
      { topic: "a", partition: 0, offset: undefined },
    ]);
    expect(await connection.listGroups()).toEqual([]);
  });

  test("range gives each member a range; all have given up their partitions before they join", async () => {
    const { follower } = await groupOf("classic", 5);
    const [first, second] = [
      await follower("", { assignor: "range" }).join(),
      await follower("", { assignor: "range" }).join(),
    ];
    const shares = await settle(first, second);
    expect(shares.toSorted()).toEqual([
      ["a/0", "a/1", "a/2"],
      ["a/3", "a/4"],
    ]);
    await expect(first.join()).rejects.toMatchObject({
      code: "INVALID_REQUEST",
      message: expect.stringContaining("gives up all partitions before it joins with range"),
    });
  });

  test("members with another assignor are refused", async () => {
    const { follower } = await groupOf("classic");
    const first = await follower("", { assignor: "range", instanceId: "one" }).join();
    await expect(follower("").join()).rejects.toMatchObject({
      code: "INCONSISTENT_GROUP_PROTOCOL",
      message: expect.stringContaining("cooperative-sticky"),
    });
    // It may change its own while it is alone.
    const next = await follower("", { instanceId: "one" }).join();
    expect(next.owned).toHaveLength(4);
    await expect(first.beat()).rejects.toMatchObject({ code: "FENCED_INSTANCE_ID" });
    expect((await follower("").join()).member.epoch).toBeGreaterThan(0);
  });

  test("the next process of a static member has its partitions at once, in the same generation", async () => {
    const { connection, follower } = await groupOf("classic");
    const [first, second] = [await follower("", { instanceId: "one" }).join(), await follower("").join()];
    const before = await settle(first, second);
    const next = await follower("", { instanceId: "one" }).join();
    expect([next.owned, next.member.epoch]).toEqual([before[0], first.member.epoch]);
    expect(await connection.heartbeat(second.member)).not.toHaveProperty("rejoin");
    for (const request of [first.beat(), first.commit(1n), first.join(), connection.leaveGroup(first.member)]) {
      await expect(request).rejects.toMatchObject({ code: "FENCED_INSTANCE_ID" });
    }
    await connection.leaveGroup(next.member);
    expect(await connection.heartbeat(second.member)).not.toHaveProperty("rejoin");
    expect((await follower("", { instanceId: "one" }).join()).owned).toEqual(before[0]);
  });
});

test("members of both protocols can share a group, as in Kafka since 4.0", async () => {
  const { connection, follower } = await groupOf("classic");
  const first = await follower("").join();
  const second = await follower("n", { protocol: "consumer", memberId: "n" }).join();
  const [one, two] = await settle(first, second);
  expect([one?.length, two?.length]).toEqual([2, 2]);
  expect(await connection.describeGroups(["g"])).toMatchObject([{ type: "consumer", assignor: "uniform" }]);
  await connection.leaveGroup(second.member);
  expect(await settle(first)).toMatchObject([{ length: 4 }]);
  expect(await connection.describeGroups(["g"])).toMatchObject([{ type: "classic", assignor: "cooperative-sticky" }]);
});

test("the next process of a static member may speak the other protocol, once the one before has left", async () => {
  const { connection, follower } = await groupOf("classic");
  const first = await follower("", { instanceId: "one", assignor: "range" }).join();
  await connection.leaveGroup(first.member);
  const next = await follower("", { instanceId: "one", protocol: "consumer", memberId: "m" }).join();
  expect(next.owned).toHaveLength(4);
  expect(await connection.describeGroups(["g"])).toMatchObject([{ type: "consumer", state: "Stable" }]);
});

describe("faults of groups", () => {
  test.each(["joinGroup", "heartbeat", "leaveGroup", "commitOffsets", "fetchOffsets"] as const)(
    "fail: %s rejects as a whole and changes nothing",
    async (request) => {
      const { log, connection } = await opened();
      const member = await joined(connection);
      log.faults.fail("NOT_COORDINATOR", { request, times: 1 });
      const offsets = [{ topic: "a", partition: 0, offset: 3n }];
      const requests = {
        joinGroup: () => connection.joinGroup(member),
        heartbeat: () => connection.heartbeat(member),
        leaveGroup: () => connection.leaveGroup(member),
        commitOffsets: () => connection.commitOffsets(member, offsets),
        fetchOffsets: () => connection.fetchOffsets(member, [["a", 0]]),
      };
      await expect(requests[request]()).rejects.toMatchObject({ code: "NOT_COORDINATOR", retriable: true });
      expect(await connection.fetchGroupOffsets("g")).toEqual([]);
      expect(await connection.describeGroups(["g"])).toMatchObject([{ members: [{ memberId: "m" }] }]);
      await expect(requests[request]()).resolves.not.toThrow();
    },
  );

  test("fail with a partition: that offset fails, and the others are committed and fetched", async () => {
    const { log, connection } = await opened(2);
    const member = await joined(connection);
    const offsets = [0, 1].map((partition) => ({ topic: "a", partition, offset: 3n }));
    log.faults.fail("OFFSET_METADATA_TOO_LARGE", { request: "commitOffsets", partition: 1 });
    expect(await connection.commitOffsets(member, offsets)).toMatchObject([
      { topic: "a", partition: 0 },
      { topic: "a", partition: 1, error: { code: "OFFSET_METADATA_TOO_LARGE", topic: "a", partition: 1 } },
    ]);
    log.faults.fail("UNSTABLE_OFFSET_COMMIT", { request: "fetchOffsets", topic: "a", partition: 0, times: 1 });
    const places = [
      ["a", 0],
      ["a", 1],
    ] as const;
    expect(await connection.fetchOffsets(member, places)).toMatchObject([
      { topic: "a", partition: 0, error: { code: "UNSTABLE_OFFSET_COMMIT", retriable: true } },
      { topic: "a", partition: 1, offset: undefined },
    ]);
    expect(await connection.fetchOffsets(member, places)).toMatchObject([{ offset: 3n }, { offset: undefined }]);
  });

  test("dropResponse: a commit is kept although its answer is lost", async () => {
    const { log, connection } = await opened();
    const member = await joined(connection);
    log.faults.dropResponse({ request: "commitOffsets", topic: "a", times: 1 });
    const settled = vi.fn();
    const offsets = [{ topic: "a", partition: 0, offset: 3n }];
    const lost = connection.commitOffsets(member, offsets).catch(settled);
    expect(await connection.fetchOffsets(member, [["a", 0]])).toMatchObject([{ offset: 3n }]);
    expect(settled).not.toHaveBeenCalled();
    connection.close();
    await lost;
    expect(settled.mock.calls).toMatchObject([[{ code: "NETWORK_EXCEPTION" }]]);
  });
});
