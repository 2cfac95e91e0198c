import { afterEach, expect, test, vi } from "vitest";

import { kafkajs } from "../src/index.ts";
import { blob, int16, int32, int64, joined, list, text } from "./fields.ts";
import {
  metadataResponse,
  open,
  refusal,
  startAlone,
  startPair,
  startSilent,
  stopClock,
  until,
} from "./scripted-cluster.ts";
import { api } from "./scripted-broker.ts";

afterEach(() => {
  vi.useRealTimers();
});

test.each(["reader", "", undefined, "constructor", "__proto__"])(
  "a connection for %j is refused by name",
  async (role) => {
    const open = (role: never): Promise<unknown> => kafkajs("localhost:9092").open(role);
    const opened: unknown = Reflect.apply(open, undefined, [role]);
    await expect(opened).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: `role must be one of "read", "write", "group", "admin", not ${JSON.stringify(role)}`,
    });
  },
);

test.each([
  [{}, {}, 10_000],
  [{}, { connectTimeoutMs: 2_000 }, 2_000],
  [{}, { connectTimeoutMs: 20_000 }, 10_000],
  [{ connectionTimeout: 3_000 }, { connectTimeoutMs: 2_000 }, 3_000],
  [{ connectionTimeout: 30_000 }, {}, 30_000],
])("opening with settings %j and options %j gives up silent hosts after %i ms", async (config, options, ms) => {
  const silent = await Promise.all([startSilent(), startSilent(), startSilent()]);
  stopClock();
  let settled = false;
  const error = refusal(
    kafkajs(
      silent.map(({ address }) => address),
      config,
    ).open("read", options),
  );
  void error.then(() => (settled = true));
  await until(() => silent[0]?.dialled === 1);
  await vi.advanceTimersByTimeAsync(ms - 1);
  await until(() => silent.every(({ dialled }) => dialled === 1));
  expect(settled).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await error).toMatchObject({ retriable: true, message: expect.stringContaining(`${ms} ms`) });
  for (const { address } of silent) expect((await error).message).toContain(address);
  await until(() => silent.every(({ sockets }) => sockets.size === 0));
  expect(vi.getTimerCount()).toBe(0);
});

test("a host that connects and then does not respond is given up after the connection timeout, by its name", async () => {
  const server = await startAlone();
  server.on(api.metadata, () => "nothing");
  stopClock();
  const error = refusal(kafkajs([server.address, "127.0.0.1:1"]).open("read", { connectTimeoutMs: 2_000 }));
  await until(() => server.askedFor(api.metadata).length === 1);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await error).toMatchObject({ code: "REQUEST_TIMED_OUT", retriable: true });
  expect((await error).message).toBe(
    `Connecting to Kafka at ${server.address}, 127.0.0.1:1: REQUEST_TIMED_OUT: not within 2000 ms`,
  );
  await until(() => server.sockets.size === 0);
});

test("an open connection is not ended by the opening's timeout or signal", async () => {
  const [one, two] = await startPair();
  stopClock();
  const controller = new AbortController();
  const connection = await kafkajs(one.address).open("read", { signal: controller.signal });
  expect(vi.getTimerCount()).toBe(0);
  await vi.advanceTimersByTimeAsync(60_000);
  controller.abort();
  await expect(connection.metadata(["a"])).resolves.toEqual([]);
  expect([one.dialled, two.dialled]).toEqual([1, 0]);
  connection.close();
});

test("with a signal that has already aborted no socket is opened", async () => {
  const server = await startAlone();
  const reason = new Error("too late");
  const error = await refusal(kafkajs(server.address).open("read", { signal: AbortSignal.abort(reason) }));
  expect(error).toMatchObject({ code: "ABORTED", retriable: false, cause: reason });
  expect(error.message).toBe(`Connecting to Kafka at ${server.address} was aborted`);
  expect(server.dialled).toBe(0);
});

test("an abort closes the sockets, and leaves no timer", async () => {
  const server = await startSilent();
  stopClock();
  const controller = new AbortController();
  const error = refusal(kafkajs([server.address, "b:1"]).open("read", { signal: controller.signal }));
  await until(() => server.dialled === 1);
  controller.abort("enough");
  expect(await error).toMatchObject({ code: "ABORTED", retriable: false, cause: "enough" });
  expect((await error).message).toBe(`Connecting to Kafka at ${server.address}, b:1 was aborted`);
  await until(() => server.sockets.size === 0);
  expect(vi.getTimerCount()).toBe(0);
});

test("an opening that fails closes its sockets, and says why it failed", async () => {
  const server = await startAlone();
  server.on(api.metadata, () => Buffer.alloc(3));
  const error = await refusal(kafkajs(server.address).open("read"));
  expect(error).toMatchObject({ code: "CORRUPT_MESSAGE", message: expect.stringContaining(server.address) });
  await until(() => server.sockets.size === 0);
});

test("an opening that fails also closes the sockets that are still connecting", async () => {
  const [silent, garbling] = [await startSilent(), await startAlone()];
  garbling.on(api.apiVersions, () => Buffer.alloc(3));
  stopClock();
  const error = refusal(kafkajs([silent.address, garbling.address]).open("read"));
  await until(() => silent.askedFor(api.apiVersions).length === 1);
  await vi.advanceTimersByTimeAsync(500);
  expect((await error).message).toContain(garbling.address);
  await until(() => silent.sockets.size === 0);
  expect(vi.getTimerCount()).toBe(0);
});

