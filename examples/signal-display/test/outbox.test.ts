import { beforeEach, describe, expect, test, vi } from "vitest";

import type { ToPage } from "../src/display-messages.ts";
import { Outbox } from "../src/worker/outbox.ts";

type Message = Extract<ToPage, { readonly type: "receiverHistory" }>;

/** A message that has to be drawn. */
function drawing(number: number): Message {
  return { type: "receiverHistory", times: Float64Array.of(number), totalMegabytes: Float64Array.of(number) };
}

const streams: ToPage = { type: "streams", streams: [] };

describe("what waits for the page", () => {
  let posted: (readonly ToPage[])[];
  let transferred: ArrayBuffer[][];
  let outbox: Outbox;

  beforeEach(() => {
    vi.useFakeTimers();
    posted = [];
    transferred = [];
    outbox = new Outbox((messages, transfer) => {
      posted.push(messages);
      transferred.push(transfer);
    });
    return () => vi.useRealTimers();
  });

  /** Lets what is due happen. */
  async function turn(): Promise<void> {
    await vi.advanceTimersByTimeAsync(0);
  }

  async function isReady(): Promise<boolean> {
    let ready = false;
    void outbox.ready().then(() => (ready = true));
    await turn();
    return ready;
  }

  test("what comes at the same moment goes together, with the buffers of its arrays", async () => {
    const [one, two] = [drawing(1), drawing(2)];
    outbox.add(one);
    outbox.add(two);
    expect(posted).toEqual([]);
    await turn();
    expect(posted).toEqual([[one, two]]);
    expect(transferred).toEqual([
      [one.times.buffer, one.totalMegabytes.buffer, two.times.buffer, two.totalMegabytes.buffer],
    ]);
  });

  test("a buffer that two arrays share is handed over once", async () => {
    const times = Float64Array.of(1, 2);
    outbox.add({ type: "receiverHistory", times, totalMegabytes: times.subarray(1) });
    await turn();
    expect(transferred).toEqual([[times.buffer]]);
  });

  test("nothing more is handed over before the page has drawn", async () => {
    outbox.add(drawing(1));
    await turn();
    outbox.add(drawing(2));
    await vi.advanceTimersByTimeAsync(1000);
    expect(posted).toHaveLength(1);
    outbox.drawn();
    await turn();
    expect(posted).toEqual([[drawing(1)], [drawing(2)]]);
  });

  test("states and rates do not wait for a page that draws", async () => {
    outbox.add(drawing(1));
    await turn();
    outbox.add(streams, drawing(2));
    expect(posted.at(-1)).toEqual([streams]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(posted).toHaveLength(2);
  });

  test("who fills it with records waits while the page draws", async () => {
    expect(await isReady()).toBe(true);
    outbox.add(drawing(1));
    await turn();
    expect(await isReady()).toBe(false);
    outbox.drawn();
    expect(await isReady()).toBe(true);
  });

  test("records of one moment go together, each made when it is handed over", async () => {
    const made: number[] = [];
    for (const number of [1, 2]) {
      expect(outbox.addRecord(`a/${number}`, () => [drawing(made.push(number))])).toBe(false);
    }
    expect(made).toEqual([]);
    await turn();
    expect(made).toEqual([1, 2]);
    expect(posted).toEqual([[drawing(1), drawing(2)]]);
  });

  test("a newer record of a partition takes the place of one that waits, which is not made", async () => {
    const made: number[] = [];
    expect(outbox.addRecord("a/0", () => [drawing(made.push(1))])).toBe(false);
    expect(outbox.addRecord("a/0", () => [drawing(made.push(2))])).toBe(true);
    await turn();
    expect(made).toEqual([2]);
    expect(outbox.addRecord("a/0", () => [])).toBe(false);
  });

  test("a record of which there is nothing to draw is not waited for", async () => {
    const bad: ToPage = { type: "badRecord", topic: "a", partition: 0, offset: "1", reason: "no number" };
    outbox.addRecord("a/0", () => [bad]);
    await turn();
    expect(posted).toEqual([[bad]]);
    expect(await isReady()).toBe(true);
    outbox.addRecord("a/0", () => []);
    await turn();
    expect(posted).toHaveLength(1);
    expect(await isReady()).toBe(true);
  });

  test("records that wait can be dropped; histories and the like stay", async () => {
    outbox.addRecord("a/0", () => [drawing(1)]);
    outbox.add(drawing(2));
    outbox.dropRecords();
    await turn();
    expect(posted).toEqual([[drawing(2)]]);
  });

  test("after closing nothing is told, and nobody waits", async () => {
    outbox.add(drawing(1));
    await turn();
    let ready = false;
    void outbox.ready().then(() => (ready = true));
    outbox.add(drawing(2));
    outbox.close();
    await turn();
    expect(ready).toBe(true);
    outbox.add(drawing(3), streams);
    outbox.addRecord("a/0", () => [drawing(4)]);
    outbox.drawn();
    await vi.advanceTimersByTimeAsync(1000);
    expect(posted).toEqual([[drawing(1)]]);
  });
});
