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

  async function isDrained(): Promise<boolean> {
    let drained = false;
    void outbox.drained().then(() => (drained = true));
    await vi.advanceTimersByTimeAsync(0);
    return drained;
  }

  test("what comes at the same moment goes together, with the buffers of its arrays", async () => {
    const [one, two] = [drawing(1), drawing(2)];
    outbox.add(one);
    outbox.add(two);
    expect(posted).toEqual([]);
    await vi.advanceTimersByTimeAsync(0);
    expect(posted).toEqual([[one, two]]);
    expect(transferred).toEqual([
      [one.times.buffer, one.totalMegabytes.buffer, two.times.buffer, two.totalMegabytes.buffer],
    ]);
  });

  test("a buffer that two arrays share is handed over once", async () => {
    const times = Float64Array.of(1, 2);
    outbox.add({ type: "receiverHistory", times, totalMegabytes: times.subarray(1) });
    await vi.advanceTimersByTimeAsync(0);
    expect(transferred).toEqual([[times.buffer]]);
  });

  test("nothing more is handed over before the page has drawn", async () => {
    outbox.add(drawing(1));
    await vi.advanceTimersByTimeAsync(0);
    outbox.add(drawing(2));
    await vi.advanceTimersByTimeAsync(1000);
    expect(posted).toHaveLength(1);
    outbox.drawn();
    await vi.advanceTimersByTimeAsync(0);
    expect(posted).toEqual([[drawing(1)], [drawing(2)]]);
  });

  test("states and rates do not wait for a page that draws", async () => {
    outbox.add(drawing(1));
    await vi.advanceTimersByTimeAsync(0);
    outbox.add(streams, drawing(2));
    expect(posted.at(-1)).toEqual([streams]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(posted).toHaveLength(2);
  });

  test("who fills it waits while the page draws and something waits already", async () => {
    expect(await isDrained()).toBe(true);
    outbox.add(drawing(1));
    await vi.advanceTimersByTimeAsync(0);
    expect(await isDrained()).toBe(true);
    outbox.add(drawing(2));
    expect(await isDrained()).toBe(false);
    outbox.drawn();
    expect(await isDrained()).toBe(true);
  });

  test("who waits goes on when what waits is dropped, and when it is closed", async () => {
    outbox.add(drawing(1));
    await vi.advanceTimersByTimeAsync(0);
    outbox.add(drawing(2));
    let drained = 0;
    void outbox.drained().then(() => (drained += 1));
    outbox.clear();
    await vi.advanceTimersByTimeAsync(0);
    expect(drained).toBe(1);
    outbox.add(drawing(3));
    void outbox.drained().then(() => (drained += 1));
    await vi.advanceTimersByTimeAsync(0);
    expect(drained).toBe(1);
    outbox.close();
    await vi.advanceTimersByTimeAsync(0);
    expect(drained).toBe(2);
    outbox.add(drawing(4), streams);
    outbox.drawn();
    await vi.advanceTimersByTimeAsync(1000);
    expect(posted).toEqual([[drawing(1)]]);
  });
});
