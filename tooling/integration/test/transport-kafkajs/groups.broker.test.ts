import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { AdminConnection, GroupConnection, GroupMember, GroupProtocol } from "@dataqueues/core";
import { startKafka } from "@dataqueues/tooling-kafka";
import type { Kafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { codeOf, JoinedMember, once, passing, untilMembers } from "./joined-member.ts";
import { newTopic } from "./log.ts";

/** Opens connections to a broker, and closes them after the tests. */
function connectionsTo(brokers: () => readonly string[]) {
  const opened: { close(): void }[] = [];
  afterAll(() => opened.forEach((connection) => connection.close()));
  return {
    group: async (requestTimeout = 30_000): Promise<GroupConnection> => {
      const connection = await kafkajs(brokers(), { requestTimeout }).open("group");
      opened.push(connection);
      return connection;
    },
    admin: async (): Promise<AdminConnection> => {
      const connection = await kafkajs(brokers()).open("admin");
      opened.push(connection);
      return connection;
    },
  };
}

const all = (topic: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${topic}-${index}`);

/** What holds of groups on any Kafka, in each of its protocols. */
function groupTests(
  brokers: () => readonly string[],
  protocols: readonly (readonly [GroupProtocol, GroupMember["assignor"]])[],
): void {
  const open = connectionsTo(brokers);
  let admin: AdminConnection;
  beforeAll(async () => {
    admin = await open.admin();
  });

  test.each(protocols)(
    "members of a %s group (%s) share a topic, keep their place and leave",
    async (protocol, assignor) => {
      const topic = await newTopic(admin, { partitions: 5 });
      const [first, second] = [await open.group(), await open.group()];
      const shape = { group: randomUUID(), protocol, assignor, topics: [topic] } as const;
      const a = new JoinedMember(first, shape);
      const b = new JoinedMember(second, shape);
      await untilMembers([a], () => a.owned.length === 5);
      expect(a.owned).toEqual(all(topic, 5));
      const stays = a.state;
      await untilMembers([a, b], () => b.owned.length >= 2 && a.owned.length + b.owned.length === 5);
      expect([...a.owned, ...b.owned].sort()).toEqual(all(topic, 5));
      expect(Math.abs(a.owned.length - b.owned.length)).toBe(1);
      expect(a.state.memberId).toBe(stays.memberId);
      expect(a.state.epoch).toBeGreaterThan(stays.epoch);

      const offsets = a.state.owned.map(([, partition]) => ({ topic, partition, offset: 3n + BigInt(partition) }));
      const unknown = { topic, partition: 66, offset: 1n };
      const committed = await first.commitOffsets(a.state, [...offsets, unknown]);
      expect(committed.map(({ error }) => error?.code)).toEqual([
        ...offsets.map(() => undefined),
        "UNKNOWN_TOPIC_OR_PARTITION",
      ]);
      const places = await second.fetchOffsets(b.state, [[topic, 66], ...a.state.owned, ...b.state.owned]);
      expect(places.map((place) => place.error ?? place.offset)).toEqual([
        undefined,
        ...offsets.map(({ offset }) => offset),
        ...b.owned.map(() => undefined),
      ]);

      await a.leave();
      await untilMembers([b], () => b.owned.length === 5);
      expect(await codeOf(first.heartbeat(a.state))).toBe("UNKNOWN_MEMBER_ID");
      expect(await codeOf(first.leaveGroup(a.state))).toBe("UNKNOWN_MEMBER_ID");
      expect(await codeOf(first.commitOffsets(a.state, offsets))).toBe("UNKNOWN_MEMBER_ID");
      await b.leave();
    },
  );

  test.each(protocols)("a %s group (%s) reads a topic that is created later and grows", async (protocol, assignor) => {
    const topic = `later-${randomUUID()}`;
    const member = new JoinedMember(await open.group(), { group: randomUUID(), protocol, assignor, topics: [topic] });
    await member.join();
    expect(member.owned).toEqual([]);
    await admin.createTopics([{ topic, partitions: 2 }]);
    // The leader of a classic group has to look itself.
    const reads = async (count: number): Promise<void> => {
      const end = performance.now() + 20_000;
      while (member.owned.length < count && performance.now() < end) {
        if (protocol === "classic") await member.join();
        else await member.beat();
        await wait(50);
      }
      expect(member.owned).toEqual(all(topic, count));
    };
    await reads(2);
    await admin.createPartitions([{ topic, partitions: 3 }]);
    await reads(3);
  });

  test.each(protocols)(
    "a %s group (%s) keeps no place in a topic that was created again",
    async (protocol, assignor) => {
      const topic = await newTopic(admin, { partitions: 1 });
      const connection = await open.group();
      const member = new JoinedMember(connection, { group: randomUUID(), protocol, assignor, topics: [topic] });
      await member.join();
      await untilMembers([member], () => member.owned.length === 1);
      const idOf = async (): Promise<string | undefined> => {
        const [described] = await connection.metadata([topic]);
        return described?.error === undefined ? described?.topicId : undefined;
      };
      const topicId = await idOf();
      expect(topicId).toMatch(/^[0-9a-f]{32}$/);
      const place = { topic, topicId, partition: 0, offset: 5n };
      expect(await connection.commitOffsets(member.state, [place])).toEqual([{ topic, partition: 0 }]);
      await admin.deleteTopics([topic]);
      await expect.poll(async () => (await admin.createTopics([{ topic, partitions: 1 }]))[0]?.error).toBeUndefined();
      await expect.poll(async () => (await idOf()) ?? topicId).not.toBe(topicId);
      const [late] = await connection.commitOffsets(member.state, [place]);
      expect(late?.error?.code).toBe("UNKNOWN_TOPIC_ID");
      const current = { ...place, topicId: await idOf(), offset: 2n };
      expect(await connection.commitOffsets(member.state, [current])).toEqual([{ topic, partition: 0 }]);
      expect(await connection.fetchOffsets(member.state, [[topic, 0]])).toEqual([{ topic, partition: 0, offset: 2n }]);
    },
  );

  test.each(protocols)("a %s member (%s) with a lasting name gets back what it had", async (protocol, assignor) => {
    const topic = await newTopic(admin, { partitions: 4 });
    const shape = { group: randomUUID(), protocol, assignor, topics: [topic], instanceId: "one" } as const;
    const connection = await open.group();
    const before = new JoinedMember(connection, shape);
    await untilMembers([before], () => before.owned.length === 4);
    const other = new JoinedMember(await open.group(), { ...shape, instanceId: "two" });
    await untilMembers([before, other], () => before.owned.length === 2 && other.owned.length === 2);
    const had = before.owned;
    await before.leave();
    await other.beat();
    expect(other.owned).toHaveLength(2);
    const after = new JoinedMember(await open.group(), shape);
    await after.join();
    await untilMembers([after, other], () => after.owned.length === 2);
    expect(after.owned).toEqual(had);
    expect(await codeOf(connection.heartbeat(before.state))).toBe("FENCED_INSTANCE_ID");
  });

  test("a member that waits for the others holds up neither commits nor heartbeats nor metadata", async () => {
    const topic = await newTopic(admin, { partitions: 2 });
    // The members share a connection, so that their requests go to the same sockets.
    const connection = await open.group(1_000);
    const shape = { group: randomUUID(), protocol: "classic", topics: [topic], rebalanceTimeoutMs: 3_000 } as const;
    const a = new JoinedMember(connection, shape);
    await a.join();
    const b = new JoinedMember(connection, shape);
    const areShared = (one: JoinedMember, other: JoinedMember) => (): boolean =>
      one.owned.length === 1 && other.owned.length === 1;
    const joining = untilMembers([b], areShared(a, b));
    // The other group waits, too, on the same connection and for longer than a request may take.
    const elsewhere = { ...shape, group: randomUUID() };
    const c = new JoinedMember(connection, elsewhere);
    await c.join();
    const d = new JoinedMember(connection, elsewhere);
    const joiningElsewhere = untilMembers([d], areShared(c, d));
    let rejoin = false;
    const start = performance.now();
    while (performance.now() - start < 1_500) {
      rejoin = (await connection.heartbeat(a.state)).rejoin === true;
      expect(await connection.commitOffsets(a.state, [{ topic, partition: 0, offset: 1n }])).toEqual([
        { topic, partition: 0 },
      ]);
      await connection.metadata([topic]);
      await wait(100);
    }
    expect(rejoin).toBe(true);
    expect([b.isJoining, d.isJoining]).toEqual([true, true]);
    await Promise.all([
      joining,
      joiningElsewhere,
      untilMembers([a], areShared(a, b)),
      untilMembers([c], areShared(c, d)),
    ]);
  });

  test("a member that does not join again in time is not waited for", async () => {
    const topic = await newTopic(admin, { partitions: 2 });
    const connection = await open.group();
    const shape = { group: randomUUID(), protocol: "classic", topics: [topic], rebalanceTimeoutMs: 1_000 } as const;
    const a = new JoinedMember(connection, shape);
    await a.join();
    const b = new JoinedMember(connection, shape);
    await untilMembers([b], () => b.owned.length === 2);
    expect(await codeOf(connection.heartbeat(a.state))).toBe("UNKNOWN_MEMBER_ID");
  });

  test("what a classic group refuses has Kafka's codes", async () => {
    const topic = await newTopic(admin, { partitions: 1 });
    const connection = await open.group();
    const shape = { group: randomUUID(), protocol: "classic", topics: [topic] } as const;
    const member = new JoinedMember(connection, shape);
    await member.join();
    const { state } = member;
    const newcomer = { ...state, memberId: "", epoch: 0, owned: [] };
    const offsets = [{ topic, partition: 0, offset: 1n }];
    const codes = {
      emptyGroup: await codeOf(connection.joinGroup({ ...newcomer, group: "" })),
      shortSession: await codeOf(connection.joinGroup({ ...newcomer, sessionTimeoutMs: 1 })),
      otherAssignor: await codeOf(connection.joinGroup({ ...newcomer, assignor: "range" })),
      unknownMember: await codeOf(connection.heartbeat({ ...state, memberId: "nobody" })),
      lateHeartbeat: await codeOf(connection.heartbeat({ ...state, epoch: state.epoch + 1 })),
      lateCommit: await codeOf(connection.commitOffsets({ ...state, epoch: state.epoch + 1 }, offsets)),
      strangersCommit: await codeOf(connection.commitOffsets({ ...state, memberId: "nobody" }, offsets)),
    };
    expect(codes).toEqual({
      emptyGroup: "INVALID_GROUP_ID",
      shortSession: "INVALID_SESSION_TIMEOUT",
      otherAssignor: "INCONSISTENT_GROUP_PROTOCOL",
      unknownMember: "UNKNOWN_MEMBER_ID",
      lateHeartbeat: "ILLEGAL_GENERATION",
      lateCommit: "ILLEGAL_GENERATION",
      strangersCommit: "UNKNOWN_MEMBER_ID",
    });
    // The member noticed nothing of it.
    await member.beat();
    expect(member.owned).toEqual([`${topic}-0`]);
  });

  test("what the protocol cannot carry, and offsets below 0, are refused before anything is sent", async () => {
    const topic = await newTopic(admin, { partitions: 1 });
    const connection = await open.group();
    const member = new JoinedMember(connection, {
      group: randomUUID(),
      protocol: "classic",
      topics: [topic, "\ud800"],
    });
    await member.join();
    const good = { topic, partition: 0, offset: 4n };
    const bad = [
      { ...good, offset: -1n },
      { ...good, offset: 2n ** 63n },
      { ...good, partition: 0.5 },
      { ...good, topicId: "x" },
      { ...good, topic: "\ud800" },
    ];
    const results = await connection.commitOffsets(member.state, [...bad, good]);
    expect(results.map(({ error }) => error?.code)).toEqual([
      ...[1, 2, 3, 4].map(() => "INVALID_REQUEST"),
      "INVALID_TOPIC_EXCEPTION",
      undefined,
    ]);
    const places = await connection.fetchOffsets(member.state, [
      [topic, -1],
      [topic, 0],
    ]);
    expect(places).toMatchObject([{ error: { code: "INVALID_REQUEST" } }, { offset: 4n }]);
    expect(await codeOf(connection.heartbeat({ ...member.state, group: "\ud800" }))).toBe("INVALID_GROUP_ID");
  });
}

describeKafka("groups on Apache Kafka 4.4.0", (bootstrapServers) => {
  groupTests(
    () => bootstrapServers,
    [
      ["consumer", "cooperative-sticky"],
      ["classic", "cooperative-sticky"],
      ["classic", "range"],
    ],
  );

  const open = connectionsTo(() => bootstrapServers);

  test("what a consumer group refuses has Kafka's codes", async () => {
    const admin = await open.admin();
    const topic = await newTopic(admin, { partitions: 2 });
    const connection = await open.group();
    const shape = { group: randomUUID(), protocol: "consumer", topics: [topic], instanceId: "one" } as const;
    const member = new JoinedMember(connection, shape);
    await untilMembers([member], () => member.owned.length === 2);
    const { state } = member;
    const offsets = [{ topic, partition: 0, offset: 1n }];
    const codes = {
      emptyGroup: await codeOf(connection.joinGroup({ ...state, group: "", epoch: 0 })),
      unknownGroup: await codeOf(connection.heartbeat({ ...state, group: randomUUID() })),
      unknownMember: await codeOf(connection.heartbeat({ ...state, memberId: "nobody", instanceId: undefined })),
      futureEpoch: await codeOf(connection.heartbeat({ ...state, epoch: state.epoch + 1 })),
      staleCommit: await codeOf(connection.commitOffsets({ ...state, epoch: state.epoch + 1 }, offsets)),
      staleFetch: await codeOf(connection.fetchOffsets({ ...state, epoch: state.epoch + 1 }, [[topic, 0]])),
      sameName: await codeOf(connection.joinGroup({ ...state, memberId: randomUUID(), epoch: 0, owned: [] })),
    };
    expect(codes).toEqual({
      emptyGroup: "INVALID_REQUEST",
      unknownGroup: "GROUP_ID_NOT_FOUND",
      unknownMember: "UNKNOWN_MEMBER_ID",
      futureEpoch: "FENCED_MEMBER_EPOCH",
      staleCommit: "STALE_MEMBER_EPOCH",
      staleFetch: "STALE_MEMBER_EPOCH",
      sameName: "UNRELEASED_INSTANCE_ID",
    });
  });
});

describeKafka("groups on Apache Kafka 3.9.1", () => {
  let kafka: Kafka;
  beforeAll(async () => {
    kafka = await startKafka({ version: "3.9.1" });
  }, 120_000);
  afterAll(() => kafka.stop());
  const brokers = (): readonly string[] => kafka.bootstrapServers;
  const open = connectionsTo(brokers);

  test("a group on a broker that has just started is only told what passes by itself", async () => {
    const connection = await open.group();
    const topic = `none-${randomUUID()}`;
    const codes = new Set<string>();
    const { state } = new JoinedMember(connection, { group: randomUUID(), protocol: "classic", topics: [topic] });
    const places = await once(
      () => connection.fetchOffsets(state, [[topic, 0]]),
      (code) => codes.add(code),
    );
    expect(places).toEqual([{ topic, partition: 0, offset: undefined }]);
    // The first request makes the broker create its topic of offsets.
    expect(codes.size).toBeGreaterThan(0);
    expect(passing).toEqual(expect.arrayContaining([...codes]));
  });

  test("the consumer protocol is refused with UNSUPPORTED_VERSION, though it is in the broker's list, and the connection stays", async () => {
    const connection = await open.group();
    const member = { group: randomUUID(), topics: ["none"] };
    const consumer = new JoinedMember(connection, { ...member, protocol: "consumer" });
    expect(await codeOf(once(() => connection.joinGroup(consumer.state)))).toBe("UNSUPPORTED_VERSION");
    const classic = new JoinedMember(connection, { ...member, protocol: "classic" });
    await classic.join();
    expect(classic.state.epoch).toBe(1);
  });

  describe("in the classic protocol", () => {
    groupTests(brokers, [
      ["classic", "cooperative-sticky"],
      ["classic", "range"],
    ]);
  });
});

describeKafka("groups on Apache Kafka 4.4.0 that has only the classic protocol", () => {
  let kafka: Kafka;
  beforeAll(async () => {
    kafka = await startKafka({ properties: { "group.coordinator.rebalance.protocols": "classic" } });
  }, 120_000);
  afterAll(() => kafka.stop());
  const open = connectionsTo(() => kafka.bootstrapServers);

  test("the broker itself refuses the consumer protocol, and the classic one works on the same connection", async () => {
    const connection = await open.group();
    const member = { group: randomUUID(), topics: ["none"] };
    const consumer = new JoinedMember(connection, { ...member, protocol: "consumer" });
    expect(await codeOf(once(() => connection.joinGroup(consumer.state)))).toBe("UNSUPPORTED_VERSION");
    const classic = new JoinedMember(connection, { ...member, protocol: "classic" });
    await classic.join();
    expect(classic.state.epoch).toBe(1);
  });
});
