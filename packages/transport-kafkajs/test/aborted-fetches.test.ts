import type { FetchLimits, ReadConnection } from "@dataqueues/core";
import { expect, test } from "vitest";

import { int16, int32, joined, list } from "./fields.ts";
import { open, refusal, startAlone, startPair, until } from "./scripted-cluster.ts";
import { api } from "./scripted-broker.ts";
import type { ScriptedBroker } from "./scripted-broker.ts";

const limits: FetchLimits = { maxWaitMs: 60_000, minBytes: 1, maxBytes: 1_000, maxBytesPerPartition: 1_000 };
const reason = new Error("other topics are wanted");

/** The response to Fetch, version 11, without news. */
const noNews = joined(int32(0), int16(0), int32(0), list());

const fetchOf = (connection: ReadConnection, leader = 0, signal?: AbortSignal): Promise<unknown> =>
  connection.fetch(leader, [{ topic: "a", partition: 0, offset: 0n }], limits, { signal });

const asked = (server: ScriptedBroker, count: number): Promise<void> =>
  until(() => server.askedFor(api.fetch).length === count);

test("an abort rejects a waiting fetch with the signal's reason, and ends only the socket for that leader's fetches", async () => {
  const [one, two] = await startPair({ a: [{}] });
  const connection = await open("read", one);
  const controller = new AbortController();
  const aborted = fetchOf(connection, 0, controller.signal);
  const other = fetchOf(connection, 1);
  void other.catch(() => {});
  await Promise.all([asked(one, 1), asked(two, 1)]);
  expect([one.dialled, two.dialled]).toEqual([2, 2]);
  controller.abort(reason);
  await expect(aborted).rejects.toBe(reason);
  await until(() => one.sockets.size === 1);
  expect(one.sockets).not.toContain(one.askedFor(api.fetch)[0]?.socket);
  expect(two.sockets.size).toBe(2);
  // Metadata goes over the socket that was there before, and the next fetch over a new one.
  await expect(connection.metadata(["a"])).resolves.toHaveLength(1);
  one.on(api.fetch, () => noNews);
  await expect(fetchOf(connection)).resolves.toEqual([]);
  expect([one.dialled, two.dialled]).toEqual([3, 2]);
});

test("other fetches from the same leader on that socket are rejected too, and can be tried again", async () => {
  const server = await startAlone();
  const connection = await open("read", server);
  const controller = new AbortController();
  const aborted = fetchOf(connection, 0, controller.signal);
  const error = refusal(fetchOf(connection));
  await asked(server, 2);
  controller.abort(reason);
  await expect(aborted).rejects.toBe(reason);
  expect(await error).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true });
  expect((await error).message).toBe(
    `The connection for fetches to ${server.address} was given up: NETWORK_EXCEPTION: a fetch on it was aborted`,
  );
});

test("with a signal that has already aborted no request is sent", async () => {
  const server = await startAlone();
  const connection = await open("read", server);
  const before = server.asked.length;
  await expect(fetchOf(connection, 0, AbortSignal.abort(reason))).rejects.toBe(reason);
  expect([server.asked.length, server.dialled]).toEqual([before, 1]);
});

test("an abort does not wait for the connection to the leader", async () => {
  const [one, two] = await startPair();
  two.on(api.apiVersions, () => "nothing");
  const connection = await open("read", one);
  const controller = new AbortController();
  const aborted = fetchOf(connection, 1, controller.signal);
  await until(() => two.askedFor(api.apiVersions).length === 1);
  controller.abort(reason);
  await expect(aborted).rejects.toBe(reason);
});

test("an abort also ends a socket for fetches that is still connecting, and the leader's other socket stays", async () => {
  const server = await startAlone({ a: [{}] });
  const connection = await open("read", server);
  server.on(api.apiVersions, () => "nothing");
  const controller = new AbortController();
  const aborted = fetchOf(connection, 0, controller.signal);
  await until(() => server.askedFor(api.apiVersions).length === 2);
  controller.abort(reason);
  await expect(aborted).rejects.toBe(reason);
  await until(() => server.sockets.size === 1);
  await expect(connection.metadata(["a"])).resolves.toHaveLength(1);
});

test("an abort after the response ends nothing", async () => {
  const server = await startAlone();
  server.on(api.fetch, () => noNews);
  const connection = await open("read", server);
  const controller = new AbortController();
  await fetchOf(connection, 0, controller.signal);
  controller.abort(reason);
  await fetchOf(connection);
  expect(server.dialled).toBe(2);
});
