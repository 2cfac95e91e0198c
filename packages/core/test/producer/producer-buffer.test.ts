import { expect, test } from "vitest";

import type { Codec } from "../../src/contract/codec.ts";
import { TransportError } from "../../src/contract/errors.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { producing, refuse, sequenced, sizesOf, text, valuesOf, watch } from "./producing.ts";
import type { Producing } from "./producing.ts";
import { noResponse } from "../scripted-log.ts";

useFakeClock();
const eight = Array.from("01234").map((digit) => digit.repeat(8));

/** A codec that counts what it encodes. */
function counting(encoded: string[]): Codec<string> {
  return { ...text, encode: (value) => (encoded.push(value), text.encode(value)) };
}

function full({ events }: Producing): unknown[] {
  return events.filter(({ type }) => type === "bufferFull");
}

test("maxBufferedBytes: 10 encodes two values of 8 bytes, is one bufferFull event, and goes on with the acknowledgements", async () => {
  const encoded: string[] = [];
  const it = producing({ maxBufferedBytes: 10, encoding: counting(encoded) });
  const { producer, log } = it;
  let respond = (): void => undefined;
  const appended = log.on.produce;
  log.on.produce = async (...args) => {
    await new Promise<void>((resolve) => (respond = resolve));
    return appended?.(...args) ?? [];
  };
  const sends = eight.map((value) => watch(producer.send(value)));
  await pass(100);
  expect(encoded).toEqual(eight.slice(0, 2));
  expect(full(it)).toEqual([{ type: "bufferFull", bufferedBytes: 16 }]);
  for (let round = 0; round < 5; round += 1) {
    respond();
    await pass(0);
  }
  expect(sends.map(({ value }) => value?.offset)).toEqual([0n, 1n, 2n, 3n, 4n]);
  expect(valuesOf(log)).toEqual(eight);
});

test("a buffer with its last byte filled is full, and one with a byte left is not", async () => {
  for (const [maxBufferedBytes, count] of [
    [8, 1],
    [9, 2],
  ] as const) {
    const encoded: string[] = [];
    const { producer, log } = producing({ maxBufferedBytes, encoding: counting(encoded) });
    log.on.produce = () => noResponse();
    for (const value of eight) watch(producer.send(value));
    await pass(10);
    expect(encoded).toHaveLength(count);
  }
});

test("space is free again when a send fails, is aborted or is acknowledged", async () => {
  const it = producing({ maxBufferedBytes: 8 });
  const { producer, responses } = it;
  responses.push(refuse("TOPIC_AUTHORIZATION_FAILED", { retriable: false }), () => noResponse());
  const stop = new AbortController();
  const sends = [
    watch(producer.send("0".repeat(8))),
    watch(producer.send("1".repeat(8), { signal: stop.signal })),
    watch(producer.send("2".repeat(8))),
  ];
  await pass(0);
  expect(sends.map(({ state }) => state)).toEqual(["rejected", "pending", "pending"]);
  stop.abort();
  await pass(0);
  // Its bytes are free again, although its request has no response yet.
  expect(full(it)).toHaveLength(2);
  await pass(30_200);
  expect(sends.map(({ state }) => state)).toEqual(["rejected", "rejected", "resolved"]);
});

test("the bytes of a send are freed once, also when it is aborted and then acknowledged", async () => {
  const encoded: string[] = [];
  const { producer, log, responses } = producing({ maxBufferedBytes: 8, encoding: counting(encoded) });
  let respond = (): void => undefined;
  responses.push(async (...args) => {
    await new Promise<void>((resolve) => (respond = resolve));
    return sequenced(log)(...args);
  });
  const stop = new AbortController();
  const aborted = watch(producer.send("0".repeat(8), { signal: stop.signal }));
  await pass(0);
  stop.abort();
  respond();
  await pass(0);
  expect(aborted.state).toBe("rejected");
  log.on.produce = () => noResponse();
  for (const value of eight) watch(producer.send(value));
  await pass(0);
  expect(encoded).toHaveLength(2);
});

test("a buffer that is still full after an acknowledgement is no second event", async () => {
  const it = producing({ maxBufferedBytes: 8, maxBatchRecords: 1 });
  const { producer, responses, log } = it;
  responses.push(sequenced(log), () => noResponse());
  const sends = ["0000", "11111111", "2"].map((value) => watch(producer.send(value)));
  await pass(0);
  expect(sends.map(({ state }) => state)).toEqual(["resolved", "pending", "pending"]);
  expect(full(it)).toEqual([{ type: "bufferFull", bufferedBytes: 12 }]);
});

test("a send that waits for space times out by its own deadline, and can be aborted", async () => {
  const encoded: string[] = [];
  const { producer, log } = producing({ maxBufferedBytes: 8, deliveryTimeoutMs: 100, encoding: counting(encoded) });
  const stop = new AbortController();
  log.on.produce = () => noResponse();
  watch(producer.send("0".repeat(8), {}));
  await pass(50);
  const aborted = watch(producer.send("1", { signal: stop.signal }));
  const late = watch(producer.send("2"));
  await pass(10);
  stop.abort(new Error("enough"));
  await pass(0);
  expect(aborted).toMatchObject({ state: "rejected", error: { message: "enough" } });
  expect(late.state).toBe("pending");
  // When the first times out there is space for the others.
  await pass(40);
  expect(encoded).toEqual(["0".repeat(8), "2"]);
});

