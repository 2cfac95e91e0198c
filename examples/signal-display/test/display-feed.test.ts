import { TransportError } from "@dataqueues/core";
import type { Transport } from "@dataqueues/core";
import { DataQueueAdmin, DataQueueProducer, Encoding, memory } from "dataqueues";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { ToPage, View } from "../src/display-messages.ts";
import { SimulatedMetrics } from "../src/generator/metrics.ts";
import { metricTopics } from "../src/topics.ts";
import { DisplayFeed } from "../src/worker/display-feed.ts";

type Told<Type extends ToPage["type"]> = Extract<ToPage, { readonly type: Type }>;

const start = Date.UTC(2026, 10, 27, 7);
const metrics = new SimulatedMetrics({ startedAt: start });
const topics = metricTopics("01");
const view: View = { windows: [0], shown: 0, baseline: "m033_m038" };
const undrawn: ReadonlySet<ToPage["type"]> = new Set(["connection", "streams", "badRecord"]);

/** The time of the metrics of one second. */
function timeAt(second: number): number {
  return start + second * 1000;
}

describe("what a page is fed with", () => {
  let log: ReturnType<typeof memory>;
  let producer: DataQueueProducer<unknown>;
  let told: ToPage[];
  /** Whether the page draws at once what it is handed. */
  let draws: boolean;
  let feed: DisplayFeed;
  /** The connections that were opened, in order: the consumer's comes first. */
  let connections: { readonly isClosed: () => boolean }[];

  beforeEach(async () => {
    log = memory();
    told = [];
    draws = true;
    connections = [];
    producer = new DataQueueProducer<unknown>(log, { encoding: Encoding.MSGPACK_NUMPY });
    await using admin = new DataQueueAdmin(log);
    const windowed = [topics.spectrum, topics.amplitude, topics.phase].map((topic) => [topic, 6] as const);
    await admin.createTopics([...windowed, topics.coverage, topics.receiver, topics.processing, topics.pointing]);
  });
  afterEach(async () => {
    await feed.close();
    await producer.close();
  });

  /** The log, with an account of who opened connections to it. */
  function observed(): Transport {
    return {
      ...log,
      async open(role, options) {
        const connection = await log.open(role, options);
        const closable: { close(): void } = connection;
        const close = vi.spyOn(closable, "close");
        connections.push({ isClosed: () => close.mock.calls.length > 0 });
        return connection;
      },
    };
  }

  function open(transport: Transport = observed()): void {
    const post = (messages: readonly ToPage[]): void => {
      told.push(...messages);
      if (draws && messages.some(({ type }) => !undrawn.has(type))) queueMicrotask(() => feed.drawn());
    };
    feed = new DisplayFeed({ transport, subarray: "01", view, post });
  }

  function all<Type extends ToPage["type"]>(type: Type): Told<Type>[] {
    return told.filter((message): message is Told<Type> => message.type === type);
  }

  async function until(condition: () => unknown): Promise<void> {
    await vi.waitFor(() => expect(condition()).toBeTruthy(), { timeout: 10_000, interval: 5 });
  }

  async function sendSpectrum(second: number, partition = 0): Promise<void> {
    const time = timeAt(second);
    await producer.send(metrics.spectrum(time, partition), { topic: topics.spectrum, partition, timestamp: time });
  }

  async function sendVisibilities(second: number, partition = 0): Promise<void> {
    const { amplitude, phase } = metrics.visibilities(timeAt(second), partition);
    await producer.send(amplitude, { topic: topics.amplitude, partition });
    await producer.send(phase, { topic: topics.phase, partition });
  }

  test("the newest record of every topic, then each new one", async () => {
    for (const second of [1, 2]) await sendSpectrum(second);
    await sendVisibilities(2);
    await producer.send(metrics.coverage(timeAt(2)), { topic: topics.coverage });
    await producer.send(metrics.pointing(timeAt(2)), { topic: topics.pointing, timestamp: timeAt(2) });
    for (const [topic, value] of [
      [topics.receiver, metrics.receiver(timeAt(2))],
      [topics.processing, metrics.processing(timeAt(2))],
    ] as const) {
      await producer.send(value, { topic, encoding: Encoding.JSON });
    }
    open();
    const types = ["spectrum", "amplitude", "phase", "coverage", "pointing", "receiver", "processing"] as const;
    await until(() => types.every((type) => all(type).length > 0));
    expect(all("connection").map(({ state }) => state)).toEqual(["connecting", "connected"]);
    expect(all("spectrum").map(({ time }) => time)).toEqual([timeAt(2)]);
    expect(all("amplitude")).toMatchObject([{ baseline: "m033_m038", window: 0, time: timeAt(2) }]);
    expect(all("phase")).toMatchObject([{ baseline: "m033_m038", window: 0, time: timeAt(2) }]);
    expect(all("pointing")).toMatchObject([{ time: timeAt(2), window: 0 }]);
    expect(all("receiver")).toMatchObject([{ time: timeAt(2), stats: { scanId: 34, state: "receiving" } }]);
    expect(all("processing")[0]?.stats).toMatchObject({ subarray: "01", timeSlices: 2 });
    expect(all("coverage")[0]?.baselines).toHaveLength(15);
    // What was there before is not left out: nobody asked for it.
    await until(() => all("streams").at(-1)?.streams[0]?.recordsPerSecond === 1);
    expect(
      all("streams")
        .at(-1)
        ?.streams.every(({ skipped }) => skipped === 0),
    ).toBe(true);
    await sendSpectrum(3);
    await until(() => all("spectrum").length === 2);
    expect(all("spectrum").at(-1)?.time).toBe(timeAt(3));
  });

  test("histories of spectra, coverage and statistics, from before what is shown", async () => {
    for (const second of [1, 2, 3, 4]) {
      await sendSpectrum(second);
      await producer.send(metrics.coverage(timeAt(second * 60)), { topic: topics.coverage });
      const receiver = metrics.receiver(timeAt(second));
      await producer.send(receiver, { topic: topics.receiver, encoding: Encoding.JSON });
    }
    open();
    await until(
      () => all("spectrumHistory").length + all("coverageHistory").length + all("receiverHistory").length === 3,
    );
    const [spectra] = all("spectrumHistory");
    expect([...(spectra?.times ?? [])]).toEqual([1, 2, 3].map(timeAt));
    expect(spectra).toMatchObject({ window: 0, axis: { count: 1024 } });
    expect(spectra?.values).toHaveLength(3 * 1024);
    const [coverage] = all("coverageHistory");
    expect([...(coverage?.times ?? [])]).toEqual([60, 120, 180].map(timeAt));
    expect(coverage?.u).toHaveLength(3 * 15);
    expect([...(all("receiverHistory")[0]?.times ?? [])]).toEqual([1, 2, 3].map(timeAt));
    // The rows are those that were shown live, when they were.
    const shown = all("spectrum")[0];
    await sendSpectrum(5);
    await until(() => all("spectrum").length === 2);
    expect(all("spectrumHistory")).toHaveLength(1);
    expect(shown?.time).toBe(timeAt(4));
  });

  test("a window that is opened is read from its newest record on, without a new connection", async () => {
    await sendSpectrum(1);
    await sendSpectrum(1, 3);
    open();
    await until(() => all("spectrum").length === 1);
    feed.show({ ...view, windows: [0, 3], shown: 3 });
    await until(() => all("spectrum").some(({ window }) => window === 3));
    await sendVisibilities(2, 3);
    await until(() => all("phase").some(({ window }) => window === 3));
    expect(connections[0]?.isClosed()).toBe(false);
    // Histories have connections of their own, which end: nothing else was opened.
    await until(() => connections.slice(1).every(({ isClosed }) => isClosed()));
    expect(all("connection").map(({ state }) => state)).toEqual(["connecting", "connected"]);
  });

  test("a window that is closed is not read any more", async () => {
    open();
    feed.show({ ...view, windows: [0, 2] });
    await sendSpectrum(1, 2);
    await until(() => all("spectrum").length === 1);
    feed.show({ ...view, windows: [0] });
    await until(() =>
      all("streams")
        .at(-1)
        ?.streams.every(({ partition }) => partition === 0),
    );
    await sendSpectrum(2, 2);
    await sendSpectrum(2);
    await until(() => all("spectrum").some(({ window }) => window === 0));
    expect(all("spectrum").map(({ window }) => window)).toEqual([2, 0]);
  });

  test("another baseline is shown at once, from the records that are there", async () => {
    await sendVisibilities(1);
    open();
    await until(() => all("amplitude").length === 1 && all("phase").length === 1);
    feed.show({ ...view, baseline: "m034_m035" });
    await until(() => all("phase").length === 2);
    expect(all("amplitude").map(({ baseline }) => baseline)).toEqual(["m033_m038", "m034_m035"]);
    expect(all("amplitude")[1]?.values).not.toEqual(all("amplitude")[0]?.values);
    expect(all("phase").at(-1)).toMatchObject({ baseline: "m034_m035", time: timeAt(1) });
  });

  test("records that are not of their topic's kind are told with their place, and left out", async () => {
    open();
    await until(() => all("connection").length === 2);
    await producer.send(new Uint8Array([0xc1]), { topic: topics.spectrum, partition: 0, encoding: null });
    await until(() => all("badRecord").length === 1);
    await producer.send(
      { ...metrics.spectrum(start, 0), data_type: "phase" },
      { topic: topics.spectrum, partition: 0 },
    );
    await until(() => all("badRecord").length === 2);
    await producer.send(null, { topic: topics.spectrum, partition: 0, encoding: null });
    await producer.send([1, 2], { topic: topics.pointing });
    await until(() => all("badRecord").length === 3);
    expect(all("badRecord")).toMatchObject([
      { topic: topics.spectrum, partition: 0, offset: "0" },
      { topic: topics.spectrum, partition: 0, offset: "1" },
      { topic: topics.pointing, partition: 0, offset: "0" },
    ]);
    expect(all("badRecord")[1]?.reason).toContain("data_type");
    await sendSpectrum(1);
    await until(() => all("spectrum").length === 1);
  });

  test("a page that does not draw is handed one list, and then the newest; what was left out is counted", async () => {
    draws = false;
    await sendSpectrum(0);
    open();
    await until(() => all("spectrum").length === 1);
    for (let second = 1; second <= 20; second += 1) await sendSpectrum(second);
    // The statistics go on, and say that the log has more.
    await until(() => (all("streams").at(-1)?.streams[0]?.lagMs ?? 0) > 1000);
    expect(all("spectrum")).toHaveLength(1);
    draws = true;
    feed.drawn();
    await until(() => all("spectrum").at(-1)?.time === timeAt(20));
    expect(all("spectrum").length).toBeLessThan(5);
    await until(() => (all("streams").at(-1)?.streams[0]?.skipped ?? 0) > 0);
    expect(all("streams").at(-1)?.streams[0]?.skipped).toBe(21 - all("spectrum").length);
    // The consumer left them out: they were not delivered first.
    expect(Math.max(...all("streams").map(({ streams }) => streams[0]?.recordsPerSecond ?? 0))).toBeLessThan(5);
  });

  test("while paused nothing is handed over; then it goes on with the newest, and that counts as nothing left out", async () => {
    await sendSpectrum(1);
    open();
    await until(() => all("spectrum").length === 1);
    feed.pause();
    for (let second = 2; second <= 9; second += 1) await sendSpectrum(second);
    feed.resume();
    await until(() => all("spectrum").at(-1)?.time === timeAt(9));
    const before = all("streams").length;
    await until(() => all("streams").length > before);
    expect(all("streams").at(-1)?.streams[0]?.skipped).toBe(0);
    await sendSpectrum(10);
    await until(() => all("spectrum").at(-1)?.time === timeAt(10));
    expect(all("spectrum").map(({ time }) => time)).toEqual([1, 9, 10].map(timeAt));
  });

  test("rates, bytes and lag of each partition are told once a second", async () => {
    await sendVisibilities(1);
    open();
    await until(() => all("amplitude").length === 1 && all("streams").length > 0);
    const streams = all("streams").at(-1)?.streams ?? [];
    expect(streams.map(({ topic, partition }) => `${topic}/${partition}`)).toEqual([
      "metrics-spectrum-01/0",
      "metrics-amplitude-01/0",
      "metrics-phase-01/0",
      "metrics-uvcoverage-01/0",
      "metrics-receiverstats-01/0",
      "metrics-stats-01/0",
      "pointing_offset/0",
    ]);
    expect(streams[1]?.recordsPerSecond).toBe(1);
    // 84 rows of 1,024 amplitudes and as many components, 8 bytes each, and some 130 bytes around each row.
    expect((streams[1]?.bytesPerSecond ?? 0) / (84 * 1024 * 16)).toBeCloseTo(1, 1);
  });

  test("a lost connection is told, and nothing is missing after it", async () => {
    open();
    await sendSpectrum(1);
    await until(() => all("spectrum").length === 1);
    log.faults.disconnect();
    await until(() => all("connection").length === 4);
    expect(all("connection").map(({ state }) => state)).toEqual([
      "connecting",
      "connected",
      "reconnecting",
      "connected",
    ]);
    await sendSpectrum(2);
    await until(() => all("spectrum").length === 2);
  });

  test("a refused token is told, and a gateway that lets the page in later is read", async () => {
    let refuses = true;
    open({
      ...log,
      async open(role, options) {
        const details = { code: "SASL_AUTHENTICATION_FAILED", retriable: false } as const;
        if (refuses) throw new TransportError("refused", details);
        return log.open(role, options);
      },
    });
    await until(() => all("connection").at(-1)?.state === "refused");
    expect(all("connection").at(-1)?.reason).toBe("the gateway does not accept this token");
    refuses = false;
    await sendSpectrum(1);
    await until(() => all("spectrum").length === 1);
    expect(all("connection").at(-1)?.state).toBe("connected");
  });

  test("closing ends all connections, and nothing is told after it", async () => {
    await sendSpectrum(1);
    open();
    await until(() => all("spectrum").length === 1);
    await feed.close();
    expect(connections.every(({ isClosed }) => isClosed())).toBe(true);
    const count = told.length;
    await sendSpectrum(2);
    feed.drawn();
    expect(told).toHaveLength(count);
  });
});
