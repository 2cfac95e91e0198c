import { expect, test, vi } from "vitest";

import { ClosedError, DataQueueError } from "../../src/contract/errors.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { producing, sequenced, sizesOf, text, valuesOf, watch } from "./producing.ts";
import { noResponse } from "../scripted-log.ts";

useFakeClock();

test("close sends what lingers, waits for the acknowledgement and disconnects; a second close waits for the same", async () => {
  const { producer, log, responses } = producing({ lingerMs: 60_000 });
  let respond = (): void => undefined;
  responses.push(async (...args) => {
    await new Promise<void>((resolve) => (respond = resolve));
    return sequenced(log)(...args);
  });
  const send = watch(producer.send("0"));
  await pass(10);
  const closes = [watch(producer.close()), watch(producer.close({ timeoutMs: 0 }))];
  await pass(4_000);
  expect(closes.map(({ state }) => state)).toEqual(["pending", "pending"]);
  expect([sizesOf(log), log.closed]).toEqual([[1], 0]);
  respond();
  await pass(0);
  expect(closes.map(({ state }) => state)).toEqual(["resolved", "resolved"]);
  expect(send).toMatchObject({ state: "resolved", value: { offset: 0n } });
  expect(log.closed).toBe(1);
});

test.each([
  { given: {}, ms: 5_000 },
  { given: { timeoutMs: undefined }, ms: 5_000 },
  { given: { timeoutMs: 70 }, ms: 70 },
  { given: { timeoutMs: 0 }, ms: 0 },
])("close($given) waits $ms ms for acknowledgements, then rejects the rest", async ({ given, ms }) => {
  const { producer, log } = producing();
  log.on.produce = () => noResponse();
  const sends = [watch(producer.send("0"))];
  await pass(10);
  sends.push(watch(producer.send("1")));
  const closed = watch(producer.close(given));
  if (ms > 0) await pass(ms - 1);
  expect([closed.state, ...sends.map(({ state }) => state)]).toEqual(["pending", "pending", "pending"]);
  await pass(ms > 0 ? 1 : 0);
  expect(closed.state).toBe("resolved");
  for (const { error } of sends) {
    expect(error).toBeInstanceOf(ClosedError);
    expect(error).toMatchObject({
      message: `the producer was closed; not acknowledged within ${ms} ms`,
      code: "CLOSED",
    });
  }
  expect(log.closed).toBe(1);
});

test("close({ timeoutMs: Infinity }) waits for the last acknowledgement", async () => {
  const { producer, log, responses } = producing({ deliveryTimeoutMs: Infinity, requestTimeoutMs: Infinity });
  let respond = (): void => undefined;
  responses.push(async (...args) => {
    await new Promise<void>((resolve) => (respond = resolve));
    return sequenced(log)(...args);
  });
  const send = watch(producer.send("0"));
  const closed = watch(producer.close({ timeoutMs: Infinity }));
  await pass(3_600_000);
  expect([send.state, closed.state]).toEqual(["pending", "pending"]);
  respond();
  await pass(0);
  expect([send.state, closed.state]).toEqual(["resolved", "resolved"]);
});

