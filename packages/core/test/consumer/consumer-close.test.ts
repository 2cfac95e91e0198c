import { getEventListeners } from "node:events";

import { expect, test, vi } from "vitest";

import { ClosedError } from "../../src/contract/errors.ts";
import type { Connection } from "../../src/contract/transport.ts";
import { consuming, loopOver, take } from "./consuming.ts";
import { ScriptedLog, noResponse } from "../scripted-log.ts";

const done = { done: true, value: undefined };

test("close ends every loop and the connection at once, and may be called again", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, "0", "1");
  const { consumer } = consuming(log, { maxWaitMs: 60_000 });
  const loop = loopOver(consumer);
  await take(loop, 1);
  const more = [take(loop, 1), loop.next(), loopOver(consumer).next()];
  expect(await more[0]).toEqual(["a/0 1 1"]);
  await consumer.close();
  await consumer.close();
  expect(await Promise.all(more.slice(1))).toEqual([done, done]);
  expect([await loop.next(), await loopOver(consumer).next(), log.closed]).toEqual([done, done, 1]);
  for (const refused of [consumer.connect(), consumer.updateTopics("b"), consumer.assignTopics([["b", 0]])]) {
    await expect(refused).rejects.toBeInstanceOf(ClosedError);
    await expect(refused).rejects.toThrow("the consumer is closed");
  }
});

test("a consumer is closed at the end of an `await using` block, also while it connects", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.on.metadata = () => noResponse<Awaited<ReturnType<Connection["metadata"]>>>();
  let connecting: Promise<void>;
  let waiting: Promise<unknown>;
  {
    await using consumer = consuming(log).consumer;
    connecting = consumer.connect();
    waiting = loopOver(consumer).next();
    connecting.catch(() => undefined);
    await vi.waitFor(() => expect(log.calls("metadata")).toHaveLength(1), { timeout: 10_000 });
  }
  await expect(connecting).rejects.toThrow("the consumer is closed");
  expect(await waiting).toEqual(done);
  expect(log.closed).toBe(1);
});

test("an aborted signal rejects everything that waits and every later call with its reason", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, "0");
  const stop = new AbortController();
  const { consumer } = consuming(log, { signal: stop.signal });
  const loop = loopOver(consumer);
  await take(loop, 1);
  const waiting = [loop.next(), loopOver(consumer).next()];
  const reason = new Error("enough");
  stop.abort(reason);
  const later = [loop.next(), consumer.connect(), consumer.updateTopics("b"), consumer.assignTopics([["b", 0]])];
  for (const rejected of [...waiting, ...later]) {
    await expect(rejected).rejects.toBe(reason);
  }
  expect(log.closed).toBe(1);
  await consumer.close();
  await expect(loop.next()).rejects.toBe(reason);
});

test("an aborted signal rejects pending requests with a ClosedError, which says who ended them", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.on.metadata = () => noResponse<Awaited<ReturnType<Connection["metadata"]>>>();
  const stop = new AbortController();
  const { consumer } = consuming(log, { signal: stop.signal });
  const connecting = consumer.connect();
  stop.abort();
  await expect(connecting).rejects.toBeInstanceOf(ClosedError);
  await expect(connecting).rejects.toThrow("the consumer was aborted");
});

test("a consumer makes no request when its signal is aborted from the start", async () => {
  const log = new ScriptedLog({ a: 1 });
  const reason = new Error("before");
  const { consumer } = consuming(log, { signal: AbortSignal.abort(reason) });
  await expect(loopOver(consumer).next()).rejects.toBe(reason);
  await expect(consumer.connect()).rejects.toBe(reason);
  expect(log.opened).toBe(0);
});

test("a closed consumer does not listen to its signal any more", async () => {
  const stop = new AbortController();
  const { consumer } = consuming(new ScriptedLog(), { signal: stop.signal });
  expect(getEventListeners(stop.signal, "abort")).toHaveLength(1);
  await consumer.close();
  expect(getEventListeners(stop.signal, "abort")).toHaveLength(0);
  stop.abort();
  expect(await loopOver(consumer).next()).toEqual(done);
});