test("a send that never gets space rejects at its deadline with an error that says so", async () => {
  const { producer, log } = producing({ deliveryTimeoutMs: 100, encoding: { ...text, encode: () => noResponse() } });
  const first = watch(producer.send("0"));
  await pass(60);
  const second = watch(producer.send("1"));
  await pass(39);
  expect(first.state).toBe("pending");
  await pass(1);
  const error = {
    message: "send to topic a could not be encoded and queued within 100 ms",
    code: "REQUEST_TIMED_OUT",
    retriable: true,
    topic: "a",
  };
  expect(first).toMatchObject({ state: "rejected", error });
  expect(first.error).toBeInstanceOf(TransportError);
  expect(second.state).toBe("pending");
  await pass(59);
  expect(second.state).toBe("pending");
  await pass(1);
  expect(second).toMatchObject({ state: "rejected", error });
  expect(log.opened).toBe(0);
});

/** A codec whose values are ready when a test says so. */
function slow() {
  const encoded: string[] = [];
  const waiting = new Map<string, { resolve: (bytes: Uint8Array) => void; reject: (error: unknown) => void }>();
  const encode = (value: string): ReturnType<Codec["encode"]> => {
    encoded.push(value);
    if (value.startsWith("fast")) return text.encode(value);
    return new Promise((resolve, reject) => waiting.set(value, { resolve, reject }));
  };
  const codec: Codec<string> = { ...text, encode };
  return {
    codec,
    encoded,
    ready: (value: string): void => waiting.get(value)?.resolve(text.encode(value) as Uint8Array),
    fail: (value: string): void => waiting.get(value)?.reject(new Error("cannot")),
  };
}

test("sends keep their order after one that takes time to encode", async () => {
  const { codec, ready, encoded } = slow();
  const { producer, log } = producing({ encoding: codec });
  const sends = ["fast 0", "slow 1", "fast 2", "slow 3", "fast 4"].map((value) => watch(producer.send(value)));
  await pass(0);
  expect(sends.map(({ state }) => state)).toEqual(["resolved", "pending", "pending", "pending", "pending"]);
  ready("slow 1");
  await pass(0);
  ready("slow 3");
  await pass(0);
  expect(sends.map(({ value }) => value?.offset)).toEqual([0n, 1n, 2n, 3n, 4n]);
  expect(valuesOf(log)).toEqual(["fast 0", "slow 1", "fast 2", "slow 3", "fast 4"]);
  expect(encoded).toEqual(valuesOf(log));
  // Once the queue is empty, a value is encoded before send returns.
  const last = producer.send("fast 5");
  expect(encoded).toHaveLength(6);
  expect(await last).toMatchObject({ offset: 5n });
});

test("a send that comes while another is still being encoded waits for it, whatever came before", async () => {
  const { codec, ready } = slow();
  const { producer, log } = producing({ encoding: codec });
  const sends = ["slow 0", "slow 1"].map((value) => watch(producer.send(value)));
  await pass(0);
  ready("slow 0");
  await pass(0);
  sends.push(watch(producer.send("fast 2")));
  await pass(0);
  expect(sends.map(({ state }) => state)).toEqual(["resolved", "pending", "pending"]);
  ready("slow 1");
  await pass(0);
  expect(valuesOf(log)).toEqual(["slow 0", "slow 1", "fast 2"]);
});

test("a key whose memory is transferred while its value is encoded fails its send, and frees its space", async () => {
  const { codec, ready } = slow();
  const it = producing({ encoding: codec, maxBufferedBytes: 6 }, { a: 2 });
  const key = new Uint8Array([1, 2, 3]);
  await it.producer.send("fast 0");
  const send = watch(it.producer.send("slow 1", { key }));
  structuredClone(key.buffer, { transfer: [key.buffer] });
  ready("slow 1");
  await pass(0);
  expect(send.error).toBeInstanceOf(TypeError);
  expect(await it.producer.send("fast 2")).toMatchObject({ offset: 0n });
  expect(full(it)).toEqual([]);
});

test("a send that cannot be encoded fails alone, and does not hold up those after it", async () => {
  const { codec, ready, fail } = slow();
  const { producer, log } = producing({ encoding: codec });
  const sends = ["slow 0", "slow 1", "fast 2"].map((value) => watch(producer.send(value)));
  await pass(0);
  fail("slow 0");
  await pass(0);
  ready("slow 1");
  await pass(0);
  expect(sends.map(({ state }) => state)).toEqual(["rejected", "resolved", "resolved"]);
  expect(sends[0]?.error).toMatchObject({ message: "a value for topic a cannot be encoded as text: cannot" });
  expect(valuesOf(log)).toEqual(["slow 1", "fast 2"]);
});

test("a send that is aborted while it is encoded is not sent, and does not hold up those after it", async () => {
  const { codec, ready } = slow();
  const { producer, log } = producing({ encoding: codec });
  const stop = new AbortController();
  const sends = [watch(producer.send("slow 0", { signal: stop.signal })), watch(producer.send("fast 1"))];
  await pass(10);
  stop.abort(new Error("enough"));
  await pass(0);
  expect(sends).toMatchObject([{ state: "rejected", error: { message: "enough" } }, { state: "resolved" }]);
  ready("slow 0");
  await pass(0);
  expect(valuesOf(log)).toEqual(["fast 1"]);
});

test("the time that a send waits in the queue counts for its deadline", async () => {
  const { codec, ready } = slow();
  const { producer, log } = producing({ encoding: codec, deliveryTimeoutMs: 100 });
  log.on.produce = () => noResponse();
  const first = watch(producer.send("slow 0"));
  const second = watch(producer.send("fast 1"));
  await pass(60);
  ready("slow 0");
  await pass(39);
  expect(sizesOf(log)).toEqual([2]);
  expect([first.state, second.state]).toEqual(["pending", "pending"]);
  await pass(1);
  expect([first.state, second.state]).toEqual(["rejected", "rejected"]);
});
