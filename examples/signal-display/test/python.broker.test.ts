import { join } from "node:path";

import { NdArray } from "@dataqueues/arrays";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { runPython } from "@dataqueues/tooling-python";
import { DataQueueAdmin, DataQueueConsumer, Encoding, kafkajs } from "dataqueues";
import { expect, test, vi } from "vitest";

import type { ToPage } from "../src/display-messages.ts";
import { partitionCount } from "../src/generator/band.ts";
import { SimulatedMetrics } from "../src/generator/metrics.ts";
import { publishMetrics } from "../src/generator/metrics-publisher.ts";
import { metricTopics } from "../src/topics.ts";
import { DisplayFeed } from "../src/worker/display-feed.ts";

/** What Python shows of an array. */
interface PythonArray {
  readonly dtype: string | readonly (readonly string[])[];
  readonly shape: readonly number[];
  readonly items: readonly unknown[];
}

/** A metric as Python reads it. */
interface PythonMetric {
  readonly timestamp: string;
  readonly data: readonly Readonly<Record<string, PythonArray>>[];
}

/** As Python shows an array. */
function asInPython(value: unknown): unknown {
  if (!(value instanceof NdArray)) return value;
  return { dtype: value.dtype, shape: value.shape, items: [...(value.data as Float64Array)] };
}

describeKafka("the signal display and Python", ([server = ""]) => {
  test("aiokafka, msgpack_numpy and numpy read what the generator sends, number by number", async () => {
    const subarray = `python${Date.now()}`;
    const topics = metricTopics(subarray);
    const ending = new AbortController();
    const publishing = publishMetrics(server, { subarray, historySeconds: 0, signal: ending.signal });
    await using consumer = new DataQueueConsumer(server);
    // The last that is sent each second.
    await consumer.assignTopics([[topics.phase, partitionCount - 1]]);
    for await (const _message of consumer) break;
    ending.abort();
    await publishing;

    const read = async <Value>(topic: string, encoding: string): Promise<[partition: number, value: Value][]> => {
      const lines = (await runPython("read_log.py", [server, topic, encoding])).trim().split("\n");
      // Python writes NaN as such.
      const records = lines.map((line) => Encoding.JSON.decode(new TextEncoder().encode(line)) as unknown[]);
      return records.map(([partition, , , value]) => [Number(partition), value as Value]);
    };
    const metrics = new SimulatedMetrics({ subarray, startedAt: 0 });
    const spectra = await read<PythonMetric>(topics.spectrum, "msgpack_numpy");
    expect(new Set(spectra.map(([partition]) => partition)).size).toBe(partitionCount);
    for (const [partition, { timestamp, data }] of spectra) {
      const expected = metrics.spectrum(Date.parse(timestamp), partition).data;
      expect(data.map(({ power }) => power)).toEqual(expected.map(({ power }) => asInPython(power)));
      expect(data[0]?.["power"]).toMatchObject({ dtype: "<f8", shape: [1024] });
    }
    const [[partition, { timestamp, data }] = [0, { timestamp: "", data: [] }]] = await read<PythonMetric>(
      topics.phase,
      "msgpack_numpy",
    );
    const expected = metrics.visibilities(Date.parse(timestamp), partition).phase.data;
    expect(data).toHaveLength(84);
    expect(data[0]?.["data"]).toMatchObject({ dtype: "<f4", shape: [1024] });
    expect(data.map((row) => row["data"])).toEqual(expected.map((row) => asInPython(row.data)));

    const [[, stats] = []] = await read<{ readonly state: string; readonly scan_id: number }>(topics.receiver, "json");
    expect(stats).toMatchObject({ state: "receiving", scan_id: 34, streams: [] });
    const [[, offsets] = []] = (await read<PythonArray>(topics.pointing, "msgpack_numpy")).slice(-1);
    expect(offsets?.shape).toEqual([6]);
    expect(offsets?.dtype).toContainEqual(["antenna_name", "<U8"]);
    expect(offsets?.dtype).toHaveLength(14);
  });

  test("what python/publish.py sends is shown", async () => {
    const topic = `metrics-amplitude-mine${Date.now()}`;
    await using admin = new DataQueueAdmin(server);
    await admin.createTopics([topic]);
    const ending = new AbortController();
    const script = join(import.meta.dirname, "..", "python", "publish.py");
    const publishing = runPython(script, [server, topic], { signal: ending.signal });
    const ended = publishing.catch((error: unknown) => error);
    const told: ToPage[] = [];
    const feed = new DisplayFeed({
      transport: kafkajs([server]),
      subarray: topic.replace("metrics-amplitude-", ""),
      view: { windows: [0], shown: 0, baseline: "m033_m038" },
      post(messages) {
        told.push(...messages);
        queueMicrotask(() => feed.drawn());
      },
    });
    const shown = (): Extract<ToPage, { readonly type: "amplitude" }>[] =>
      told.filter((message) => message.type === "amplitude");
    await vi.waitFor(() => expect(shown().length).toBeGreaterThan(1), { timeout: 60_000, interval: 50 });
    ending.abort();
    expect(await ended).toMatchObject({ name: "AbortError" });
    await feed.close();
    expect(told.filter(({ type }) => type === "badRecord")).toEqual([]);
    expect(shown()[0]).toMatchObject({ polarisations: ["XX"], axis: { firstHz: 0.9e9, count: 1024 } });
    // A signal of 10 with noise of 1: 10 dB, in the mean.
    const values = shown()[0]?.values ?? new Float32Array();
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(10, 0);
    expect(new Set(shown().map(({ time }) => time)).size).toBeGreaterThan(1);
  });
});