test.each([-1, 1.5, NaN, "5"])("close with timeoutMs %j is refused, and does not close", async (timeoutMs) => {
  const { producer } = producing();
  const error: unknown = await producer.close({ timeoutMs: timeoutMs as number }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(DataQueueError);
  expect(error).toMatchObject({
    code: "INVALID_ARGUMENT",
    message: expect.stringContaining("timeoutMs must be a whole number from 0 to 2147483647 or Infinity, not "),
  });
  expect(await producer.send("0")).toMatchObject({ offset: 0n });
});

test("close of a producer that never sent resolves at once, without a connection", async () => {
  const { producer, log } = producing();
  await producer.close();
  expect(log.opened).toBe(0);
});

test("the end of an `await using` block closes the producer", async () => {
  const { producer, log } = producing({ lingerMs: 60_000 });
  const send = producer.send("0");
  await pass(0);
  await producer[Symbol.asyncDispose]();
  expect(await send).toMatchObject({ offset: 0n });
  expect(log.closed).toBe(1);
});

test("a send that is still being encoded when close times out is rejected with its reason", async () => {
  const { producer, log } = producing({ encoding: { ...text, encode: () => noResponse() } });
  const send = watch(producer.send("0"));
  const closed = watch(producer.close({ timeoutMs: 70 }));
  await pass(70);
  expect(closed.state).toBe("resolved");
  expect(send.error).toBeInstanceOf(ClosedError);
  expect(log.opened).toBe(0);
});

test("connect rejects when the producer is closed meanwhile", async () => {
  const { producer, log } = producing();
  log.on.open = () => noResponse();
  const connecting = watch(producer.connect());
  await producer.close();
  await pass(0);
  expect(connecting.error).toBeInstanceOf(ClosedError);
  expect(connecting.error).toMatchObject({ message: "the producer is closed", code: "CLOSED" });
});

test("calls during close are refused at once", async () => {
  const { producer, log } = producing();
  log.on.produce = () => noResponse();
  watch(producer.send("0"));
  await pass(10);
  const closed = watch(producer.close());
  const late = [watch(producer.send("1")), watch(producer.connect())];
  await pass(0);
  expect(closed.state).toBe("pending");
  for (const { error } of late) {
    expect(error).toBeInstanceOf(ClosedError);
    expect(error).toMatchObject({ message: "the producer is closed", code: "CLOSED" });
  }
  await pass(5_000);
  expect(closed.state).toBe("resolved");
  expect(sizesOf(log)).toEqual([1]);
});

test("every send is settled when close resolves", async () => {
  const { producer, log } = producing({ maxBatchRecords: 1 });
  log.on.produce = () => noResponse();
  const sends = Array.from({ length: 20 }, (_, index) => watch(producer.send(String(index))));
  sends.push(watch(producer.send("x", { topic: "none" })));
  const states = producer.close({ timeoutMs: 10 }).then(() => sends.map(({ state }) => state));
  await pass(10);
  expect(await states).toEqual(sends.map(() => "rejected"));
});

test("sends that are settled are not kept", async () => {
  const { producer, log } = producing({ deliveryTimeoutMs: 100 });
  await producer.send("0");
  await expect(producer.send("1", { partition: 7 })).rejects.toThrow("no partition 7");
  log.on.produce = () => noResponse();
  const pending = producer.send("2");
  const waited = vi.spyOn(Promise, "allSettled");
  const flushed = producer.flush();
  expect(waited.mock.calls.map(([promises]) => Array.from(promises))).toEqual([[pending]]);
  waited.mockRestore();
  watch(pending);
  await pass(100);
  await flushed;
});

test("flush waits until all sends are settled, acknowledged or not, and does not reject", async () => {
  const { producer, log } = producing({ deliveryTimeoutMs: 100 });
  const sends = [watch(producer.send("0")), watch(producer.send("1", { topic: "none" }))];
  log.on.produce = () => noResponse();
  const flushed = watch(producer.flush());
  await pass(99);
  expect(flushed.state).toBe("pending");
  await pass(2);
  expect(flushed.state).toBe("resolved");
  expect(sends.map(({ state }) => state)).toEqual(["rejected", "rejected"]);
});

test("flush without sends resolves at once, and does not wait for later sends", async () => {
  const { producer, log } = producing();
  log.on.produce = () => noResponse();
  const flushed = watch(producer.flush());
  watch(producer.send("0"));
  await pass(0);
  expect(flushed.state).toBe("resolved");
});

test("sends do not linger while flush waits, and linger again after it", async () => {
  const { producer, log, responses } = producing({ lingerMs: 1_000 });
  let respond = (): void => undefined;
  responses.push(async (...args) => {
    await new Promise<void>((resolve) => (respond = resolve));
    return sequenced(log)(...args);
  });
  const first = watch(producer.send("0"));
  await pass(0);
  const flushed = watch(producer.flush());
  await pass(0);
  const second = watch(producer.send("1"));
  respond();
  await pass(0);
  expect([first.state, second.state, flushed.state]).toEqual(["resolved", "resolved", "resolved"]);
  const third = watch(producer.send("2"));
  await pass(999);
  expect(third.state).toBe("pending");
  await pass(1);
  expect(third.state).toBe("resolved");
});

test("a flush that is aborted rejects with the signal's reason, and sends go on and linger again", async () => {
  const { producer, log, responses } = producing({ lingerMs: 1_000 });
  responses.push(() => noResponse());
  const first = watch(producer.send("0"));
  const stop = new AbortController();
  const flushed = watch(producer.flush({ signal: stop.signal }));
  await pass(10);
  expect(flushed.state).toBe("pending");
  stop.abort(new Error("enough"));
  await pass(0);
  expect(flushed).toMatchObject({ state: "rejected", error: { message: "enough" } });
  expect(first.state).toBe("pending");
  await pass(31_000);
  expect(first).toMatchObject({ state: "resolved" });
  const second = watch(producer.send("1"));
  await pass(999);
  expect(second.state).toBe("pending");
  await pass(1);
  expect(valuesOf(log)).toEqual(["0", "1"]);
});

test("a flush with a signal that is not aborted resolves like one without", async () => {
  const { producer } = producing({ lingerMs: 1_000 });
  const send = watch(producer.send("0"));
  await producer.flush({ signal: new AbortController().signal });
  expect(send.state).toBe("resolved");
  const aborted = AbortSignal.abort(new Error("never"));
  await expect(producer.flush({ signal: aborted })).rejects.toThrow("never");
});

test("flush refuses what is no signal", async () => {
  const { producer } = producing();
  const flushing = producer.flush({ signal: {} as AbortSignal });
  await expect(flushing).rejects.toMatchObject({
    code: "INVALID_ARGUMENT",
    message: "signal must be an AbortSignal, not a Object",
  });
});