test("connecting to brokers later takes no longer than the caller's connectTimeoutMs", async () => {
  const [one, two] = await startPair();
  two.on(api.apiVersions, () => "nothing");
  stopClock();
  const connection = await kafkajs(one.address).open("read", { connectTimeoutMs: 2_000 });
  const limits = { maxWaitMs: 0, minBytes: 1, maxBytes: 1, maxBytesPerPartition: 1 };
  const error = refusal(connection.fetch(1, [{ topic: "a", partition: 0, offset: 0n }], limits));
  await until(() => two.askedFor(api.apiVersions).length === 1);
  await vi.advanceTimersByTimeAsync(2_000);
  expect((await error).message).toBe(`Connecting to ${two.address}: REQUEST_TIMED_OUT: no response in 2000 ms`);
  connection.close();
});

test("the next connection first asks the broker that responded to the last one", async () => {
  const [silent, server] = [await startSilent(), await startAlone()];
  const transport = kafkajs([silent.address, server.address]);
  stopClock();
  const opening = transport.open("read");
  await until(() => silent.dialled === 1);
  await vi.advanceTimersByTimeAsync(500);
  (await opening).close();
  (await transport.open("write")).close();
  expect([silent.dialled, server.dialled]).toEqual([1, 2]);
});

/** The response to Fetch, version 11: broker 0 does not know the epoch of partition a [0]. */
const unknownEpoch = joined(
  joined(int32(0), int16(0), int32(0)),
  list(
    joined(
      text("a"),
      list(joined(int32(0), int16(75), int64(-1n), int64(-1n), int64(-1n), list(), int32(-1), blob(null))),
    ),
  ),
);

test("a reader's doubts hold for the next reader of the same transport, and for no other role", async () => {
  const [one, two] = await startPair({ a: [{ leader: 0, epoch: 3 }] });
  one.on(api.fetch, () => unknownEpoch);
  const transport = kafkajs(one.address);
  const first = await transport.open("read");
  const limits = { maxWaitMs: 0, minBytes: 1, maxBytes: 1, maxBytesPerPartition: 1 };
  await first.fetch(0, [{ topic: "a", partition: 0, offset: 0n, leaderEpoch: 7 }], limits);
  first.close();
  two.stop();
  const second = await transport.open("read");
  const [doubted] = await second.metadata(["a"]);
  expect(doubted?.partitions).toMatchObject([{ partition: 0, leader: -1, error: { code: "LEADER_NOT_AVAILABLE" } }]);
  expect(doubted?.partitions?.[0]).not.toHaveProperty("leaderEpoch");
  expect(doubted?.partitions?.[0]?.error?.message).toBe(
    "Leader of a [0]: LEADER_NOT_AVAILABLE: no other broker confirms the leader yet",
  );
  const writer = await transport.open("write");
  await expect(writer.metadata(["a"])).resolves.toMatchObject([{ partitions: [{ leader: 0, leaderEpoch: 3 }] }]);
  for (const connection of [second, writer]) connection.close();
});

test("a broker that is lost before its first response is left for another one", async () => {
  const [lost, good] = await startPair();
  lost.on(api.metadata, () => "hang up");
  const connection = await kafkajs([lost.address, good.address]).open("read");
  connection.close();
  expect(good.askedFor(api.metadata)).toHaveLength(1);
});

test("a broker that tells of no brokers is left for another one", async () => {
  const [empty, good] = await startPair();
  empty.on(api.metadata, () => metadataResponse({ nodes: new Map() }));
  const connection = await kafkajs([empty.address, good.address]).open("read");
  connection.close();
  expect(good.askedFor(api.metadata)).toHaveLength(1);
});

test("each host is asked once: if all are lost before they respond, that is the error", async () => {
  const both = await startPair();
  for (const server of both) server.on(api.metadata, () => "hang up");
  const error = await refusal(kafkajs(both.map(({ address }) => address)).open("read"));
  expect(error).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true });
  expect(both.map((server) => server.askedFor(api.metadata).length)).toEqual([1, 1]);
});

test("each of several hosts that tell of no brokers is asked once, before the one that does", async () => {
  const [one, two] = await startPair();
  const good = await startAlone();
  for (const server of [one, two]) server.on(api.metadata, () => metadataResponse({ nodes: new Map() }));
  const connection = await kafkajs([one, two, good].map(({ address }) => address)).open("read");
  expect([one, two, good].map((server) => server.askedFor(api.metadata).length)).toEqual([1, 1, 1]);
  connection.close();
});

test("an error that is not retriable ends the opening", async () => {
  const [garbling, good] = await startPair();
  garbling.on(api.apiVersions, () => Buffer.alloc(3));
  const error = await refusal(kafkajs([garbling.address, good.address]).open("read"));
  expect(error.retriable).toBe(false);
  expect(good.dialled).toBe(0);
});

const shared = ["close", "metadata"];

test.each([
  ["read", ["fetch", "listOffsets"]],
  ["write", ["initProducerId", "produce"]],
  [
    "admin",
    [
      "alterConfigs",
      "alterGroupOffsets",
      "createPartitions",
      "createTopics",
      "deleteGroups",
      "deleteRecords",
      "deleteTopics",
      "describeConfigs",
      "describeGroups",
      "describeLogDirs",
      "fetchGroupOffsets",
      "listGroups",
      "listOffsets",
    ],
  ],
] as const)("a connection to %s has the methods of that role and no others", async (role, methods) => {
  const connection = await open(role, await startAlone());
  expect(Object.keys(connection).toSorted()).toEqual([...shared, ...methods].toSorted());
  expect(Object.getPrototypeOf(connection)).toBe(Object.prototype);
});

test("the transport has its name, and all capabilities but groups", () => {
  const { name, capabilities } = kafkajs("host");
  expect(name).toBe("kafkajs");
  expect(capabilities).toEqual({ write: true, admin: true, idempotence: true, groups: true });
});
