import { expect, test, vi } from "vitest";

import { DataQueueError, TransportError } from "../../src/contract/errors.ts";
import { Outages } from "../../src/consumer/outages.ts";
import { useFakeClock } from "../fake-clock.ts";
import { failure } from "../scripted-log.ts";

useFakeClock({ atMs: 5_000 });

function account(patienceMs = 1_000): { outages: Outages; told: DataQueueError[]; closing: AbortController } {
  const told: DataQueueError[] = [];
  const closing = new AbortController();
  const outages = new Outages({ patienceMs, tell: (error) => told.push(error), signal: closing.signal });
  return { outages, told, closing };
}

const codes = (told: readonly DataQueueError[]): string[] => told.map(({ code }) => code);

test("what does not pass by itself is told at once, as it is", () => {
  const { outages, told } = account();
  const error = failure("TOPIC_AUTHORIZATION_FAILED", { retriable: false });
  outages.failed("a", error, false, performance.now());
  expect(told).toEqual([error]);
  expect(told[0]).toBe(error);
});

test("what may pass is told when it has lasted for the patience, counted from the first attempt's beginning", async () => {
  const { outages, told } = account();
  const since = performance.now();
  await vi.advanceTimersByTimeAsync(300);
  outages.failed("a", failure("NETWORK_EXCEPTION"), true, since);
  await vi.advanceTimersByTimeAsync(699);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(codes(told)).toEqual(["NETWORK_EXCEPTION"]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told).toHaveLength(1);
});

test("an attempt that took longer than the patience is told of without more ado", async () => {
  const { outages, told } = account();
  const since = performance.now();
  await vi.advanceTimersByTimeAsync(5_000);
  outages.failed("a", failure("REQUEST_TIMED_OUT"), true, since);
  await vi.advanceTimersByTimeAsync(0);
  expect(codes(told)).toEqual(["REQUEST_TIMED_OUT"]);
});

test("a lasting outage is told with its last cause, its place, and how long it lasted", async () => {
  const { outages, told } = account();
  outages.failed("a/3", failure("NETWORK_EXCEPTION"), true, performance.now());
  await vi.advanceTimersByTimeAsync(500);
  const last = failure("LEADER_NOT_AVAILABLE", { topic: "a", partition: 3 });
  outages.failed("a/3", last, true, performance.now());
  await vi.advanceTimersByTimeAsync(500);
  expect(told).toHaveLength(1);
  expect(told[0]).toBeInstanceOf(TransportError);
  expect(told[0]).toMatchObject({
    code: "LEADER_NOT_AVAILABLE",
    retriable: true,
    topic: "a",
    partition: 3,
    cause: last,
    message: "not read for 1000 ms, still trying: LEADER_NOT_AVAILABLE",
  });
});

test("what works again in time is not told, and a later outage has the whole patience", async () => {
  const { outages, told } = account();
  outages.failed("a", failure("NETWORK_EXCEPTION"), true, performance.now());
  await vi.advanceTimersByTimeAsync(999);
  outages.ended("a");
  outages.ended("never failed");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told).toEqual([]);
  outages.failed("a", failure("NETWORK_EXCEPTION"), true, performance.now());
  await vi.advanceTimersByTimeAsync(999);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(told).toHaveLength(1);
});

test("an outage of several failures is one: once it has ended nothing is told", async () => {
  const { outages, told } = account();
  for (let failures = 0; failures < 3; failures += 1) {
    outages.failed("a", failure("NETWORK_EXCEPTION"), true, performance.now());
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(vi.getTimerCount()).toBe(1);
  outages.ended("a");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(told).toEqual([]);
});

test("of several outages with the same code the first is told of, until none of them is left", async () => {
  const { outages, told } = account();
  const failAll = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) outages.failed(key, failure("NETWORK_EXCEPTION", { topic: key }), true, performance.now());
    await vi.advanceTimersByTimeAsync(1_000);
  };
  await failAll("a", "b");
  expect(told).toMatchObject([{ topic: "a" }]);
  outages.ended("a");
  // b lasts still, and the caller knows.
  await failAll("a");
  expect(told).toHaveLength(1);
  outages.ended("a");
  outages.ended("b");
  await failAll("b");
  expect(told).toMatchObject([{ topic: "a" }, { topic: "b" }]);
});

test("an outage that changes its code is told of again, and the old code is free for others", () => {
  const { outages, told } = account();
  const refuse = (key: string, code: string): void =>
    outages.failed(key, failure(code, { retriable: false }), false, performance.now());
  refuse("a", "TOPIC_AUTHORIZATION_FAILED");
  refuse("a", "TOPIC_AUTHORIZATION_FAILED");
  refuse("a", "CLUSTER_AUTHORIZATION_FAILED");
  expect(codes(told)).toEqual(["TOPIC_AUTHORIZATION_FAILED", "CLUSTER_AUTHORIZATION_FAILED"]);
  refuse("b", "TOPIC_AUTHORIZATION_FAILED");
  expect(told).toHaveLength(3);
});

test("with an endless patience nothing that may pass is told", async () => {
  const { outages, told } = account(Infinity);
  outages.failed("a", failure("NETWORK_EXCEPTION"), true, performance.now());
  await vi.advanceTimersByTimeAsync(100_000);
  expect([told, vi.getTimerCount()]).toEqual([[], 0]);
});

test("once it is closed nothing is told, and no timer is left behind", async () => {
  const { outages, told, closing } = account();
  for (const key of ["a", "b"]) outages.failed(key, failure(key), true, performance.now());
  expect(vi.getTimerCount()).toBe(2);
  closing.abort();
  expect(vi.getTimerCount()).toBe(0);
  outages.failed("c", failure("NETWORK_EXCEPTION"), true, performance.now());
  outages.failed("d", failure("TOPIC_AUTHORIZATION_FAILED", { retriable: false }), false, performance.now());
  await vi.advanceTimersByTimeAsync(10_000);
  expect(told).toEqual([]);
});
