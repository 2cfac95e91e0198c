import { expect, test, vi } from "vitest";

import { DataQueueError, TransportError } from "../../src/contract/errors.ts";
import type { TransportErrorCode } from "../../src/contract/kafka-errors.ts";
import { Outages } from "../../src/consumer/outages.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { failure } from "../scripted-log.ts";

useFakeClock({ atMs: 5_000 });

function outagesOf(reportAfterMs = 1_000): { outages: Outages; reported: DataQueueError[]; closing: AbortController } {
  const reported: DataQueueError[] = [];
  const closing = new AbortController();
  const outages = new Outages({ reportAfterMs, report: (error) => reported.push(error), signal: closing.signal });
  return { outages, reported, closing };
}

const codes = (reported: readonly DataQueueError[]): string[] => reported.map(({ code }) => code);

test("an error that is not retriable is reported at once, as it is", () => {
  const { outages, reported } = outagesOf();
  const error = failure("TOPIC_AUTHORIZATION_FAILED", { retriable: false });
  outages.failed("a", error, false, performance.now());
  expect(reported).toEqual([error]);
  expect(reported[0]).toBe(error);
});

test("a retriable error is reported when it has lasted for reportAfterMs, counted from the start of the first attempt", async () => {
  const { outages, reported } = outagesOf();
  const since = performance.now();
  await pass(300);
  outages.failed("a", failure("NETWORK_EXCEPTION"), true, since);
  await pass(699);
  expect(reported).toEqual([]);
  await pass(1);
  expect(codes(reported)).toEqual(["NETWORK_EXCEPTION"]);
  await pass(60_000);
  expect(reported).toHaveLength(1);
});

test("the failure of an attempt that took longer than reportAfterMs is reported at once", async () => {
  const { outages, reported } = outagesOf();
  const since = performance.now();
  await pass(5_000);
  outages.failed("a", failure("REQUEST_TIMED_OUT"), true, since);
  await pass(0);
  expect(codes(reported)).toEqual(["REQUEST_TIMED_OUT"]);
});

test("an outage is reported with its last cause, its place and how long it has lasted", async () => {
  const { outages, reported } = outagesOf();
  outages.failed("a/3", failure("NETWORK_EXCEPTION"), true, performance.now());
  await pass(500);
  const last = failure("LEADER_NOT_AVAILABLE", { topic: "a", partition: 3 });
  outages.failed("a/3", last, true, performance.now());
  await pass(500);
  expect(reported).toHaveLength(1);
  expect(reported[0]).toBeInstanceOf(TransportError);
  expect(reported[0]).toMatchObject({
    code: "LEADER_NOT_AVAILABLE",
    retriable: true,
    topic: "a",
    partition: 3,
    cause: last,
    message: "not read for 1000 ms, still trying: LEADER_NOT_AVAILABLE",
  });
});

test("an outage that ends in time is not reported, and the time of the next one starts over", async () => {
  const { outages, reported } = outagesOf();
  outages.failed("a", failure("NETWORK_EXCEPTION"), true, performance.now());
  await pass(999);
  outages.ended("a");
  outages.ended("never failed");
  await pass(1_000);
  expect(reported).toEqual([]);
  outages.failed("a", failure("NETWORK_EXCEPTION"), true, performance.now());
  await pass(999);
  expect(reported).toEqual([]);
  await pass(1);
  expect(reported).toHaveLength(1);
});

test("several failures of one key are one outage, and nothing is reported once it has ended", async () => {
  const { outages, reported } = outagesOf();
  for (let failures = 0; failures < 3; failures += 1) {
    outages.failed("a", failure("NETWORK_EXCEPTION"), true, performance.now());
    await pass(100);
  }
  expect(vi.getTimerCount()).toBe(1);
  outages.ended("a");
  await pass(10_000);
  expect(reported).toEqual([]);
});

test("only the first of several outages with one code is reported, until none of them is left", async () => {
  const { outages, reported } = outagesOf();
  const failAll = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) outages.failed(key, failure("NETWORK_EXCEPTION", { topic: key }), true, performance.now());
    await pass(1_000);
  };
  await failAll("a", "b");
  expect(reported).toMatchObject([{ topic: "a" }]);
  outages.ended("a");
  // The outage of b lasts, so the caller knows the code.
  await failAll("a");
  expect(reported).toHaveLength(1);
  outages.ended("a");
  outages.ended("b");
  await failAll("b");
  expect(reported).toMatchObject([{ topic: "a" }, { topic: "b" }]);
});

test("an outage that changes its code is reported again, and so is its old code for another key", () => {
  const { outages, reported } = outagesOf();
  const refuse = (key: string, code: TransportErrorCode): void =>
    outages.failed(key, failure(code, { retriable: false }), false, performance.now());
  refuse("a", "TOPIC_AUTHORIZATION_FAILED");
  refuse("a", "TOPIC_AUTHORIZATION_FAILED");
  refuse("a", "CLUSTER_AUTHORIZATION_FAILED");
  expect(codes(reported)).toEqual(["TOPIC_AUTHORIZATION_FAILED", "CLUSTER_AUTHORIZATION_FAILED"]);
  refuse("b", "TOPIC_AUTHORIZATION_FAILED");
  expect(reported).toHaveLength(3);
});

test("a retriable error is never reported when reportAfterMs is Infinity", async () => {
  const { outages, reported } = outagesOf(Infinity);
  outages.failed("a", failure("NETWORK_EXCEPTION"), true, performance.now());
  await pass(100_000);
  expect([reported, vi.getTimerCount()]).toEqual([[], 0]);
});

test("nothing is reported after the signal aborted, and no timer is left behind", async () => {
  const { outages, reported, closing } = outagesOf();
  for (const key of ["a", "b"]) outages.failed(key, failure("NETWORK_EXCEPTION"), true, performance.now());
  expect(vi.getTimerCount()).toBe(2);
  closing.abort();
  expect(vi.getTimerCount()).toBe(0);
  outages.failed("c", failure("NETWORK_EXCEPTION"), true, performance.now());
  outages.failed("d", failure("TOPIC_AUTHORIZATION_FAILED", { retriable: false }), false, performance.now());
  await pass(10_000);
  expect(reported).toEqual([]);
});
